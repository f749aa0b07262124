"""Where in a picture is the ink? Clean canvases and photos of paper alike."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from mnist_core.errors import PictureUnusable

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.integer]
BoolArray = NDArray[np.bool_]
T = TypeVar("T", bound=np.generic)

WORKING_SIDE_PX = 600
MINIMUM_CONTRAST = 0.12
FLAT_TOLERANCE = 0.012
CRUMB_SHARE = 0.02
WIDEST_STROKE = 0.2  # of the picture's longer side
DEEPEST_SHADOW = 0.35  # of the brightest paper's light
MAXIMUM_SLOPE = 0.2
STRIPS = 8
DARKEST_PAPER = 0.5  # of the lightest place
SHORTEST_DRAWING = 0.04  # of the picture's longer side
LINE_UNEVENNESS = 1.25  # of a ruled line's contrast along it


def find_ink(picture: NDArray[np.uint8]) -> FloatArray:
    """How much ink covers each pixel: float32 (H, W) in [0, 1]; all zero when there is none.

    picture: uint8 (H, W, 4) RGBA, (H, W, 3) RGB or (H, W) grey
    Pictures with a side over 600 pixels are reduced to about that.
    Raises PictureUnusable when the array is not a picture.
    """
    grey = to_grey(picture)
    paper = float(np.median(_border(grey)))
    contrast = _contrast_to(grey, paper)
    if not is_flat(grey, paper, contrast):
        return find_ink_on_paper(grey)
    if contrast.max() < MINIMUM_CONTRAST:
        return np.zeros_like(grey)
    return drop_crumbs(contrast / contrast.max())


def to_grey(picture: NDArray[np.uint8]) -> FloatArray:
    """Brightness in [0, 1], (H, W), reduced to the working size.

    Transparent parts become black behind light ink and white behind dark ink.
    """
    if picture.dtype != np.uint8 or picture.ndim not in (2, 3) or 0 in picture.shape:
        raise PictureUnusable(
            "A picture is an array of unsigned bytes, height × width × 4 (or × 3, or grey); "
            f"this one is {picture.dtype} with shape {picture.shape}."
        )
    if picture.ndim == 3 and picture.shape[2] not in (3, 4):
        raise PictureUnusable(f"A picture has 3 or 4 channels; this one has {picture.shape[2]}.")
    image = Image.fromarray(picture)
    across, down = reduction(image.width, image.height)
    if max(across, down) > 1:
        image = image.reduce((across, down))
    if image.mode != "RGBA":
        return _to_01(image.convert("L"))
    alpha = _to_01(image.getchannel("A"))
    grey = _to_01(image.convert("RGB").convert("L"))
    if alpha.min() > 0.99:
        return grey
    visible = float((grey * alpha).sum() / max(float(alpha.sum()), 1e-6))
    behind = 0.0 if visible > 0.5 else 1.0
    return np.asarray(grey * alpha + behind * (1 - alpha), dtype=np.float32)


def reduction(width: int, height: int) -> tuple[int, int]:
    """How many pixels of a picture, across and down, become one at the working size."""
    factor = -(-max(width, height) // WORKING_SIDE_PX)
    return min(factor, width), min(factor, height)


def _to_01(image: Image.Image) -> FloatArray:
    return np.asarray(image, dtype=np.float32) / np.float32(255)


def is_flat(grey: FloatArray, paper: float, contrast: FloatArray) -> bool:
    """True for a canvas or a clean scan: 30 % is exactly the paper, and little is nearly it."""
    exact = np.abs(grey - paper) < FLAT_TOLERANCE
    faint = ~exact & (contrast < contrast.max() / 4)
    return bool(exact.mean() >= 0.3 and faint.mean() <= 0.15)


def ink_is_dark(grey: FloatArray, paper: float) -> bool:
    """True when the darkest pixels are farther from the paper than the lightest ones.

    The outermost 0.5 % do not count, unless all the ink is among them.
    """
    dark, light = np.quantile(grey, (0.005, 0.995))
    if light - dark < FLAT_TOLERANCE:
        dark, light = grey.min(), grey.max()
    return bool(paper - dark >= light - paper)


def find_ink_on_paper(grey: FloatArray) -> FloatArray:
    """Ink on unevenly lit, grainy or ruled paper, or chalk on a board: float32 (H, W) in [0, 1].

    The paper's own brightness is estimated and divided out, ruling is taken away, the main mark
    above the grain is kept, and its edge is put where the contrast is half the ink's.
    """
    smooth = ndimage.gaussian_filter(grey, max(grey.shape) / 500, mode="nearest")
    light_paper = smooth if narrow_marks_are_dark(smooth) else 1 - smooth
    paper = paper_brightness(light_paper)
    darkest = DEEPEST_SHADOW * float(np.quantile(paper[::4, ::4], 0.95))
    contrast = contrast_to_paper(light_paper, paper, darkest)
    floor = grain_limit(contrast)
    contrast = remove_ruling(contrast, floor, paper >= darkest)
    mark = main_mark(contrast, floor)
    if not mark.any():
        return np.zeros_like(grey)
    full = max(float(np.quantile(contrast[mark], 0.75)), 2 * floor)
    return np.where(mark, np.clip(contrast / full, 0, 1), 0).astype(np.float32)


def narrow_marks_are_dark(grey: FloatArray) -> bool:
    """True when the strokes are darker than what they are on, whatever lies round the sheet.

    At each scale the marks narrower than it are compared: dark ones (closing − picture) and
    light ones (picture − opening), cubed so that grain does not count. The smallest scale that
    shows a good part of any marks decides: at larger ones the gaps between strokes are marks too.
    Light marks need a board: what is in the middle must be far darker than the lightest place.
    Source: Meyer 1979, the top-hat transform.
    """
    height, width = grey.shape
    middle = grey[height // 4 : -(height // 4) or None, width // 4 : -(width // 4) or None]
    if np.median(middle) > DARKEST_PAPER * grey.max():
        return True
    small = _shrink(grey, 150)
    widths = [max(3, round(max(small.shape) * share)) for share in (0.025, 0.05, 0.1, 0.2)]
    dark = [float(((_closing(small, width) - small) ** 3).sum()) for width in widths]
    light = [float(((_closing(-small, width) + small) ** 3).sum()) for width in widths]
    clear = 0.03 * max(dark + light)
    return next(d >= b for d, b in zip(dark, light, strict=True) if max(d, b) >= clear)


def contrast_to_paper(light_paper: FloatArray, paper: FloatArray, darkest: float) -> FloatArray:
    """Share of the paper's light that is missing, (H, W): near 0 on paper, toward 1 in dark ink.

    With P the paper's brightness, contrast = (P − I) / P. What is darker than `darkest` is no
    paper in shadow but a desk: there the contrast is damped to (P − I) / darkest.
    """
    contrast = (paper - light_paper) / np.maximum(paper, max(darkest, 0.02))
    return (contrast - np.median(contrast)).astype(np.float32)


def paper_brightness(light_paper: FloatArray) -> FloatArray:
    """The brightness that each pixel would have without ink, (H, W).

    Strokes are dark and narrow: a closing (maximum, then minimum) wider than a stroke fills
    them, and leaves the edges of shadows and of the sheet where they are.
    """
    return _closing(light_paper, max(3, round(max(light_paper.shape) * WIDEST_STROKE)))


def grain_limit(contrast: FloatArray) -> float:
    """The contrast that grain does not reach: 6 standard deviations, from the median deviation.

    σ ≈ 1.4826 · median |contrast|, which ink hardly changes (Rousseeuw & Croux 1993).
    """
    return max(6 * 1.4826 * float(np.median(np.abs(contrast))), MINIMUM_CONTRAST / 2)


def remove_ruling(contrast: FloatArray, floor: float, on_paper: BoolArray) -> FloatArray:
    """The contrast without the lines or squares that the paper is ruled with, (H, W)."""
    without_rows = remove_parallel_lines(contrast, floor, on_paper)
    return remove_parallel_lines(without_rows.T, floor, on_paper.T).T


def remove_parallel_lines(contrast: FloatArray, floor: float, on_paper: BoolArray) -> FloatArray:
    """Take away nearly horizontal lines: their own contrast is subtracted, strokes stay.

    A line's contrast is the median along it. Strokes that crossed it are bridged by a closing
    that is higher than the line.
    """
    mask = on_paper & (contrast > floor)
    slope = main_slope(mask)
    rows = _sheared_rows(contrast.shape, slope)
    ruled = ruled_rows(mask, on_paper, slope)
    if not ruled.any():
        return contrast
    on_line = ruled[rows]
    level = _median_along(rows[on_line], contrast[on_line], len(ruled)) * LINE_UNEVENNESS
    reduced = np.where(on_line, contrast - level[rows], contrast)
    bridged = ndimage.grey_closing(reduced, size=(_line_px(contrast) + 3, 1), mode="nearest")
    return np.where(on_line, bridged, reduced)


def main_slope(mask: BoolArray) -> float:
    """The slope along which most of the ink lies in few rows: that of ruled lines, if any.

    The picture is sheared by each slope, and the one with the largest Σ inked² / pixels over the
    rows wins, coarsely first (the projection profile of Postl 1986).
    """
    coarse = _shrink(mask.astype(np.float32), 200) > 0.1
    slopes = np.linspace(-MAXIMUM_SLOPE, MAXIMUM_SLOPE, 41)
    best = max(slopes, key=lambda slope: _concentration(coarse, slope))
    near = best + np.linspace(-0.01, 0.01, 9)
    return float(max(near, key=lambda slope: _concentration(mask, slope)))


def ruled_rows(mask: BoolArray, on_paper: BoolArray, slope: float) -> BoolArray:
    """Which rows, sheared by `slope`, are ruled lines: a line runs through the whole sheet.

    A ruled row is thin and crosses all of the paper, or most of it if there are several such
    rows. No stroke of a digit does that.
    """
    share = _share_crossed(ndimage.maximum_filter1d(mask, 3, axis=0), on_paper, slope)
    labels, found = ndimage.label(share >= (STRIPS - 2) / STRIPS)
    numbers = np.arange(found + 1)
    thin = (np.bincount(labels, minlength=found + 1) <= _line_px(mask)) & (numbers > 0)
    whole = thin & (ndimage.maximum(share, labels, numbers) == 1)
    partial = thin & ~whole
    ruled = whole | partial if partial.sum() >= 3 else whole
    return ndimage.binary_dilation(ruled[labels])


def main_mark(contrast: FloatArray, floor: float) -> BoolArray:
    """The strongest connected mark that does not lie along the picture's edge, with its company.

    A mark's strength is the sum of its contrast. Company is a mark of at least 8 % of the main
    one's that is no farther than a third of the main one's size from it or from other company: the
    bar of a 5, the next digit of a number, but not a smudge elsewhere.
    """
    reach = max(1, max(contrast.shape) // 300)
    labels, count = _label(_dilate(contrast > floor, reach))
    ink = np.bincount(labels.ravel(), np.clip(contrast, 0, 1).ravel(), count + 1)
    strength = ink * _edge_penalty(labels, count)
    strength[0] = 0
    main = int(strength.argmax())
    if strength[main] == 0 or not is_drawn(labels == main, contrast):
        return np.zeros(contrast.shape, dtype=bool)
    return _with_company(labels, main, strength >= 0.08 * strength[main])


def is_drawn(mark: BoolArray, contrast: FloatArray) -> bool:
    """False for a speck or a faint trace: a drawing is longer than 4 % of the picture."""
    rows, columns = ndimage.find_objects(mark.astype(np.uint8))[0]
    longest = max(rows.stop - rows.start, columns.stop - columns.start)
    peak = float(np.quantile(contrast[mark], 0.9))
    return longest > max(4, SHORTEST_DRAWING * max(mark.shape)) and peak > MINIMUM_CONTRAST


def drop_crumbs(ink: FloatArray) -> FloatArray:
    """Remove marks with less than 2 % of all ink: a slip of the pen, a speck."""
    labels, count = _label(ink >= 0.5)
    if count < 2:
        return ink.astype(np.float32)
    areas = np.bincount(labels.ravel())
    crumbs = np.flatnonzero(areas < CRUMB_SHARE * areas[1:].sum())
    lost = ndimage.binary_dilation(np.isin(labels, crumbs[crumbs > 0]), iterations=2)
    return np.where(lost, 0, ink).astype(np.float32)


def _sheared_rows(shape: tuple[int, int], slope: float) -> IntArray:
    """On which line y = row + slope · (x − W/2) each pixel lies, from 0 upward: int (H, W)."""
    height, width = shape
    x = np.arange(width) - width / 2
    row = np.arange(height)[:, None] - slope * x
    return np.round(row + abs(slope) * width / 2).astype(np.intp)


def _share_crossed(mask: BoolArray, on_paper: BoolArray, slope: float) -> FloatArray:
    """Of the 8 upright strips in which each sheared row is on paper: the share that ink covers."""
    width = mask.shape[1]
    rows = _sheared_rows(mask.shape, slope)
    cells = rows * STRIPS + np.arange(width) * STRIPS // width
    size = int(rows.max() + 1) * STRIPS
    pixels = np.bincount(cells[on_paper], minlength=size).reshape(-1, STRIPS)
    inked = np.bincount(cells[mask], minlength=size).reshape(-1, STRIPS)
    inside = pixels > 0.5 * width / STRIPS
    crossed = inside & (inked >= 0.7 * pixels)
    share = crossed.sum(axis=1) / np.maximum(inside.sum(axis=1), 1)
    return np.where(inside.sum(axis=1) >= STRIPS / 2, share, 0).astype(np.float32)


def _median_along(rows: IntArray, values: FloatArray, count: int) -> FloatArray:
    """Median of the values of each row or, where larger, of its neighbours: (count,)."""
    numbers = np.unique(rows)
    medians = np.zeros(count, dtype=np.float32)
    medians[numbers] = ndimage.median(values, rows, numbers)
    return np.asarray(ndimage.maximum_filter1d(medians, 3), dtype=np.float32)


def _concentration(mask: BoolArray, slope: float) -> float:
    """Σ inked² / pixels over the rows sheared by `slope`."""
    rows = _sheared_rows(mask.shape, slope)
    pixels = np.bincount(rows.ravel())
    inked = np.bincount(rows[mask], minlength=len(pixels))
    return float((inked**2 / np.maximum(pixels, 1)).sum())


def _line_px(array: NDArray[Any]) -> int:
    """How thick a ruled line may be, with the pixels that the search adds around it."""
    return max(4, int(0.014 * max(array.shape) + 0.5))


def _closing(array: FloatArray, size: int) -> FloatArray:
    """Grey closing with a square; what lies along the picture's edge is taken to go on beyond."""
    padded = np.pad(array, size, mode="edge")
    closed: FloatArray = ndimage.grey_closing(padded, size=(size, size))
    return closed[size:-size, size:-size]


def _shrink(array: FloatArray, side: int) -> FloatArray:
    """Reduced to about `side` pixels, each the mean of those that it replaces."""
    factor = max(1, round(max(array.shape) / side))
    image = Image.fromarray(np.ascontiguousarray(array))
    return np.asarray(image.reduce((min(factor, image.width), min(factor, image.height))))


def _dilate(mask: BoolArray, reach: int) -> BoolArray:
    return ndimage.maximum_filter(mask, size=2 * reach + 1, mode="constant")


def _label(mask: BoolArray) -> tuple[IntArray, int]:
    """Marks numbered from 1, pixels that touch at a corner belonging together; how many."""
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    return labels, count


def _edge_penalty(labels: IntArray, count: int) -> NDArray[np.float64]:
    """For each label: 1 away from the picture's edge, 0.1 touching it, 0 lying along it."""
    along = np.bincount(_border(labels), minlength=count + 1)
    areas = np.bincount(labels.ravel(), minlength=count + 1)
    return np.where(along == 0, 1.0, np.where(along < 0.1 * areas, 0.1, 0.0))


def _with_company(labels: IntArray, main: int, strong: BoolArray) -> BoolArray:
    """The pixels of the main mark and of the strong ones (by label) that it or company is near."""
    kept: BoolArray = labels == main
    rows, columns = ndimage.find_objects(kept.astype(np.uint8))[0]
    reach = max(rows.stop - rows.start, columns.stop - columns.start) // 3
    while True:
        near = np.zeros_like(strong)
        near[np.unique(labels[_within(kept, reach)])] = True
        near[0] = False
        grown = (near & strong)[labels]
        if (grown == kept).all():
            return kept
        kept = grown


def _within(mask: BoolArray, reach: int) -> BoolArray:
    """The pixels no farther than `reach` from the mask."""
    rows, columns = ndimage.find_objects(mask.astype(np.uint8))[0]
    window = tuple(slice(max(0, s.start - reach), s.stop + reach) for s in (rows, columns))
    found = np.zeros_like(mask)
    found[window] = ndimage.distance_transform_edt(~mask[window]) <= reach
    return found


def _border(array: NDArray[T]) -> NDArray[T]:
    """The outermost rows and columns (2 % of the side, at least one pixel), flattened."""
    height, width = array.shape
    y, x = max(1, height // 50), max(1, width // 50)
    inside = array[y:-y, :] if height > 2 * y else array[:0]
    return np.concatenate(
        [array[:y].ravel(), array[-y:].ravel(), inside[:, :x].ravel(), inside[:, -x:].ravel()]
    )


def _contrast_to(grey: FloatArray, paper: float) -> FloatArray:
    """|brightness − paper|, counting only the side of the paper on which the ink is."""
    signed = paper - grey if ink_is_dark(grey, paper) else grey - paper
    return np.asarray(np.clip(signed, 0, 1), dtype=np.float32)
