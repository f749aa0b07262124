"""Pen strokes: lists of points, and what a drawing canvas makes of them."""

import zipfile
import zlib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import DataUnavailable

FloatArray = NDArray[np.float32]
Strokes = list[FloatArray]
"""One character: each stroke is (n, 2) float32, x to the right, y down."""

CANVAS_PX = 280
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
