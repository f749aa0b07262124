import math
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from mnist_core.errors import DataUnavailable
from mnist_core.pictures.strokes import (
    CANVAS_PX,
    SHORTEST_PX,
    BrushStroke,
    Strokes,
    canvas_path,
    draw_brushed,
    draw_strokes,
    fit_strokes,
    load_strokes,
    points_along,
    stroke_of,
)

SIDE = 24
coordinates = st.floats(-6, SIDE + 6, width=32)
strokes_on_a_small_canvas = st.lists(
    st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=4).map(
        lambda points: np.array(points, dtype=np.float32)
    ),
    min_size=1,
    max_size=3,
)


def path(*points: tuple[float, float]) -> NDArray[np.float32]:
    return np.array(points, dtype=np.float32)


def ink(strokes: Strokes, brush_px: float, canvas_px: int = SIDE) -> NDArray[np.float64]:
    """Coverage 0 to 1, (canvas_px, canvas_px)."""
    return draw_strokes(strokes, brush_px, canvas_px)[..., 0] / 255


def distance_to_segment(
    x: float, y: float, start: NDArray[np.float32], end: NDArray[np.float32]
) -> float:
    (px, py), (qx, qy) = start.tolist(), end.tolist()
    dx, dy = qx - px, qy - py
    squared = dx * dx + dy * dy
    t = 0.0 if squared == 0 else ((x - px) * dx + (y - py) * dy) / squared
    t = min(max(t, 0.0), 1.0)
    return math.hypot(x - px - t * dx, y - py - t * dy)


def coverage_by_brute_force(strokes: Strokes, brush_px: float) -> NDArray[np.float64]:
    """The docstring's formula, pixel by pixel and segment by segment."""
    covered = np.zeros((SIDE, SIDE))
    for row in range(SIDE):
        for column in range(SIDE):
            distance = min(
                distance_to_segment(column + 0.5, row + 0.5, start, end)
                for stroke in strokes
                for start, end in (pairwise(stroke) if len(stroke) > 1 else [(*stroke, *stroke)])
            )
            covered[row, column] = min(max(brush_px / 2 - distance + 0.5, 0), 1)
    return covered


@given(strokes=strokes_on_a_small_canvas, brush_px=st.floats(0.5, 12))
def test_ink_equals_the_distance_formula_at_every_pixel(strokes: Strokes, brush_px: float) -> None:
    expected = coverage_by_brute_force(strokes, brush_px)
    assert_allclose(ink(strokes, brush_px), expected, rtol=0, atol=1.01 / 255)


def test_a_drawing_is_opaque_grey_rgba_of_the_canvas_size() -> None:
    drawn = draw_strokes([path((10, 10), (200, 150))], 20)
    assert drawn.shape == (CANVAS_PX, CANVAS_PX, 4)
    assert drawn.dtype == np.uint8
    assert (drawn[..., 3] == 255).all()
    assert_array_equal(drawn[..., 0], drawn[..., 1])
    assert_array_equal(drawn[..., 0], drawn[..., 2])
    assert drawn[0, 279, 0] == 0
    assert drawn[80, 105, 0] == 255


def test_x_runs_to_the_right_and_y_down() -> None:
    drawn = ink([path((4.5, 20.5), (9.5, 20.5))], 3)
    assert drawn[20, 4] == drawn[20, 9] == 1
    assert drawn[:15].sum() == drawn[:, 15:].sum() == 0


def test_the_edge_is_anti_aliased_over_one_pixel() -> None:
    column = ink([path((-5, 12), (30, 12))], 6.5)[:, 12]
    assert_allclose(column[7:17], [0, 0.25, 1, 1, 1, 1, 1, 1, 0.25, 0], atol=1 / 255)


@pytest.mark.parametrize("brush_px", [4, 9, 15.5])
def test_a_single_point_is_a_disc_of_the_brush(brush_px: float) -> None:
    drawn = ink([path((12, 12))], brush_px)
    assert_allclose(drawn.sum(), math.pi * brush_px**2 / 4, rtol=0.03)
    assert_array_equal(drawn, drawn.T)
    assert_array_equal(drawn, drawn[::-1])


def test_a_repeated_point_is_the_same_disc() -> None:
    assert_array_equal(ink([path((12, 12))] * 2, 7), ink([path((12, 12), (12, 12))], 7))


def test_a_path_outside_the_canvas_leaves_it_black() -> None:
    assert ink([path((-50, -50), (-20, 70))], 10).sum() == 0


def test_overlapping_strokes_are_not_brighter_than_one() -> None:
    one = path((5, 5), (18, 16))
    assert_array_equal(ink([one, one], 5), ink([one], 5))


def test_drawing_leaves_the_strokes_as_they_were() -> None:
    stroke = path((3, 4), (10, 12))
    draw_strokes([stroke], 5, SIDE)
    assert_array_equal(stroke, path((3, 4), (10, 12)))


# A canvas's paths


@given(points=strokes_on_a_small_canvas.map(np.concatenate), smooth=st.booleans())
def test_a_stroke_comes_back_from_the_path_that_a_canvas_has_of_it(
    points: NDArray[np.float32], smooth: bool
) -> None:
    back = stroke_of(canvas_path(BrushStroke(points, 9, smooth)), 9)
    if len(points) == 2 and np.abs(points[1] - points[0]).max() < 2 * SHORTEST_PX:
        points = points[:1]
    assert_array_equal(back.points, points)
    assert back.brush_px == 9
    assert back.smooth == (smooth and len(points) > 1)


def test_a_pen_s_curves_lead_from_middle_to_middle() -> None:
    along = points_along(canvas_path(BrushStroke(path((0, 0), (8, 0), (8, 8), (0, 8)), 9)))
    middles = [(4, 0), (8, 4), (4, 8)]
    assert_array_equal(along[[0, -1]], [(0, 0), (0, 8)])
    assert {tuple(point) for point in along.tolist()} >= set(middles)
    assert_allclose(along[12], (7, 1), atol=1e-6)  # ¼ (4, 0) + ½ (8, 0) + ¼ (8, 4)


def test_a_tap_on_a_canvas_is_a_disc() -> None:
    drawn = draw_brushed([BrushStroke(path((12, 12)), 7)], SIDE)
    assert_allclose(drawn[..., 0].sum() / 255, math.pi * 7**2 / 4, rtol=0.05)


def test_strokes_of_two_brushes_are_drawn_as_wide_as_each_was() -> None:
    left, right = path((6, 4), (6, 20)), path((18, 4), (18, 20))
    drawn = draw_brushed([BrushStroke(left, 3), BrushStroke(right, 8)], SIDE)
    expected = np.maximum(draw_strokes([left], 3, SIDE), draw_strokes([right], 8, SIDE))
    assert_allclose(drawn, expected, atol=1)


# Fitting


@given(
    strokes=strokes_on_a_small_canvas.filter(
        lambda strokes: np.ptp(np.concatenate(strokes), axis=0).max() > 0.1
    ),
    side_px=st.floats(1, 200),
    corner_px=st.tuples(st.floats(-10, 50), st.floats(-10, 50)),
)
def test_fitted_strokes_have_the_asked_size_and_corner_and_keep_their_shape(
    strokes: Strokes, side_px: float, corner_px: tuple[float, float]
) -> None:
    fitted = fit_strokes(strokes, side_px, corner_px)
    before, after = np.concatenate(strokes), np.concatenate(fitted)
    extent = np.ptp(before, axis=0)
    assert [len(stroke) for stroke in fitted] == [len(stroke) for stroke in strokes]
    assert all(stroke.dtype == np.float32 for stroke in fitted)
    assert_allclose(after.min(axis=0), corner_px, atol=1e-3)
    assert_allclose(np.ptp(after, axis=0), extent * side_px / extent.max(), atol=2e-3)


def test_a_single_point_is_fitted_to_the_corner() -> None:
    assert_array_equal(fit_strokes([path((7, 9))], 100, (20, 30))[0], path((20, 30)))


# Loading


def two_characters() -> dict[str, NDArray[np.generic]]:
    """A “1” of one stroke and a “4” of two, in the layout of the stroke files."""
    return {
        "points": np.arange(14, dtype=np.float32).reshape(7, 2) / 14,
        "stroke_offsets": np.array([0, 2, 5, 7]),
        "digit_offsets": np.array([0, 1, 3]),
        "labels": np.array([1, 4], dtype=np.uint8),
        "writer": np.array([8, 9], dtype=np.int32),
    }


def test_strokes_are_cut_at_their_offsets(tmp_path: Path) -> None:
    arrays = two_characters()
    np.savez(tmp_path / "pen.npz", **arrays)
    loaded = load_strokes(tmp_path / "pen.npz")
    assert [[len(stroke) for stroke in strokes] for strokes in loaded.characters] == [[2], [3, 2]]
    assert_array_equal(np.concatenate(loaded.characters[1]), arrays["points"][2:])
    assert loaded.labels.tolist() == [1, 4]
    assert loaded.writers.tolist() == [8, 9]
    assert loaded.labels.dtype == loaded.writers.dtype == np.int64


def assert_refused(file: Path) -> None:
    with pytest.raises(DataUnavailable) as caught:
        load_strokes(file)
    assert str(file) in str(caught.value)
    assert "Set STROKES_DIR" in str(caught.value)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    assert_refused(tmp_path / "pen.npz")


@pytest.mark.parametrize("key", list(two_characters()))
def test_a_file_without_one_of_the_arrays_is_refused(key: str, tmp_path: Path) -> None:
    arrays = two_characters()
    del arrays[key]
    np.savez(tmp_path / "pen.npz", **arrays)
    assert_refused(tmp_path / "pen.npz")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: b"", id="empty"),
        pytest.param(lambda content: b"<html></html>", id="web page"),
        pytest.param(lambda content: b"PK\x03\x04", id="zip signature only"),
        pytest.param(lambda content: content[: len(content) // 2], id="truncated"),
        pytest.param(lambda content: content[:150] + bytes(60) + content[210:], id="altered"),
    ],
)
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_a_damaged_file_is_refused(
    damage: Callable[[bytes], bytes], save: Callable[..., None], tmp_path: Path
) -> None:
    file = tmp_path / "pen.npz"
    save(file, **two_characters())
    file.write_bytes(damage(file.read_bytes()))
    assert_refused(file)


def test_a_single_array_instead_of_an_archive_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "pen.npz").open("wb") as file:
        np.save(file, np.zeros((5, 2)))
    assert_refused(tmp_path / "pen.npz")


class Explosive:
    """Creates a file when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.target,)


def test_pickled_objects_are_refused_and_never_run(tmp_path: Path) -> None:
    arrays = two_characters() | {"points": np.array([Explosive(tmp_path / "ran")], dtype=object)}
    np.savez(tmp_path / "pen.npz", **arrays)
    assert_refused(tmp_path / "pen.npz")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("points", np.zeros(14, dtype=np.float32), id="points in one row"),
        pytest.param("points", np.zeros((7, 3), dtype=np.float32), id="points in space"),
        pytest.param("stroke_offsets", np.array([0, 2, 5, 9]), id="beyond the points"),
        pytest.param("stroke_offsets", np.array([0, 2, 2, 7]), id="empty stroke"),
        pytest.param("stroke_offsets", np.array([], dtype=np.int64), id="no offsets"),
        pytest.param("digit_offsets", np.array([0, 3, 1]), id="falling"),
        pytest.param("digit_offsets", np.array([0, 1, 4]), id="beyond the strokes"),
        pytest.param("digit_offsets", np.array(3), id="a number"),
        pytest.param("labels", np.array([1, 4, 7]), id="too many labels"),
        pytest.param("labels", np.array(["one", "four"]), id="labels in words"),
        pytest.param("writer", np.array([8]), id="too few writers"),
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(
    key: str, value: NDArray[np.generic], tmp_path: Path
) -> None:
    np.savez(tmp_path / "pen.npz", **(two_characters() | {key: value}))
    assert_refused(tmp_path / "pen.npz")
