import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from torch import Tensor
from torch.testing import assert_close

from mnist_core.pictures.distortion import Distortion, distort, random_affine, random_waves

STILL = Distortion(rotation_deg=0, scale=0, shear=0, shift_px=0, wave_px=0)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def noise(count: int = 4) -> Tensor:
    return torch.rand(count, 1, 28, 28, generator=seeded(9))


def rings(count: int) -> Tensor:
    """A soft ring in the middle, well away from the border."""
    rows, columns = torch.meshgrid(torch.arange(28.0), torch.arange(28.0), indexing="ij")
    radius = ((rows - 13.5) ** 2 + (columns - 13.5) ** 2).sqrt()
    ring = (2.5 - (radius - 6).abs()).clamp(0, 1)
    return ring.expand(count, 1, 28, 28).clone()


def test_no_distortion_returns_the_same_pictures() -> None:
    assert_close(distort(noise(), STILL, seeded()), noise(), rtol=0, atol=1e-5)


def test_the_same_seed_distorts_alike_and_another_seed_differently() -> None:
    first = distort(noise(), Distortion(), seeded(3))
    assert torch.equal(first, distort(noise(), Distortion(), seeded(3)))
    assert not torch.allclose(first, distort(noise(), Distortion(), seeded(4)))


def test_every_picture_of_a_batch_is_distorted_in_its_own_way() -> None:
    first, second = distort(rings(2), Distortion(), seeded())
    assert (first - second).abs().max() > 0.1


def test_the_input_is_not_modified() -> None:
    images = noise()
    distort(images, Distortion(), seeded())
    assert torch.equal(images, noise())


@given(
    seed=st.integers(0, 2**31),
    rotation_deg=st.floats(0, 180),
    scale=st.floats(0, 0.5),
    shift_px=st.floats(0, 30),
    wave_px=st.floats(0, 5),
)
def test_the_result_is_a_picture_of_the_same_shape_in_zero_to_one(
    seed: int, rotation_deg: float, scale: float, shift_px: float, wave_px: float
) -> None:
    distortion = Distortion(rotation_deg, scale, 0.3, shift_px, wave_px)
    distorted = distort(noise(3), distortion, seeded(seed))
    assert distorted.shape == (3, 1, 28, 28)
    assert distorted.dtype == torch.float32
    assert torch.isfinite(distorted).all()
    assert distorted.min() >= 0
    assert distorted.max() <= 1 + 1e-6


def test_random_affine_is_rotation_times_shear_times_scale_then_a_shift() -> None:
    count, distortion = 5, Distortion(rotation_deg=40, scale=0.3, shear=0.5, shift_px=4)
    drawn = torch.rand(6, count, generator=seeded(1)).double().numpy() * 2 - 1
    expected = np.empty((count, 2, 3))
    for k in range(count):
        angle, shear, scale_x, scale_y, shift_x, shift_y = drawn[:, k]
        angle *= math.radians(40)
        rotation = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
        slant = [[1, 0.5 * shear], [0, 1]]
        size = np.diag([1 + 0.3 * scale_x, 1 + 0.3 * scale_y])
        expected[k, :, :2] = np.array(rotation) @ np.array(slant) @ size
        expected[k, :, 2] = 4 * shift_x / 14, 4 * shift_y / 14
    actual = random_affine(count, distortion, seeded(1))
    assert_close(actual.double(), torch.from_numpy(expected), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_a_distortion_moves_the_pixels_as_scipy_does_with_the_same_matrix(seed: int) -> None:
    distortion = replace(Distortion(rotation_deg=30, shear=0.3, shift_px=3), wave_px=0)
    matrix = random_affine(1, distortion, seeded(seed))[0].double().numpy()  # output → input, x y
    linear = matrix[::-1, 1::-1]  # in rows and columns
    centre, shift = np.full(2, 13.5), matrix[::-1, 2] * 14
    image = rings(1)[0, 0].double().numpy() * np.linspace(0.3, 1, 28)
    expected = ndimage.affine_transform(
        image, linear, offset=centre + shift - linear @ centre, order=1, mode="constant"
    )
    picture = torch.from_numpy(image).float()[None, None]
    actual = distort(picture, distortion, seeded(seed))[0, 0]
    assert_close(actual.double(), torch.from_numpy(expected), rtol=0, atol=1e-4)


@given(seed=st.integers(0, 2**31), amplitude_px=st.floats(0, 3))
def test_waves_stay_within_their_amplitude_and_bend_x_by_y_and_y_by_x(
    seed: int, amplitude_px: float
) -> None:
    waves = random_waves(4, amplitude_px, seeded(seed))
    assert waves.shape == (4, 28, 28, 2)
    assert waves.abs().max() <= amplitude_px * 2 / 28 + 1e-6
    assert torch.equal(waves[..., 0], waves[:, :, :1, 0].expand(4, 28, 28))
    assert torch.equal(waves[..., 1], waves[:, :1, :, 1].expand(4, 28, 28))


def test_waves_of_some_amplitude_do_bend_the_picture() -> None:
    distorted = distort(rings(1), replace(STILL, wave_px=2), seeded(2))
    assert (distorted - rings(1)).abs().max() > 0.1


def test_mild_distortions_keep_about_as_much_ink() -> None:
    mild = Distortion(rotation_deg=12, scale=0.02, shear=0.1, shift_px=2, wave_px=0.3)
    ink = distort(rings(64), mild, seeded()).sum(dim=(1, 2, 3)) / rings(1).sum()
    assert ink.min() > 0.9
    assert ink.max() < 1.1


def test_the_training_distortion_moves_ink_by_a_few_pixels_only() -> None:
    distorted = distort(rings(64), Distortion(), seeded())[:, 0]
    line = torch.arange(28.0)
    mass = distorted.sum(dim=(1, 2))
    for axis in (1, 2):
        centre = (distorted.sum(dim=3 - axis) * line).sum(dim=1) / mass
        assert (centre - 13.5).abs().max() < 3.5
        assert (centre - 13.5).abs().max() > 1
