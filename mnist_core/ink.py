"""Where in a picture is the ink? Clean canvases and photos of paper alike."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from mnist_core.errors import PictureUnusable

FloatArray = NDArray[np.float32]

WORKING_SIDE_PX = 600
MINIMUM_CONTRAST = 0.12
CRUMB_SHARE = 0.02


def find_ink(picture: NDArray[np.uint8]) -> FloatArray:
    """How much ink covers each pixel: float32 (H, W) in [0, 1]; all zero when there is none.

    picture: uint8 (H, W, 4) RGBA, (H, W, 3) RGB or (H, W) grey
    Pictures with a side over 600 pixels are reduced to about that.
    Raises PictureUnusable when the array is not a picture.
    """
    grey = to_grey(picture)
    paper = float(np.median(_border(grey)))
    contrast = _contrast_to(grey, paper)
    if contrast.max(initial=0) < MINIMUM_CONTRAST:
        return np.zeros_like(grey)
    if is_flat(grey, paper):
        return drop_crumbs(contrast / contrast.max())
    return find_ink_on_paper(grey, ink_is_dark(grey, paper))


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
    factor = -(-max(image.size) // WORKING_SIDE_PX)
    if factor > 1:
        image = image.reduce(min(factor, min(image.size)))
    if image.mode != "RGBA":
        return np.asarray(image.convert("L"), dtype=np.float32) / 255
    alpha = np.asarray(image.getchannel("A"), dtype=np.float32) / 255
    grey = np.asarray(image.convert("RGB").convert("L"), dtype=np.float32) / 255
    if alpha.min() > 0.99:
        return grey
    visible = float((grey * alpha).sum() / max(float(alpha.sum()), 1e-6))
    behind = 0.0 if visible > 0.5 else 1.0
    return grey * alpha + behind * (1 - alpha)


def is_flat(grey: FloatArray, paper: float) -> bool:
    """True for a canvas or a clean scan: at least 30 % of the pixels are exactly the paper."""
    return float((np.abs(grey - paper) < 0.012).mean()) >= 0.3


def ink_is_dark(grey: FloatArray, paper: float) -> bool:
    """True when the darkest pixels are farther from the paper than the lightest ones."""
    dark, light = np.quantile(grey, (0.005, 0.995))
    return bool(paper - dark >= light - paper)


def find_ink_on_paper(grey: FloatArray, dark: bool) -> FloatArray:
    """Ink on unevenly lit, grainy or ruled paper: float32 (H, W) in [0, 1].

    The paper's own brightness is estimated and divided out, a threshold is put between paper
    and ink (Otsu 1979), ruled lines are taken away, and the largest mark is kept with what
    belongs to it.
    """
    light_paper = grey if dark else 1 - grey
    contrast = 1 - np.clip(light_paper / np.maximum(paper_brightness(light_paper), 0.05), 0, 1)
    contrast = ndimage.gaussian_filter(contrast, max(grey.shape) / 500)
    threshold = otsu_threshold(contrast)
    if threshold < MINIMUM_CONTRAST / 2:
        return np.zeros_like(grey)
    mask = remove_ruling(contrast, threshold)
    mask = keep_main_mark(mask)
    if not mask.any():
        return np.zeros_like(grey)
    full = float(np.median(contrast[mask]))
    softened = np.clip(0.5 + (contrast - threshold) / max(2 * (full - threshold), 1e-3), 0, 1)
    return np.where(ndimage.binary_dilation(mask, iterations=2), softened, 0).astype(np.float32)


def paper_brightness(light_paper: FloatArray) -> FloatArray:
    """The brightness that each pixel would have without ink, (H, W).

    Strokes are dark and narrow: a closing (maximum, then minimum) wider than a stroke removes
    them, and a blur removes its edges. Done at a small size, since light varies slowly.
    """
    factor = max(1, max(light_paper.shape) // 100)
    small = ndimage.zoom(ndimage.uniform_filter(light_paper, factor), 1 / factor, order=1)
    reach = max(3, max(small.shape) // 5)
    closed = ndimage.grey_closing(small, size=(reach, reach), mode="nearest")
    smooth = ndimage.gaussian_filter(closed, reach / 3, mode="nearest")
    ratio = np.array(light_paper.shape) / np.array(smooth.shape)
    return ndimage.zoom(smooth, ratio, order=1, mode="nearest", grid_mode=True).astype(np.float32)


def otsu_threshold(values: FloatArray) -> float:
    """The threshold that best splits `values` into two groups: largest variance between them.

    Source: Otsu 1979, “A threshold selection method from gray-level histograms”.
    """
    counts, edges = np.histogram(values, bins=256)
    centres = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)[:-1]
    above = counts.sum() - below
    sum_below = np.cumsum(counts * centres)[:-1]
    mean_below = sum_below / np.maximum(below, 1)
    mean_above = ((counts * centres).sum() - sum_below) / np.maximum(above, 1)
    between = below * above * (mean_below - mean_above) ** 2
    return float(edges[1:-1][between.argmax()])


def remove_ruling(contrast: FloatArray, threshold: float) -> NDArray[np.bool_]:
    """The mask of ink without the lines or squares that the paper is ruled with.

    Ruling crosses the whole picture, a digit does not: while the largest mark does, the
    threshold rises (ruling is fainter than ink), and then thin lines are opened away.
    """
    mask = contrast > threshold
    for _ in range(4):
        if not _crosses_picture(mask):
            return mask
        threshold += (float(np.quantile(contrast[mask], 0.98)) - threshold) * 0.35
        mask = contrast > threshold
    for radius in (1, 2, 3):
        if not _crosses_picture(mask):
            break
        disc = np.hypot(*np.ogrid[-radius : radius + 1, -radius : radius + 1]) <= radius + 0.2
        mask = ndimage.binary_opening(contrast > threshold, disc)
    return mask


def keep_main_mark(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected mark that does not lie along the picture's edge, with its company.

    Company is a mark of at least 8 % of its area that is no farther away than a third of its
    size: the bar of a 5, but not a smudge elsewhere.
    """
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    if count == 0:
        return mask
    areas = np.bincount(labels.ravel(), minlength=count + 1)
    areas[0] = 0
    inner = areas.copy()
    inner[np.unique(_border(labels))] = 0
    main = int((inner if inner.max() > 0.1 * areas.max() else areas).argmax())
    rows, columns = np.nonzero(labels == main)
    reach = max(np.ptp(rows), np.ptp(columns)) / 3
    near = ndimage.distance_transform_edt(labels != main) <= reach
    company = np.unique(labels[near & (labels > 0)])
    kept = [k for k in company if k == main or areas[k] >= 0.08 * areas[main]]
    return np.isin(labels, kept)


def drop_crumbs(ink: FloatArray) -> FloatArray:
    """Remove marks with less than 2 % of all ink: a slip of the pen, a speck."""
    labels, count = ndimage.label(ink >= 0.5, np.ones((3, 3)))
    if count < 2:
        return ink.astype(np.float32)
    areas = np.bincount(labels.ravel())
    crumbs = np.flatnonzero(areas < CRUMB_SHARE * areas[1:].sum())
    lost = ndimage.binary_dilation(np.isin(labels, crumbs[crumbs > 0]), iterations=2)
    return np.where(lost, 0, ink).astype(np.float32)


def _border(array: NDArray) -> NDArray:
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
    return np.clip(signed, 0, 1)


def _crosses_picture(mask: NDArray[np.bool_]) -> bool:
    """True when one connected mark runs from edge to edge (over 95 % of the width or height)."""
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    if count == 0:
        return False
    return any(
        (rows.stop - rows.start) > 0.95 * mask.shape[0]
        or (columns.stop - columns.start) > 0.95 * mask.shape[1]
        for rows, columns in ndimage.find_objects(labels)
    )
