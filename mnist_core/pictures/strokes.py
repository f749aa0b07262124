"""Pen strokes: lists of points, and what a drawing canvas makes of them."""

import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import DataUnavailable

FloatArray = NDArray[np.float32]
Strokes = list[FloatArray]
"""One character: each stroke is (n, 2) float32, x to the right, y down."""

CANVAS_PX = 280
THINNEST_PX, THICKEST_PX = 6, 40
"""How wide the canvas's brush can be."""
SHORTEST_PX = 0.1
CURVE_POINTS = 8
CanvasPath = list[list[Any]]
"""Commands such as ["M", x, y], ["L", x, y] and ["Q", x₁, y₁, x, y], in canvas pixels."""
_UNREADABLE = (
    OSError, EOFError, KeyError, IndexError, TypeError, ValueError, NotImplementedError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What numpy raises for a file that is no .npz, or a broken one."""


@dataclass(frozen=True)
class StrokeSet:
    """Characters that people wrote with a pen.

    characters: N characters, each in a box whose longest side is 1
    labels:     int64 (N,), 0 to 9
    writers:    int64 (N,), who wrote it
    """

    characters: list[Strokes]
    labels: NDArray[np.int64]
    writers: NDArray[np.int64]


@dataclass(frozen=True)
class BrushStroke:
    """One stroke on a canvas.

    points:   (n, 2) float32 in canvas pixels, n ≥ 1, x to the right, y down
    brush_px: how wide the brush was
    smooth:   whether the points were joined by curves, as a canvas joins those of a pen
    """

    points: FloatArray
    brush_px: float
    smooth: bool = True


def load_strokes(path: Path) -> StrokeSet:
    """Read the .npz layout of flat points with stroke and character offsets; nothing is unpickled.

    Raises DataUnavailable when the file is missing or has another layout.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            points = archive["points"].astype(np.float32)
            starts, bounds = archive["stroke_offsets"], archive["digit_offsets"]
            _check_offsets(starts, len(points))
            _check_offsets(bounds, len(starts) - 1)
            strokes = np.split(points, starts[1:-1])
            characters = [strokes[a:b] for a, b in pairwise(bounds)]
            labels = archive["labels"].astype(np.int64)
            writers = archive["writer"].astype(np.int64)
            if points.shape[1:] != (2,) or not len(characters) == len(labels) == len(writers):
                raise ValueError("the arrays do not belong together")
    except _UNREADABLE as error:
        raise DataUnavailable(
            f"{path} is not a readable file of pen strokes. Set STROKES_DIR to the folder that "
            "holds pendigits_train.npz."
        ) from error
    return StrokeSet(characters, labels, writers)


def _check_offsets(offsets: NDArray[np.integer], count: int) -> None:
    """Offsets cut `count` things into pieces, none of them empty: they rise from 0 to `count`."""
    if offsets[0] != 0 or offsets[-1] != count or np.any(np.diff(offsets) <= 0):
        raise ValueError("the offsets do not fit")


def fit_strokes(strokes: Strokes, side_px: float, corner_px: tuple[float, float]) -> Strokes:
    """Scale so that the longest side of the pen's path is `side_px`, upper left at `corner_px`."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = side_px / max(float((high - low).max()), 1e-6)
    corner = np.asarray(corner_px, dtype=np.float32)
    return [((stroke - low) * scale + corner).astype(np.float32) for stroke in strokes]


def draw_strokes(
    strokes: Strokes, brush_px: float, canvas_px: int = CANVAS_PX
) -> NDArray[np.uint8]:
    """White ink of a round brush on a black canvas, anti-aliased: uint8 RGBA (H, W, 4).

    strokes: in canvas pixels. A pixel at distance d from the pen's path is covered by
    clip(brush/2 − d + ½, 0, 1). The nearest point of the segment from p to q is p + t(q − p),
    t = clip((x − p)·(q − p) / |q − p|², 0, 1).
    """
    start = np.concatenate([stroke[:-1] if len(stroke) > 1 else stroke for stroke in strokes])
    end = np.concatenate([stroke[1:] if len(stroke) > 1 else stroke for stroke in strokes])
    along = end - start
    length_squared = np.maximum((along**2).sum(axis=1), 1e-12)
    reach = brush_px / 2 + 1
    first = np.clip(np.floor(np.minimum(start, end) - reach), 0, canvas_px).astype(int)
    last = np.clip(np.ceil(np.maximum(start, end) + reach), 0, canvas_px).astype(int)
    centres = np.arange(canvas_px, dtype=np.float32) + 0.5
    nearest = np.full((canvas_px, canvas_px), np.inf, dtype=np.float32)
    for k, ((left, top), (right, bottom)) in enumerate(zip(first, last, strict=True)):
        x = centres[None, left:right] - start[k, 0]
        y = centres[top:bottom, None] - start[k, 1]
        dx, dy = along[k]
        t = np.clip((x * dx + y * dy) / length_squared[k], 0, 1)
        window = nearest[top:bottom, left:right]
        np.minimum(window, (x - t * dx) ** 2 + (y - t * dy) ** 2, out=window)
    coverage = np.clip(brush_px / 2 - np.sqrt(nearest) + 0.5, 0, 1)
    grey = np.round(coverage * 255).astype(np.uint8)
    return np.dstack([grey, grey, grey, np.full_like(grey, 255)])


def draw_brushed(strokes: Sequence[BrushStroke], canvas_px: int = CANVAS_PX) -> NDArray[np.uint8]:
    """What `draw_strokes` draws of strokes of several brushes, of which there is at least one."""
    by_brush: dict[float, Strokes] = {}
    for stroke in strokes:
        by_brush.setdefault(stroke.brush_px, []).append(points_along(canvas_path(stroke)))
    drawn = [draw_strokes(points, brush, canvas_px) for brush, points in by_brush.items()]
    together: NDArray[np.uint8] = np.maximum.reduce(drawn)
    return together


def canvas_path(stroke: BrushStroke) -> CanvasPath:
    """The stroke as a canvas has it: commands that begin with M, then L and Q as in SVG.

    A smooth stroke leads from p₀ to the middle of p₀ and p₁, on curves with the control point pᵢ
    from the middle of pᵢ₋₁ and pᵢ to that of pᵢ and pᵢ₊₁, and to the last point: so the brush of
    the canvas draws (fabric.js, `getSmoothPathFromPoints`). A single point becomes a line that is
    too short to see, which a canvas, unlike nothing at all, gives its round ends.
    """
    points = stroke.points.astype(np.float64).tolist()
    (x, y), (last_x, last_y) = points[0], points[-1]
    if len(points) == 1:
        return [["M", x, y], ["L", x + SHORTEST_PX, y]]
    if not stroke.smooth:
        return [["M", x, y], *(["L", *point] for point in points[1:])]
    curves = [
        ["Q", *control, (control[0] + after[0]) / 2, (control[1] + after[1]) / 2]
        for control, after in pairwise(points)
    ]
    return [["M", x, y], *curves, ["L", last_x, last_y]]


def stroke_of(path: CanvasPath, brush_px: float) -> BrushStroke:
    """The stroke that has this path, of M, L and Q, on a canvas; the inverse of `canvas_path`."""
    smooth = any(kind == "Q" for kind, *_ in path)
    taken = ("Q", "L") if smooth else ("M", "L")
    points = np.array([place[:2] for kind, *place in path if kind in taken], np.float32)
    if len(points) == 2 and np.abs(points[1] - points[0]).max() < 2 * SHORTEST_PX:
        points = points[:1]
    return BrushStroke(points, brush_px, smooth and len(points) > 1)


def points_along(path: CanvasPath) -> FloatArray:
    """The points of a canvas's path, (n, 2) float32: CURVE_POINTS of each curve.

    Q leads from p by way of p₁ to q on (1 − t)² p + 2t(1 − t) p₁ + t² q, t from 0 to 1.
    """
    t = (np.arange(1, CURVE_POINTS + 1, dtype=np.float32) / CURVE_POINTS)[:, None]
    parts: list[FloatArray] = []
    for kind, *numbers in path:
        ends = np.array(numbers, np.float32).reshape(-1, 2)
        if kind == "Q":
            start = parts[-1][-1]
            ends = (1 - t) ** 2 * start + 2 * t * (1 - t) * ends[0] + t**2 * ends[1]
        parts.append(ends)
    return np.concatenate(parts)
