"""Files of pictures are read back with Pillow."""

import io

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torch import Tensor
from torch.testing import assert_close

from mnist_core.pictures.image_files import FRAME_MS, animated_gif, sheet_png, there_and_back

COUNTS, SCALES, SEEDS = st.integers(1, 12), st.integers(1, 4), st.integers(0, 1000)


def pictures(count: int, seed: int = 0, side: int = 28) -> Tensor:
    return torch.rand(count, side, side, generator=torch.Generator().manual_seed(seed))


def grey(image: Image.Image) -> Tensor:
    return torch.from_numpy(np.array(image.convert("L")))


def frames_of(data: bytes) -> list[Tensor]:
    image = Image.open(io.BytesIO(data), formats=["GIF"])
    frames = []
    for index in range(image.n_frames):  # type: ignore[attr-defined]
        image.seek(index)
        frames.append(grey(image))
    return frames


def in_levels(images: Tensor) -> Tensor:
    return (images * 255).round().to(torch.uint8)


def enlarged(images: Tensor, scale: int) -> Tensor:
    return images.repeat_interleave(scale, dim=-2).repeat_interleave(scale, dim=-1)


@given(COUNTS, SCALES, SEEDS)
def test_each_frame_of_the_gif_is_its_picture_to_the_last_grey(
    count: int, scale: int, seed: int
) -> None:
    images = pictures(count, seed)
    frames = frames_of(animated_gif(images, scale))
    assert len(frames) == count
    assert_close(torch.stack(frames), enlarged(in_levels(images), scale))


def test_the_gif_plays_for_ever_at_about_twelve_pictures_a_second() -> None:
    image = Image.open(io.BytesIO(animated_gif(pictures(3))))
    assert image.info["loop"] == 0
    assert image.info["duration"] == FRAME_MS
    assert 11.5 < 1000 / FRAME_MS < 12.6


def test_an_animation_goes_there_and_back_without_standing_still_at_its_ends() -> None:
    images = pictures(4)
    assert_close(there_and_back(images), images[[0, 1, 2, 3, 2, 1]])


@given(st.integers(1, 2))
def test_with_nothing_between_its_ends_an_animation_has_only_them(count: int) -> None:
    assert_close(there_and_back(pictures(count)), pictures(count))


@given(COUNTS, st.integers(1, 5), SCALES, st.integers(0, 3), SEEDS)
def test_each_picture_is_in_its_place_on_the_sheet_and_the_rest_is_black(
    count: int, columns: int, scale: int, gap_px: int, seed: int
) -> None:
    images, side = pictures(count, seed, side=5), 5 * scale
    sheet = grey(Image.open(io.BytesIO(sheet_png(images, columns, scale, gap_px))))
    rows = (count + columns - 1) // columns
    assert sheet.shape == tuple(n * side + (n - 1) * gap_px for n in (rows, columns))
    for index, image in enumerate(enlarged(in_levels(images), scale)):
        top, left = ((side + gap_px) * place for place in divmod(index, columns))
        place = sheet[top : top + side, left : left + side]
        assert_close(place, image)
        place.zero_()
    assert not sheet.any()


def test_values_beyond_black_and_white_are_clipped() -> None:
    images = torch.tensor([[[-1.0, 2.0]]])
    assert grey(Image.open(io.BytesIO(sheet_png(images, 1)))).tolist() == [[0, 255]]
    assert frames_of(animated_gif(images))[0].tolist() == [[0, 255]]
