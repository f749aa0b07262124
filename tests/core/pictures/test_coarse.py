import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from mnist_core.pictures.coarse import cells_of, cells_under, find_coarse_ink
from mnist_core.shipping.low_resolution import at_low_resolution
from mnist_core.shipping.pen_pictures import as_shown
from tests.core.photos import draw_digit

Way = Image.Resampling


def three_cells() -> NDArray[np.float32]:
    """A thin 3 of 8×8 cells, hardly a cell of which is full."""
    rows = ["04994000", "40000440", "00000440", "00494400", "00004940", "00000440", "40004940",
            "04944000"]  # fmt: skip
    return np.array([[int(cell) for cell in row] for row in rows], dtype=np.float32) / 9


def enlarged(cells: NDArray[np.float32], side: int, way: Way) -> NDArray[np.float32]:
    size = (cells.shape[1] * side, cells.shape[0] * side)
    return np.clip(np.asarray(Image.fromarray(cells).resize(size, way)), 0, 1)


@given(seed=st.integers(0, 10_000), height=st.integers(3, 16), width=st.integers(3, 16),
       side=st.integers(6, 12))  # fmt: skip
def test_cells_of_one_grey_are_found_again(seed: int, height: int, width: int, side: int) -> None:
    cells = np.random.default_rng(seed).random((height, width), dtype=np.float32)
    assert np.array_equal(cells_of(enlarged(cells, side, Way.NEAREST)), cells)  # type: ignore[arg-type]


@pytest.mark.parametrize("way", [Way.BILINEAR, Way.BICUBIC])
@pytest.mark.parametrize("side", [10, 17, 40])
def test_cells_smoothly_enlarged_are_found_again(way: Way, side: int) -> None:
    found = cells_under(enlarged(three_cells(), side, way))
    assert found is not None
    assert found.shape == (8, 8)
    assert np.abs(found - three_cells()).max() < 0.1


def test_coarse_uploads_look_like_what_they_were_made_of(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    digits = [as_shown(draw_digit(digit, brush_px=9)) for digit in list(range(10)) * 4]
    uploads = [at_low_resolution(digit, random) for digit in digits]
    pairs = list(zip(uploads, digits, strict=True))
    likeness = [correlation(as_shown(upload), digit) for upload, digit in pairs]
    assert np.mean(likeness) > 0.75
    monkeypatch.setattr("mnist_core.pictures.ink.find_coarse_ink", lambda grey: None)
    without = [correlation(as_shown(upload), digit) for upload, digit in pairs]
    assert np.mean(likeness) > np.mean(without) + 0.05


def correlation(one: Tensor, other: Tensor) -> float:
    return float(np.corrcoef(one.flatten(), other.flatten())[0, 1])


@pytest.mark.parametrize("digit", range(10))
@pytest.mark.parametrize("brush_px", [6.0, 20.0, 34.0])
def test_a_drawing_is_not_coarse(digit: int, brush_px: float) -> None:
    canvas = draw_digit(digit, brush_px=brush_px)[..., 0].astype(np.float32) / 255
    assert find_coarse_ink(canvas) is None


def test_an_even_picture_and_a_faint_one_are_not_coarse() -> None:
    assert find_coarse_ink(np.full((8, 8), 0.5, dtype=np.float32)) is None
    assert find_coarse_ink(three_cells() * 0.3) is None
