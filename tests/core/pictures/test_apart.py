import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from scipy.sparse.csgraph import connected_components

from mnist_core.pictures.apart import cut_apart, find_cuts, groups, pen_width, take_apart
from mnist_core.pictures.preprocessing import Box
from mnist_core.pictures.strokes import draw_strokes


def ink_of(*lines: list[tuple[float, float]], brush_px: float = 10) -> np.ndarray:
    """Lines on a canvas of 280 pixels: float32 in [0, 1]."""
    strokes = [np.array(line, np.float32) for line in lines]
    return draw_strokes(strokes, brush_px)[..., 0].astype(np.float32) / 255


@given(st.integers(1, 64), st.floats(0, 0.2), st.integers(0, 2**31))
def test_groups_are_the_connected_components(count: int, density: float, seed: int) -> None:
    upper = np.triu(np.random.default_rng(seed).random((count, count)) < density)
    together = upper | upper.T | np.eye(count, dtype=bool)
    assert groups(together).tolist() == connected_components(together, directed=False)[1].tolist()


UPRIGHTS = [[(x, 60), (x, 200)] for x in (220, 60, 140)]
CHAIN = [[(60, 60), (60, 200)], [(60, 130), (150, 130)], [(150, 60), (150, 200)]]


def test_parts_come_from_left_to_right_in_whatever_order_they_were_drawn() -> None:
    parts = take_apart(ink_of(*UPRIGHTS))
    middles = [(box.left + box.right) / 2 for box in parts.boxes]
    assert middles == pytest.approx([60, 140, 220], abs=1)
    assert parts.labels[130, [60, 140, 220]].tolist() == [1, 2, 3]


def test_a_bar_above_a_bowl_belongs_to_it() -> None:
    bowl, bar = [(60, 120), (120, 160), (60, 200)], [(70, 60), (140, 60)]
    parts = take_apart(ink_of(bowl, bar, [(220, 60), (220, 200)]))
    assert len(parts.boxes) == 2
    assert parts.labels[60, 100] == parts.labels[200, 61] == 1


def test_parts_that_share_little_of_their_width_stay_two() -> None:
    assert len(take_apart(ink_of([(60, 60), (100, 200)], [(95, 60), (135, 200)])).boxes) == 2


def test_no_ink_has_no_parts_and_nor_have_a_hundred_specks() -> None:
    assert take_apart(np.zeros((40, 40), np.float32)).boxes == ()
    specks = np.zeros((40, 40), np.float32)
    specks[::4, ::4] = 1
    assert take_apart(specks).boxes == ()


@given(st.integers(0, 2**32 - 1))
def test_the_parts_are_all_the_ink_and_each_has_its_own(seed: int) -> None:
    noise = np.random.default_rng(seed).normal(size=(30, 60))
    smooth = ndimage.gaussian_filter(noise, 3)
    ink = np.clip(smooth / np.abs(smooth).max(), 0, 1).astype(np.float32)
    parts = take_apart(ink)
    count = len(parts.boxes)
    shares = [parts.ink_of(ink, k, k + 1) >= 0.5 for k in range(count)]
    assert (np.sum(shares, axis=0) == (ink >= 0.5)).all()
    for share, box in zip(shares, parts.boxes, strict=True):
        rows, columns = np.nonzero(share)
        assert box == Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    middles = [box.left + box.right for box in parts.boxes]
    assert middles == sorted(middles)


def test_a_part_keeps_its_soft_edge_and_nothing_of_the_others() -> None:
    together = ink_of(*UPRIGHTS[:2], brush_px=9.5)
    alone = ink_of(UPRIGHTS[1], brush_px=9.5)
    parts = take_apart(together)
    assert ((alone > 0) & (alone < 0.5)).any()
    assert (parts.ink_of(together, 0, 1) == alone).all()
    assert (parts.ink_of(together, 0, 2) == together).all()


@pytest.mark.parametrize("brush_px", [8, 14, 20])
def test_the_pen_is_as_wide_as_where_its_strokes_lie_apart(brush_px: float) -> None:
    run_together = [[(200, y), (250, y)] for y in (80, 80 + brush_px / 2, 80 + brush_px)]
    ink = ink_of(UPRIGHTS[1], *run_together, [(200, 60), (200, 200)], brush_px=brush_px)
    assert pen_width(ink, take_apart(ink), 50) == pytest.approx(brush_px, rel=0.1)


def test_two_that_touch_are_cut_where_they_touch() -> None:
    ink = ink_of(*CHAIN)
    parts = take_apart(ink)
    assert len(parts.boxes) == 1
    cut = cut_apart(ink, parts, [0], 10)
    assert len(cut.boxes) >= 2
    assert cut.labels[130, 60] == 1
    assert cut.labels[130, 150] == len(cut.boxes)
    assert ((cut.labels > 0) == (ink >= 0.5)).all()


def test_a_cut_goes_from_top_to_bottom_by_steps_of_one_column() -> None:
    cuts = find_cuts(ink_of(*CHAIN)[55:206, 55:156], 10)
    assert cuts.shape[0] == 151
    assert cuts.shape[1] > 0
    assert np.abs(np.diff(cuts, axis=0)).max() <= 1


def test_what_is_solid_is_not_cut() -> None:
    assert find_cuts(np.ones((80, 120), np.float32), 10).shape == (80, 0)
