"""The digits that the program draws itself."""

import numpy as np
import pytest
import torch

from mnist_core.pictures.own_digits import (
    DIGITS,
    drawn_so_far,
    on_canvas,
    own_digit,
    slash_through,
)
from mnist_core.pictures.preprocessing import canvas_to_mnist
from mnist_core.reading import load_reader


@pytest.mark.parametrize("digit", range(10))
def test_each_is_a_picture_as_mnist_would_have_made_it(digit: int) -> None:
    image = own_digit(digit)
    assert (image.shape, image.dtype) == ((1, 1, 28, 28), torch.float32)
    assert 0.5 < float(image.max()) <= 1
    assert float(image.min()) == 0
    rows, columns = (image[0, 0] > 0.3).nonzero().unbind(dim=1)
    extent = max(int(rows.max() - rows.min()), int(columns.max() - columns.min())) + 1
    assert extent in (19, 20, 21), "20 pixels, laid between pixels when it is centred"
    weight = image[0, 0] / image.sum()
    middle = (weight.sum(dim=1) @ torch.arange(28.0), weight.sum(dim=0) @ torch.arange(28.0))
    assert all(abs(float(place) - 13.5) < 1 for place in middle), "its ink is centred"


def test_the_shipped_network_reads_all_ten() -> None:
    model = load_reader("deep_cnn_pen").trained.model
    images = torch.cat([own_digit(k) for k in range(10)])
    assert model(images).argmax(dim=1).tolist() == list(range(10))


def test_the_same_digit_comes_again_and_is_drawn_once() -> None:
    assert own_digit(4) is own_digit(4)
    assert torch.equal(own_digit(4), canvas_to_mnist(on_canvas(DIGITS[4])).image)


def test_a_thicker_pen_leaves_more_ink_and_a_larger_drawing_reaches_further() -> None:
    def ink(brush_px: float, size: float) -> int:
        return int((on_canvas(DIGITS[8], brush_px, size)[..., 0] > 127).sum())

    assert ink(30, 0.8) > ink(20, 0.8) > ink(20, 0.4)
    canvas = on_canvas(DIGITS[0])
    assert canvas.shape == (280, 280, 4)
    assert not canvas[:20, :, 0].any(), "there is a margin"


def test_what_a_pen_has_drawn_grows_to_the_whole_digit() -> None:
    strokes = [[(0.0, 0.0), (30.0, 0.0), (30.0, 40.0)], [(0.0, 50.0), (30.0, 50.0)]]
    assert drawn_so_far(strokes, 0.15) == [[(0, 0), (15, 0)]]
    assert drawn_so_far(strokes, 0.5) == [[(0, 0), (30, 0), (30, 20)]]
    assert drawn_so_far(strokes, 0.85) == [strokes[0], [(0, 50), (15, 50)]]
    for digit in DIGITS.values():
        for drawn, whole in zip(drawn_so_far(digit, 1), digit, strict=True):
            assert drawn == [pytest.approx(point) for point in whole]


@pytest.mark.parametrize("digit", [0, 1, 7])
def test_a_slash_goes_through_the_ink_and_sticks_out_of_it(digit: int) -> None:
    picture = on_canvas(DIGITS[digit], size=0.4)
    rows, columns = np.nonzero(picture[..., 0] > 127)
    (right, top), (left, bottom) = slash_through(picture).tolist()
    assert (right, left) == (columns.max(), columns.min())
    assert top < rows.min()
    assert bottom > rows.max()
