"""Any picture of a digit → what MNIST's makers would have made of it.

MNIST's digits fill a box of 20×20 pixels and lie with their centre of mass in the middle of
28×28 pixels, in strokes about 2 pixels wide, light on dark. A drawing on a canvas does none of
that, and a network that has only seen MNIST misreads it. So the ink is found, its stroke width
is made MNIST's, and it is scaled and placed as MNIST's was.
Source: LeCun, Bottou, Bengio, Haffner 1998, “Gradient-based learning applied to document
recognition”, section III-A; the stroke width is our addition.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor

from mnist_core.pictures.ink import find_ink

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]

FRAME_PX = 28
BOX_PX = 20
STROKE_PX = 2.3
THINNEST_PX = 1.3
DOT_RATIO = 3.0
WORK_PX = 160


class Problem(StrEnum):
    """Why there is nothing to read."""

    NO_INK = "no ink"
    DOT = "a dot"


@dataclass(frozen=True)
class Stage:
    """One step of preprocessing. image: float32 (28, 28) in [0, 1], ink light."""

    name: str
    image: FloatArray


@dataclass(frozen=True)
class Box:
    """Where the ink is, in pixels of the picture: left ≤ x < right, top ≤ y < bottom."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def longest_side(self) -> int:
        """Width or height, in pixels."""
        return max(self.right - self.left, self.bottom - self.top)


@dataclass(frozen=True)
class Preprocessed:
    """What the network is shown, and how it came about.

    image:   float32 (1, 1, 28, 28) in [0, 1], ink light; all zero when there is no ink
    problem: None, or why there is nothing to read
    ink:     float32 (H, W) in [0, 1], the ink found in the (perhaps reduced) picture
    box:     the ink's box in `ink`, None where it was not looked for or there is none
    drawing: float32 (h, w), the ink in its box, at working size; None where nothing was done to it
    stroke_px: width of the stroke before it is normalised, in pixels of the 20-pixel box
    """

    image: Tensor
    problem: Problem | None
    ink: FloatArray
    box: Box | None = None
    drawing: FloatArray | None = None
    stroke_px: float = 0.0

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The picture after each step, the last equal to `image`; empty where none was taken."""
        if self.drawing is None:
            return ()
        scale = BOX_PX / max(self.drawing.shape)
        return (
            Stage("whole picture, shrunk", shrink_whole(self.ink)),
            Stage("ink box", stretch_to_frame(self.drawing)),
            Stage("longest side to 20 px", place_by_box(self.drawing)),
            Stage("centre of mass to the centre", place_by_mass(self.drawing, scale)),
            Stage("stroke width as in MNIST", self.image[0, 0].numpy()),
        )


def canvas_to_mnist(picture: NDArray[np.uint8]) -> Preprocessed:
    """Turn a canvas, an uploaded picture or a photo of a digit into an MNIST picture.

    picture: uint8 (H, W, 4) RGBA, (H, W, 3) RGB or (H, W) grey; light ink on dark or dark on
             light, any size, anywhere
    Raises PictureUnusable when the array is not a picture.
    """
    return ink_to_mnist(find_ink(picture))


def ink_to_mnist(ink: FloatArray, pen_px: float | None = None) -> Preprocessed:
    """Turn ink (H, W) in [0, 1] into an MNIST picture.

    pen_px: width of the pen, in pixels of the ink, where more than this ink tells it
    """
    box = ink_box(ink)
    if box is None:
        return Preprocessed(torch.zeros(1, 1, FRAME_PX, FRAME_PX), Problem.NO_INK, ink)
    drawing = _enlarge(ink[box.top : box.bottom, box.left : box.right])
    side = max(drawing.shape)
    depth = edge_depth(drawing >= 0.5)
    width = stroke_width(depth) if pen_px is None else pen_px * side / box.longest_side
    return Preprocessed(
        image=torch.from_numpy(normalise_stroke(depth, width, side))[None, None],
        problem=Problem.DOT if side < DOT_RATIO * width else None,
        ink=ink,
        box=box,
        drawing=drawing,
        stroke_px=width * BOX_PX / side,
    )


def ink_box(ink: FloatArray) -> Box | None:
    """The smallest box around all ink (≥ 0.5); None when there is none."""
    rows, columns = (
        np.flatnonzero((ink >= 0.5).any(axis=1)),
        np.flatnonzero((ink >= 0.5).any(axis=0)),
    )
    if not len(rows):
        return None
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def edge_depth(mask: BoolArray) -> FloatArray:
    """How deep inside the ink each pixel's centre lies, in pixels: negative outside.

    mask: (h, w), ink up to its borders. Returns (h + 2m, w + 2m) with a margin m that is wide
    enough for the edges to move outward by `normalise_stroke`.
    """
    padded = np.pad(mask, math.ceil(max(mask.shape) * STROKE_PX / BOX_PX))
    inside = ndimage.distance_transform_edt(padded)
    outside = ndimage.distance_transform_edt(~padded)
    return np.where(padded, inside - 0.5, 0.5 - outside).astype(np.float32)


def stroke_width(depth: FloatArray) -> float:
    """Mean width of the strokes, in pixels of `depth`.

    Across a stroke of width w the distance to the nearer edge rises from 0 to w/2 and falls
    again: its mean is w/4, so w = 4 · mean distance.
    """
    return float(4 * depth[depth > 0].mean())


def thinnest_stroke(depth: FloatArray) -> float:
    """Width of the thinnest strokes, in pixels: twice the depth along the strokes' middle lines.

    A middle line is where the depth is larger than around it; the lowest tenth counts.
    """
    middle = (depth > 0.5) & (depth == ndimage.maximum_filter(depth, 5))
    return 2 * float(np.quantile(depth[middle], 0.1)) if middle.any() else 0.0


def normalise_stroke(depth: FloatArray, width: float, side: int) -> FloatArray:
    """The drawing in MNIST's size, place and stroke width: float32 (28, 28).

    depth: from `edge_depth`; width: of the stroke; side: the ink box's longest, all in pixels.
    With L the longest side of the pen's path (box − width) and t the wanted width, the scale
    s = (20 − t) / L makes path and stroke fill 20 pixels; before scaling, every edge moves
    outward by (t/s − width) / 2, or by more where a thin stroke beside thick ones would be lost.
    """
    path = max(side - width, width)
    scale = (BOX_PX - STROKE_PX) / path
    thinnest = (THINNEST_PX / scale - thinnest_stroke(depth)) / 2
    growth = max((STROKE_PX / scale - width) / 2, thinnest)
    grown = np.clip(depth + growth + 0.5, 0, 1)
    return place_by_mass(grown, scale)


def place_by_mass(drawing: FloatArray, scale: float) -> FloatArray:
    """Scale `drawing` and lay its centre of mass on the centre of the frame: float32 (28, 28).

    The shift is limited so that nothing that fits into the frame is cut off.
    """
    rows, columns = np.flatnonzero(drawing.any(axis=1)), np.flatnonzero(drawing.any(axis=0))
    drawing = drawing[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    total = float(drawing.sum())
    centre_y = float(drawing.sum(axis=1) @ (np.arange(drawing.shape[0]) + 0.5)) / total
    centre_x = float(drawing.sum(axis=0) @ (np.arange(drawing.shape[1]) + 0.5)) / total
    return _place(drawing, scale, centre_y, centre_x)


def place_by_box(drawing: FloatArray) -> FloatArray:
    """Scale the longest side to 20 pixels, the box in the middle of the frame: (28, 28)."""
    height, width = drawing.shape
    return _place(drawing, BOX_PX / max(height, width), height / 2, width / 2)


def stretch_to_frame(drawing: FloatArray) -> FloatArray:
    """Cut at the ink box and fill the frame with it, keeping its proportions: (28, 28)."""
    height, width = drawing.shape
    return _place(drawing, FRAME_PX / max(height, width), height / 2, width / 2)


def shrink_whole(ink: FloatArray) -> FloatArray:
    """The whole picture shrunk to 28×28, as an app without preprocessing does."""
    height, width = ink.shape
    return _place(ink, FRAME_PX / max(height, width), height / 2, width / 2)


def _place(drawing: FloatArray, scale: float, centre_y: float, centre_x: float) -> FloatArray:
    rows = torch.from_numpy(_area_weights(drawing.shape[0], scale, centre_y))
    columns = torch.from_numpy(_area_weights(drawing.shape[1], scale, centre_x))
    placed: FloatArray = (rows @ torch.from_numpy(drawing) @ columns.T).clamp(0, 1).numpy()
    return placed


def _area_weights(size: int, scale: float, centre: float) -> FloatArray:
    """Weights (28, size): how much of each of the 28 target pixels each source pixel covers.

    Source position u lands at 14 + (u − centre)·scale; a target pixel is the mean over the
    area that it covers, which is the anti-aliasing.
    """
    low, high = -centre * scale, (size - centre) * scale  # the drawing's ends, 0 = frame centre
    half = FRAME_PX / 2
    fits = high - low <= FRAME_PX
    shift = max(-half - low, 0) - max(high - half, 0) if fits else 0.0
    edges = half + shift + (np.arange(size + 1) - centre) * scale
    pixels = np.arange(FRAME_PX)[:, None]
    overlap = np.minimum(edges[1:], pixels + 1) - np.maximum(edges[:-1], pixels)
    return np.asarray(np.clip(overlap, 0, None), dtype=np.float32)


def _enlarge(drawing: FloatArray) -> FloatArray:
    """Enlarge small drawings smoothly, so that edges can be moved by fractions of a pixel."""
    factor = math.ceil(WORK_PX / max(drawing.shape))
    if factor == 1:
        return drawing
    enlarged: FloatArray = ndimage.zoom(
        drawing, factor, order=1, mode="grid-constant", grid_mode=True, output=np.float32
    )
    return enlarged
