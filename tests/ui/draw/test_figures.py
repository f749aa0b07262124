"""The small pictures of the first screen."""

import io

import numpy as np
import pytest
from PIL import Image

from mnist_core.experiments.first_steps import STEPS, first_steps
from mnist_core.pictures.own_digits import own_digit
from mnist_core.words import percent
from ui.draw.cards_figures import curve
from ui.draw.strip_figures import maps_png
from ui.shared.figures.tiles import NEGATIVE, POSITIVE


def test_maps_stand_in_rows_with_a_clear_pixel_between() -> None:
    maps = np.stack([np.full((2, 3), value, np.float32) for value in (1, -1, 0.5, 0)])
    image = np.asarray(Image.open(io.BytesIO(maps_png(maps, 1.0))).convert("RGBA"))
    assert image.shape == (5, 7, 4)
    assert tuple(image[0, 0]) == (*POSITIVE, 255)
    assert tuple(image[1, 6]) == (*NEGATIVE, 255)
    assert 120 < image[4, 0, 3] < 136
    for clear in (image[2], image[:, 3], image[3:, 4:]):
        assert not clear[..., 3].any()


@pytest.mark.parametrize("digit", [0, 7])
def test_the_curve_is_the_training_s(digit: int) -> None:
    known = first_steps().probabilities(own_digit(digit))[:, digit]
    drawn = curve(own_digit(digit), digit, first_steps())
    assert f"{STEPS} steps: {percent(float(known[-1]))} sure of {digit}" in drawn
    points = drawn.split('points="')[1].split('"')[0].split()
    heights = [-float(point.split(",")[1]) for point in points]
    assert len(heights) == len(known)
    assert np.corrcoef(heights, known.numpy())[0, 1] == pytest.approx(1, abs=1e-3)
