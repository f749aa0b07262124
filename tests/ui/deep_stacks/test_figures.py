"""The lesson's charts, and what is said of a signal."""

import numpy as np
import pytest
import torch

from mnist_core.experiments.deep_stack import Fate, Journey, Scales
from ui.deep_stacks.deep_stack_figures import say_fate, scales_chart
from ui.deep_stacks.eigenvalues_figures import matrix_latex, say_length
from ui.deep_stacks.equal_weights_figures import losses_chart


def test_charts_change_nothing_but_their_data() -> None:
    equal, random = losses_chart([2.3, 2.0], [2.4, 0.1], 2.303, 0), losses_chart(
        [2.3, 2.0], [2.4, 0.1], 2.303, 1
    )  # fmt: skip
    assert (equal.spec, equal.alt) == (random.spec, random.alt)
    assert random.data["now"]["loss"].tolist() == [2.0, 0.1]


def test_a_zero_has_no_place_on_a_logarithmic_scale() -> None:
    size = torch.tensor([1.0, 0.0], dtype=torch.float64)
    table = scales_chart(Scales(size, size, size)).data["layers"]
    assert np.isnan(table["value"]).tolist() == [False, True] * 3
    assert table["layer"].tolist() == [1, 2] * 3


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0, "0"), (1.0, "1"), (0.0123, "0.0123"), (1.26e-12, "1.3·10⁻¹²"), (3e38, "3.0·10³⁸")],
)
def test_numbers_are_said_as_people_write_them(value: float, said: str) -> None:
    assert say_length(value).replace("\u00a0", "") == said


def test_the_fate_of_a_signal_is_a_sentence() -> None:
    assert say_fate("It", Journey(0.0, 0.0)) == "**It is exactly zero.**"
    assert say_fate("It", Journey(0.001, 0.5)).startswith("**It vanishes:** on average each layer")
    assert "**0.5**" in say_fate("It", Journey(0.001, 0.5))
    assert Journey(1e5, 2.0).fate is Fate.EXPLODES


def test_a_matrix_is_written_with_powers_of_ten_only_where_it_must_be() -> None:
    assert matrix_latex(np.array([[0.5, 0.0], [1.0, -2.0]])) == (
        r"\begin{pmatrix} 0.500 & 0.000 \\ 1.000 & -2.000 \end{pmatrix}"
    )
    assert r"10^{8}" in matrix_latex(np.array([[2.5e8]]))
