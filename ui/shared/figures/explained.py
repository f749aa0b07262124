"""Maps that explain an answer: signed, with the outline of the digit over them.

Nothing here takes text from a visitor.
"""

from dataclasses import replace

import numpy as np

from ui.shared.figures.colours import SMALL
from ui.shared.figures.html import Values
from ui.shared.figures.pixel_maps import Look, signed_map
from ui.shared.figures.tiles import scale_bar

INK = 0.5
LEAST_LIMIT = 1e-9


def outline(image_01: Values) -> str:
    """The border between ink and paper of a picture (h, w), as an SVG path in its pixels."""
    ink = np.pad(image_01 > INK, 1)
    across = np.argwhere(ink[1:, 1:-1] != ink[:-1, 1:-1])  # above row y lies another kind
    down = np.argwhere(ink[1:-1, 1:] != ink[1:-1, :-1])
    path = "".join(f"M{x} {y}h1" for y, x in across) + "".join(f"M{x} {y}v1" for y, x in down)
    return (
        f'<path d="{path}" fill="none" stroke="currentColor" stroke-width=".16" '
        'stroke-linecap="square" opacity=".75"/>'
    )


def explained_map(values: Values, limit: float, image_01: Values, look: Look) -> str:
    """A signed map (28, 28) with the outline of the digit that it explains."""
    return signed_map(values, limit, replace(look, over=outline(image_01)))


def explained_with_scale(values: Values, image_01: Values, look: Look, unit: str) -> str:
    """The same on a scale of its own, which is written under it."""
    limit = full_limit(values)
    return explained_map(values, limit, image_01, look) + scale_or_nothing(limit, unit)


def scale_or_nothing(limit: float, unit: str) -> str:
    """The scale of colours, or, where all is 0, that it is."""
    if limit > LEAST_LIMIT:
        return scale_bar(limit, unit)
    return f'<div style="{SMALL};opacity:.85;margin-top:.4rem">0 everywhere</div>'


def full_limit(*maps: Values, least: float = LEAST_LIMIT) -> float:
    """The largest absolute value: one scale for all `maps`, of which nothing is cut off."""
    return max(least, *(float(np.abs(np.nan_to_num(values)).max()) for values in maps))
