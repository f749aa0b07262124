"""Ink taken apart from left to right, so that a number can be read digit by digit.

Ink that hangs together is one part, and so is what lies above one another: the bar of a 5 and its
bowl. Where digits touch, a part is cut along the ways from top to bottom that cross least ink.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mnist_core.pictures.ink import FloatArray, IntArray
from mnist_core.pictures.preprocessing import Box

NEIGHBOURS = np.ones((3, 3), dtype=bool)
SHARED_WIDTH = 0.5
"""Marks belong together when they share more than this of the narrower one's width."""
MOST_MARKS = 64
DEAREST_CUT = 1.6
"""How much ink a cut may cross, in widths of the pen."""
NEAREST_CUTS = 0.15
"""How far cuts lie apart at least, in heights of the part."""
WAY_COST = 0.02
"""What a step without ink costs a cut, in pixels of ink: short ways come first."""


@dataclass(frozen=True)
class Parts:
    """The parts of some ink, from left to right.

    labels: int (H, W): k + 1 where part k is, 0 where there is no ink
    boxes:  each part's, in pixels of the ink
    """

    labels: IntArray
    boxes: tuple[Box, ...]

    def ink_of(self, ink: FloatArray, first: int, end: int) -> FloatArray:
        """The ink of the parts first, …, end − 1 with its soft edge, all else erased: (H, W)."""
        box = self.box_of(first, end)
        rows = slice(max(box.top - 1, 0), box.bottom + 1)
        columns = slice(max(box.left - 1, 0), box.right + 1)
        labels = self.labels[rows, columns]
        own = (labels > first) & (labels <= end)
        edge = ndimage.maximum_filter(own, 3, mode="constant") & (labels == 0)
        kept = np.zeros_like(ink)
        kept[rows, columns] = np.where(own | edge, ink[rows, columns], 0)
        return kept

    def box_of(self, first: int, end: int) -> Box:
        """The smallest box around the parts first, …, end − 1."""
        boxes = self.boxes[first:end]
        return Box(
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        )


def take_apart(ink: FloatArray) -> Parts:
    """The parts of ink (H, W) in [0, 1]; none where it is more crumbled than any number."""
    marks, count = ndimage.label(ink >= 0.5, NEIGHBOURS)
    if count == 0 or count > MOST_MARKS:
        return Parts(np.zeros_like(marks), ())
    left, right = np.array([[x.start, x.stop] for _, x in ndimage.find_objects(marks)]).T
    shared = np.minimum.outer(right, right) - np.maximum.outer(left, left)
    narrower = np.minimum.outer(right - left, right - left)
    group = groups(shared > SHARED_WIDTH * narrower)
    return _in_order(np.concatenate([[0], group + 1])[marks])


def groups(together: NDArray[np.bool_]) -> IntArray:
    """Number from 0 of the group that each thing is in: things are in one when a chain joins them.

    together: (n, n), symmetric, whether two things belong together; of itself each thing does
    returns:  (n,), the groups in the order of their first things
    """
    joined = together
    for _ in range(len(together).bit_length()):  # each time chains of twice as many links
        joined = joined @ joined
    return np.unique(joined.argmax(axis=1), return_inverse=True)[1].astype(np.int32)


def pen_width(ink: FloatArray, parts: Parts, low_px: float) -> float:
    """Width of the pen that wrote all parts, in pixels: that of the part that it comes out
    narrowest for, low ones aside.

    Of a part's strokes the mean width w is 4 · the mean distance to the edge, as in
    `preprocessing.stroke_width`; where strokes run together it comes out too large.
    """
    depth = ndimage.distance_transform_edt(np.pad(ink >= 0.5, 1))[1:-1, 1:-1] - 0.5
    tall = [k + 1 for k, box in enumerate(parts.boxes) if box.bottom - box.top >= low_px]
    numbers = tall or list(range(1, len(parts.boxes) + 1))
    return float(4 * ndimage.mean(depth, parts.labels, numbers).min())


def cut_apart(ink: FloatArray, parts: Parts, chosen: list[int], pen_px: float) -> Parts:
    """`parts` with the chosen ones cut where two digits may touch."""
    labels = parts.labels * (MOST_MARKS + 1)
    for k in chosen:
        box = parts.boxes[k]
        window = (slice(box.top, box.bottom), slice(box.left, box.right))
        own = parts.labels[window] == k + 1
        cuts = find_cuts(np.where(own, ink[window], 0).astype(np.float32), pen_px)
        columns = np.arange(own.shape[1])
        side = (columns[None, :, None] > cuts[:, None, :]).sum(axis=2)
        labels[window] += np.where(own, side, 0)
    return _in_order(labels)


def find_cuts(ink: FloatArray, pen_px: float) -> IntArray:
    """The columns (h, n) at which n ways down through ink (h, w) cross less than 1.6 pen widths.

    A way goes one row down and at most one column aside per step; of all ways through a pixel of
    the middle row the cheapest is kept, and of those the cheapest that lie well apart.
    Source: the seams of Avidan & Shamir 2007.
    """
    height, width = ink.shape
    middle = height // 2
    price = ink + WAY_COST
    from_top, from_bottom = _cheapest(price[: middle + 1]), _cheapest(price[middle:][::-1])
    total = from_top[-1] + from_bottom[-1] - price[middle]
    limit = DEAREST_CUT * pen_px + WAY_COST * height
    apart = NEAREST_CUTS * height
    found: list[int] = []
    for x in np.argsort(total, kind="stable"):
        far = all(abs(x - other) >= apart for other in found)
        if total[x] <= limit and far and apart <= x <= width - apart:
            found.append(int(x))
    ways = [
        np.concatenate([_way_up(from_top, x), _way_up(from_bottom, x)[::-1][1:]])
        for x in sorted(found)
    ]
    return np.sort(np.array(ways, dtype=np.intp).reshape(len(ways), height).T, axis=1)


def _cheapest(price: FloatArray) -> FloatArray:
    """For each pixel the price of the cheapest way to it from the first row: like `price`."""
    total = price.copy()
    for row in range(1, len(price)):
        total[row] += ndimage.minimum_filter1d(total[row - 1], 3, mode="nearest")
    return total


def _way_up(total: FloatArray, x: int) -> NDArray[np.intp]:
    """The columns of the cheapest way to (last row, x), from the first row down."""
    columns = np.empty(len(total), dtype=np.intp)
    columns[-1] = x
    for row in range(len(total) - 2, -1, -1):
        low = max(columns[row + 1] - 1, 0)
        columns[row] = low + int(total[row, low : columns[row + 1] + 2].argmin())
    return columns


def _in_order(labels: IntArray) -> Parts:
    """Any labels, 0 for none, renumbered from left to right by the middles of their boxes."""
    numbers, flat = np.unique(labels, return_inverse=True)
    if numbers[0] != 0:
        flat = flat + 1
    dense = flat.reshape(labels.shape)
    boxes = [Box(x.start, y.start, x.stop, y.stop) for y, x in ndimage.find_objects(dense)]
    order = sorted(range(len(boxes)), key=lambda k: (boxes[k].left + boxes[k].right, k))
    place = np.zeros(len(boxes) + 1, dtype=np.intp)
    place[np.array(order, dtype=np.intp) + 1] = np.arange(1, len(boxes) + 1)
    return Parts(place[dense], tuple(boxes[k] for k in order))
