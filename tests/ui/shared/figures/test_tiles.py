"""Small pictures side by side."""

import base64
import io
import math
import re

import numpy as np
import pytest
import torch
from PIL import Image

from mnist_core.evaluation.ten_digits import TenRead
from ui.shared.figures.tiles import (
    digit_grid,
    image_row,
    pairs_grid,
    scale_limit,
    signed_tiles,
    titled_signed_tiles,
)


def pictures_in(html: str) -> list[Image.Image]:
    sources = re.findall(r'src="data:image/png;base64,([^"]+)"', html)
    return [Image.open(io.BytesIO(base64.b64decode(source))) for source in sources]


def alts_in(html: str) -> list[str]:
    return re.findall(r'alt="([^"]+)"', html)


def test_zero_is_transparent_and_signs_have_colours_of_their_own() -> None:
    filters = torch.tensor([-1.0, 0.0, 0.5, 1.0]).view(4, 1, 1)
    (row,) = pictures_in(signed_tiles(filters, columns=4))
    pixels = np.array(row.convert("RGBA"))[0, ::30].astype(int)
    assert pixels[:, 3].tolist() == [255, 0, pytest.approx(128, abs=2), 255]
    assert pixels[0, 2] > 200 > pixels[0, 0]  # blue
    assert pixels[3, 0] > 200 > pixels[3, 2]  # orange


def test_all_tiles_share_one_scale_whose_ends_are_stated() -> None:
    html = signed_tiles(torch.full((70, 28, 28), -0.25))
    assert "−0.25" in html
    assert "+0.25" in html
    assert "the first 64 of 70 filters" in html


@pytest.mark.parametrize(("count", "side"), [(512, 28), (32, 3), (64, 7), (5, 3), (1, 28)])
def test_tiles_stand_in_halves_that_wrap_on_a_phone(count: int, side: int) -> None:
    images = pictures_in(signed_tiles(torch.randn(count, side, side)))
    assert len(images) == (2 if count > 8 else 1)
    assert all(image.width == 8 * (side * (28 // side) + 2) for image in images)


@pytest.mark.parametrize("value", [0.0, math.nan, math.inf])
def test_weights_without_a_scale_can_be_drawn(value: float) -> None:
    assert scale_limit(np.full((2, 3, 3), value, dtype=np.float32)) > 0
    assert pictures_in(signed_tiles(torch.full((2, 3, 3), value)))


def test_templates_have_their_digits_as_titles() -> None:
    html = titled_signed_tiles(torch.randn(10, 28, 28), [str(k) for k in range(10)])
    assert [image.size for image in pictures_in(html)] == [(28, 28)] * 10
    assert alts_in(html) == [f"weights of {k}" for k in range(10)]


def test_wrong_reading_is_told_apart_without_colours() -> None:
    images = torch.zeros(2, 28, 28, dtype=torch.uint8)
    read = TenRead(images, torch.tensor([7, 5]), torch.tensor([7, 6]), torch.tensor([0.999, 0.4]))
    html = digit_grid(read)
    assert alts_in(html) == ["a 7, read as 7, 99 % sure", "a 5, read as 6, 40 % sure"]
    right, wrong = html.split("</figure>")[:2]
    assert "✗" in wrong
    assert "3px solid" in wrong
    assert "✗" not in right
    assert "3px solid" not in right


def test_pictures_have_their_captions_and_pairs_their_order() -> None:
    images = torch.rand(3, 28, 28)
    html = image_row(images, ["a", "b", ""])
    assert alts_in(html) == ["a", "b", "image"]
    bright, dark = torch.ones(1, 28, 28), torch.zeros(1, 28, 28)
    above, below = pictures_in(pairs_grid(bright, dark))
    assert (above.getpixel((0, 0)), below.getpixel((0, 0))) == (255, 0)
