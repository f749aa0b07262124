"""Ten neurons: the numbers shown are the network's own."""

import pytest
import torch
from torch.testing import assert_close

from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import load_reader
from ui.yes_or_no.figures import score_caption, slope_caption
from ui.yes_or_no.ten import NETWORK, line_of


@pytest.mark.parametrize("digit", range(10))
def test_the_scores_are_those_of_the_shipped_network(digit: int) -> None:
    model, image = load_reader(NETWORK).trained.model, own_digit(digit)
    line = line_of(model)
    assert line.weight.shape == (10, 784)
    assert line.weight.dtype == line.bias.dtype == torch.float64
    expected = model(image).detach().double()
    assert_close(line.at(image.flatten(1).double()), expected, rtol=1e-4, atol=1e-4)


def test_no_probability_is_rounded_to_0_or_1() -> None:
    assert "p &lt; 0.001" in score_caption(3, -20.0, 1e-9, False)
    assert "p &gt; 0.999" in score_caption(3, 20.0, 1 - 1e-9, True)
    assert "p 0.250" in score_caption(3, 0.0, 0.25, False)
    assert "z +0.0" in score_caption(3, -0.01, 0.25, False)
    assert "◀" in score_caption(3, 1.0, 0.5, True)
    assert "−0.750" in slope_caption(3, -0.75, True)
    assert "≈ 0" in slope_caption(3, -1e-5, False)
