"""Strokes in a link: they come back as they were, within the grid, and no text can do harm."""

import base64
import re
import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from mnist_core.errors import StrokesUnusable
from mnist_core.pictures.own_digits import DIGITS, in_canvas_pixels
from mnist_core.pictures.stroke_text import (
    FINEST_FIRST,
    GRIDS,
    HIGHEST_PX,
    LOWEST_PX,
    MAX_CHARS,
    SHORT_CHARS,
    Grid,
    pack_strokes,
    simplify,
    unpack_strokes,
)
from mnist_core.pictures.strokes import (
    CANVAS_PX,
    THICKEST_PX,
    THINNEST_PX,
    BrushStroke,
    FloatArray,
    canvas_path,
    points_along,
)

places = st.floats(0, CANVAS_PX, width=32)
point_lists = st.lists(st.tuples(places, places), min_size=1, max_size=40).map(
    lambda points: np.array(points, np.float32)
)
brush_strokes = st.builds(
    BrushStroke, point_lists, st.integers(THINNEST_PX, THICKEST_PX), st.booleans()
)
drawings = st.lists(brush_strokes, max_size=4)
letters = st.text(string.ascii_letters + string.digits + "-_", max_size=60)
FINEST, COARSEST = GRIDS[FINEST_FIRST[0]], GRIDS[FINEST_FIRST[-1]]


def furthest_from(path: FloatArray, points: FloatArray) -> float:
    """The largest distance of the points from a path of straight lines."""
    start, along = path[:-1], np.diff(path, axis=0)  # (m, 2)
    from_start = points[:, None] - start  # (n, m, 2)
    t = (from_start * along).sum(axis=2) / np.maximum((along**2).sum(axis=1), 1e-12)
    apart = from_start - np.clip(t, 0, 1)[..., None] * along
    return float(np.hypot(apart[..., 0], apart[..., 1]).min(axis=1).max())


def pen(count: int, turns: float = 2.0) -> BrushStroke:
    """A stroke of many points, as a fast mouse makes them."""
    turn = np.linspace(0, turns * 2 * np.pi, count)
    radius = np.linspace(20, 120, count)
    return BrushStroke((140 + radius * [np.cos(turn), np.sin(turn)]).T.astype(np.float32), 20)


# There and back


@given(drawing=drawings)
def test_a_drawing_comes_back_within_the_rounding_with_its_brushes(
    drawing: list[BrushStroke],
) -> None:
    text = pack_strokes(drawing)
    back = unpack_strokes(text)
    assert re.fullmatch(r"[\w-]*", text, re.ASCII)
    assert len(text) <= MAX_CHARS
    assert [stroke.brush_px for stroke in back] == [stroke.brush_px for stroke in drawing]
    for before, after in zip(drawing, back, strict=True):
        assert after.smooth == before.smooth
        assert_allclose(after.points, before.points, atol=GRIDS[0].step_px / 2)


@pytest.mark.parametrize(("points", "grid"), [(60, FINEST), (170, GRIDS[0])])
def test_only_a_text_that_a_qr_code_holds_is_kept_on_the_finest_grid(
    points: int, grid: Grid
) -> None:
    places = np.random.default_rng(0).integers(-3 / FINEST.step_px, 3 / FINEST.step_px, (points, 2))
    stroke = BrushStroke((140 + places.cumsum(axis=0) * FINEST.step_px).astype(np.float32), 20)
    text = pack_strokes([stroke])
    assert (len(text) <= SHORT_CHARS) == (grid is FINEST)
    (back,) = unpack_strokes(text)
    apart = np.abs(back.points - stroke.points).max()
    assert apart <= grid.step_px / 2
    assert (apart == 0) == (grid is FINEST)


def test_nothing_drawn_is_no_text() -> None:
    assert pack_strokes([]) == ""
    assert unpack_strokes("") == []


def test_a_tap_stays_a_tap() -> None:
    (tap,) = unpack_strokes(pack_strokes([BrushStroke(np.array([[30, 40]], np.float32), 12)]))
    assert_array_equal(tap.points, [[30, 40]])
    assert tap.brush_px == 12


def test_a_digit_takes_few_characters() -> None:
    drawn = [BrushStroke(points, 20, smooth=False) for points in in_canvas_pixels(DIGITS[8])]
    assert len(pack_strokes(drawn)) < 100


def test_what_leads_off_the_canvas_stays_within_its_neighbours() -> None:
    away = np.array([[140, 140], [5000, 140], [140, -9000]], np.float32)
    (stroke,) = unpack_strokes(pack_strokes([BrushStroke(away, 20)]))
    assert_array_equal(stroke.points, [[140, 140], [HIGHEST_PX, 140], [140, LOWEST_PX]])


def test_a_brush_that_no_canvas_has_becomes_the_nearest_that_it_has() -> None:
    back = unpack_strokes(pack_strokes([BrushStroke(pen(3).points, px) for px in (1, 13.4, 900)]))
    assert [stroke.brush_px for stroke in back] == [THINNEST_PX, 13, THICKEST_PX]


# What does not fit


@pytest.mark.parametrize("count", [300, 900, 4000])
def test_a_long_drawing_is_made_coarser_until_it_fits_and_keeps_its_shape(count: int) -> None:
    drawn = pen(count)
    text = pack_strokes([drawn])
    (back,) = unpack_strokes(text)
    assert 100 < len(text) <= MAX_CHARS
    path = points_along(canvas_path(back))
    assert furthest_from(path, drawn.points) <= 1.0


@pytest.mark.parametrize(("count", "max_chars"), [(1, 40), (20, 40), (60, 200), (400, MAX_CHARS)])
def test_any_number_of_strokes_fits_into_any_length(count: int, max_chars: int) -> None:
    random = np.random.default_rng(count)
    drawn = [
        BrushStroke(random.uniform(0, CANVAS_PX, (3, 2)).astype(np.float32), 20, smooth=False)
        for _ in range(count)
    ]
    text = pack_strokes(drawn, max_chars)
    back = unpack_strokes(text)
    assert len(text) <= max_chars
    assert 1 <= len(back) <= count
    every = np.concatenate([stroke.points for stroke in drawn])
    rounded = COARSEST.step_px / 2 + 0.01
    for stroke in back:
        for point in stroke.points:
            assert np.abs(every - point).max(axis=1).min() <= rounded, "no point is made up"


def test_of_too_many_strokes_the_longest_stay_in_their_order() -> None:
    dots = [BrushStroke(np.array([[k % 280, k // 2]], np.float32), 20) for k in range(300)]
    drawn = [*dots[:150], pen(200), *dots[150:]]
    back = unpack_strokes(pack_strokes(drawn))
    assert max(len(stroke.points) for stroke in back) > 10
    assert 50 < len(back) < len(drawn)


@given(points=point_lists, tolerance_px=st.floats(0.1, 20))
def test_what_is_left_out_lies_within_the_tolerance(
    points: FloatArray, tolerance_px: float
) -> None:
    left = simplify(points, tolerance_px)
    path = left if len(left) > 1 else left.repeat(2, axis=0)
    assert_array_equal(left[[0, -1]], points[[0, -1]])
    assert {tuple(point) for point in left.tolist()} <= {tuple(p) for p in points.tolist()}
    assert furthest_from(path, points) <= tolerance_px + 0.01


def test_a_straight_line_is_its_two_ends() -> None:
    line = np.linspace([10, 20], [200, 90], 50).astype(np.float32)
    assert_array_equal(simplify(line, 0.1), line[[0, -1]])


# Texts that somebody else wrote


@given(text=st.one_of(st.text(max_size=60), letters, st.binary(max_size=700).map(
    lambda content: base64.urlsafe_b64encode(content).decode().rstrip("=")
)))  # fmt: skip
def test_any_text_is_bounded_strokes_or_refused(text: str) -> None:
    try:
        strokes = unpack_strokes(text)
    except StrokesUnusable:
        return
    assert sum(len(stroke.points) for stroke in strokes) <= len(text)
    for stroke in strokes:
        assert len(stroke.points) >= 1
        assert THINNEST_PX <= stroke.brush_px <= THICKEST_PX
        assert (stroke.points >= LOWEST_PX).all()
        assert (stroke.points <= HIGHEST_PX).all()


@given(drawing=drawings.filter(bool), data=st.data())
def test_a_text_that_was_cut_or_altered_is_bounded_strokes_or_refused(
    drawing: list[BrushStroke], data: st.DataObject
) -> None:
    text = pack_strokes(drawing)
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from(string.ascii_letters))
    for spoilt in (text[:place], text[:place] + letter + text[place + 1 :]):
        test_any_text_is_bounded_strokes_or_refused.hypothesis.inner_test(spoilt)


def varints(*numbers: int) -> str:
    """Numbers below 128."""
    return base64.urlsafe_b64encode(bytes(numbers)).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("A", id="half a byte"),
        pytest.param("äöü", id="no base64"),
        pytest.param("AC++", id="the other base64"),
        pytest.param(varints(0), id="no stroke"),
        pytest.param(varints(len(GRIDS), 41, 1, 9, 9), id="no such grid"),
        pytest.param(varints(0, 41, 0), id="a stroke without points"),
        pytest.param(varints(0, 41, 2, 9, 9), id="fewer points than it says"),
        pytest.param(varints(0, 41, 1, 9, 9, 41), id="half a stroke"),
        pytest.param(varints(0, 2 * THICKEST_PX + 2, 1, 9, 9), id="too thick"),
        pytest.param(varints(0, 2, 1, 9, 9), id="too thin"),
        pytest.param(varints(7, 41, 1, 255, 127, 9), id="far away"),
        pytest.param(varints(0, 41, 1, 255, 255, 255, 255, 1, 9), id="a number without end"),
        pytest.param("A" * (MAX_CHARS + 1), id="too long"),
    ],
)
def test_what_could_not_have_been_written_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(StrokesUnusable) as caught:
        unpack_strokes(text)
    assert str(caught.value).endswith(".")
