"""Pictures that were enlarged from few grey cells, such as a scan of 8×8: no edge in them is sharp.

There every cell is as dark as the share of ink in it, so a stroke thinner than a cell never
reaches full contrast, and half of it, where a drawing's edge lies, cuts the stroke to pieces.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

FloatArray = NDArray[np.float32]
SMOOTH_WAYS = (Image.Resampling.BILINEAR, Image.Resampling.BICUBIC)

MOST_CELLS = 16
"""On the longer side of a picture that counts as coarse; more show every stroke well enough."""
FEWEST_CELLS = 6
CLEAN_SHARE = 0.06
"""At least so much of a coarse picture is bare paper, exactly as bright everywhere."""
GREY_SHARE = 0.35
"""At least so much of its ink is neither full nor near none. Drawings have 0.3 at most."""
OFF = 0.14
"""How far the picture may be from its cells, enlarged again, in standard deviations."""
LEAST_CONTRAST = 0.5
SMALLEST_CELL_PX = 4
SAME = 0.004
EDGE_AT = 0.4
"""Where a coarse picture's contrast is that of an edge: under a half, for strokes are thin."""
SMOOTH_PX = 160


def find_coarse_ink(grey: FloatArray) -> FloatArray | None:
    """The ink of a coarse picture, (h, w) in [0, 1] with its edges at 0.5; None for any other.

    grey: brightness in [0, 1], (H, W). The paper is the lightest or the darkest grey, whichever
          covers more, and the cells are joined by a smooth surface through them.
    """
    darkest, lightest = float(grey.min()), float(grey.max())
    dark, light = (float((np.abs(grey - end) < SAME).mean()) for end in (darkest, lightest))
    if lightest - darkest < LEAST_CONTRAST or max(dark, light) < CLEAN_SHARE:
        return None
    from_paper = grey - darkest if dark >= light else lightest - grey
    relative = np.asarray(from_paper / (lightest - darkest), dtype=np.float32)
    inked = relative[relative > 0.1]
    if float((inked < 0.85).mean()) < GREY_SHARE:
        return None
    cells = cells_of(relative)
    if cells is None:
        cells = cells_under(relative)
    if cells is None:
        return None
    factor = max(1, SMOOTH_PX // max(cells.shape))
    smooth = ndimage.zoom(
        np.pad(cells, 1), factor, order=3, mode="grid-constant", grid_mode=True, output=np.float32
    )
    return np.asarray(np.clip(smooth * (0.5 / EDGE_AT), 0, 1), dtype=np.float32)


def cells_of(values: FloatArray) -> FloatArray | None:
    """One value for each cell, where `values` (H, W) are equal squares of one value; else None.

    Also a picture of at most MOST_CELLS pixels a side is one, each pixel a cell.
    """
    if max(values.shape) <= MOST_CELLS:
        return values
    borders = [
        1 + np.flatnonzero((np.abs(np.diff(values, axis=axis)) > SAME).any(axis=1 - axis))
        for axis in (0, 1)
    ]
    if min(map(len, borders)) < 2:
        return None
    side = int(min(np.diff(places).min() for places in borders))
    regular = all(((places - places[0]) % side == 0).all() for places in borders)
    if side < SMALLEST_CELL_PX or not regular:
        return None
    rows, columns = (
        np.arange((places[0] + side // 2) % side, length, side)
        for places, length in zip(borders, values.shape, strict=True)
    )
    cells: FloatArray = values[np.ix_(rows, columns)]
    return cells if max(cells.shape) <= MOST_CELLS else None


def cells_under(values: FloatArray) -> FloatArray | None:
    """The cells that `values` (H, W) were smoothly enlarged from, where that is so; else None.

    Their values are those at their middles. They are tried from few to many, and enlarged again.
    """
    height, width = values.shape
    image_std = float(values.std())
    for count in range(FEWEST_CELLS, MOST_CELLS + 1):
        side = max(height, width) / count
        rows, columns = (np.arange(max(1, round(n / side))) for n in (height, width))
        middles = [
            ((places + 0.5) * length / len(places)).astype(int)
            for places, length in ((rows, height), (columns, width))
        ]
        cells: FloatArray = np.ascontiguousarray(values[np.ix_(*middles)])
        if any(distance(values, cells, way) < OFF * image_std for way in SMOOTH_WAYS):
            return cells
    return None


def distance(values: FloatArray, cells: FloatArray, way: Image.Resampling) -> float:
    """Root of the mean squared difference of `values` (H, W) from `cells` enlarged to them."""
    back = np.asarray(Image.fromarray(cells).resize(values.shape[::-1], way))
    return float(np.sqrt(((values - back) ** 2).mean()))
