import pytest
import torch

from mnist_core.data.mnist import Digits
from mnist_core.experiments.pixel_constants import constants_for, standardise
from tests.core.tiny import tiny_digits

DIGITS = tiny_digits(20)


def statistics_of(pixels: torch.Tensor) -> tuple[float, float]:
    return pixels.mean().item(), pixels.std(correction=0).item()


@pytest.mark.parametrize("divisor", [255, 256])
def test_the_constants_are_mean_and_deviation_of_the_divided_pixels(divisor: int) -> None:
    expected = statistics_of(DIGITS.images.double() / divisor)
    assert constants_for(DIGITS.pixel_statistics, divisor) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("divisor", [255, 256])
@pytest.mark.parametrize("constants_of", [255, 256])
def test_what_becomes_of_the_pixels_is_computed_right(divisor: int, constants_of: int) -> None:
    found = standardise(DIGITS.pixel_statistics, divisor, constants_of)
    mean, deviation = found.constants
    pixels = (DIGITS.images.double() / divisor - mean) / deviation
    assert (found.mean, found.deviation) == pytest.approx(statistics_of(pixels), abs=1e-9)
    assert found.paper == pytest.approx((0 - mean) / deviation)
    assert found.ink == pytest.approx((255 / divisor - mean) / deviation)
    belong_together = divisor == constants_of
    assert (abs(found.mean) < 1e-9 and abs(found.deviation - 1) < 1e-9) is belong_together


@pytest.mark.mnist
def test_of_mnist_they_are_the_right_ones_and_the_course_s(mnist_training_digits: Digits) -> None:
    statistics = mnist_training_digits.pixel_statistics
    assert constants_for(statistics, 255) == pytest.approx((0.1307, 0.3081), abs=5e-5)
    assert constants_for(statistics, 256) == pytest.approx((0.1302, 0.3069), abs=1e-4)
