"""Maps of a network side by side in one small picture."""

import math

import numpy as np

from ui.shared.figures.html import Values
from ui.shared.figures.tiles import signed_png


def maps_png(maps: Values, limit: float) -> bytes:
    """Maps (n, h, w) in as many rows as columns, one pixel per value, a clear pixel between.

    Blue is negative, clear is 0, orange is positive; ±limit gets the strongest colour.
    """
    count, height, width = maps.shape
    side = math.ceil(math.sqrt(count))
    sheet = np.zeros((side * (height + 1) - 1, side * (width + 1) - 1), np.float32)
    for number, values in enumerate(maps):
        row, column = divmod(number, side)
        top, left = row * (height + 1), column * (width + 1)
        sheet[top : top + height, left : left + width] = values
    return signed_png(sheet, limit)
