import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.shipping.low_resolution import (
    CELLS,
    DOTS,
    at_low_resolution,
    ink_shares,
    to_dots,
)
from mnist_core.shipping.pen_pictures import as_shown
from tests.core.photos import draw_digit

seeds = st.integers(0, 2**31)


def picture(digit: int) -> torch.Tensor:
    return as_shown(draw_digit(digit))


@given(seed=seeds, digit=st.integers(0, 9))
def test_the_dots_fill_their_square_in_one_direction(seed: int, digit: int) -> None:
    dots = to_dots(picture(digit).numpy(), np.random.default_rng(seed))
    rows, columns = (np.flatnonzero(dots.any(axis=axis)) for axis in (1, 0))
    assert dots.shape == (DOTS, DOTS)
    assert max(np.ptp(rows), np.ptp(columns)) >= DOTS - 3
    assert abs((columns[0] + columns[-1]) / 2 - (DOTS - 1) / 2) <= 2, "in the middle"


@given(seed=seeds)
def test_a_cell_is_the_share_of_its_dots(seed: int) -> None:
    dots = np.random.default_rng(seed).random((DOTS, DOTS)) < 0.4
    shares = ink_shares(dots)
    assert shares.shape == (CELLS, CELLS)
    assert shares[1, 2] == dots[4:8, 8:12].mean()
    assert np.isclose(shares.mean(), dots.mean())


@given(seed=seeds, digit=st.integers(0, 9))
def test_an_upload_is_a_square_of_few_cells_light_or_dark(seed: int, digit: int) -> None:
    upload = at_low_resolution(picture(digit), np.random.default_rng(seed))
    assert upload.dtype == np.uint8
    assert upload.shape[0] == upload.shape[1]
    assert 80 <= upload.shape[0] <= 480
    assert np.ptp(upload) > 100


def test_the_same_random_numbers_make_the_same_upload() -> None:
    first, again = (at_low_resolution(picture(3), np.random.default_rng(1)) for _ in range(2))
    assert np.array_equal(first, again)
