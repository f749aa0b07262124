"""Why a network answers as it does: maps with the digit's outline, patches, two answers abreast.

Nothing here takes text from a visitor.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mnist_core.inside.fields import Field
from mnist_core.pictures.image_files import encode_png
from mnist_core.words import percent
from ui.shared.figures.colours import ABOVE_ZERO, BELOW_ZERO, CHOSEN, OUTLINE, SMALL
from ui.shared.figures.html import Values, bar, bar_chart, equal_columns, grid
from ui.shared.figures.pixel_maps import Look, signed_map
from ui.shared.figures.svg import pixels
from ui.shared.figures.tiles import scale_bar

INK = 0.5
LEAST_LIMIT = 1e-9
FIRST_COLOUR, SECOND_COLOUR = BELOW_ZERO, ABOVE_ZERO


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


@dataclass(frozen=True)
class PatchLook:
    """One patch. image_01: (28, 28), the whole picture; caption: HTML below; alt: what it is."""

    image_01: Values
    field: Field
    caption: str
    alt: str


def patch_grid(patches: Sequence[PatchLook]) -> str:
    """Three in a row: the patch, beside it the whole picture with the patch marked.

    What of the field lies outside the picture stays empty.
    """
    cells = "".join(_patch(patch) for patch in patches)
    return grid(cells, equal_columns(3), "14px 18px", "max-width:620px")


def paired_bars(first: NDArray[np.float64], second: NDArray[np.float64]) -> str:
    """Two bars for each digit, from 0 to 100 %: the first network's above the second's."""
    rows = "".join(
        f'<span style="font-weight:600">{digit}</span>'
        f'<span style="display:grid;gap:1px">{bar(p, FIRST_COLOUR)}{bar(q, SECOND_COLOUR)}'
        f'</span><span style="font-size:.78rem;line-height:1.15;text-align:right">'
        f"{percent(p) or '0'}<br>{percent(q) or '0'}</span>"
        for digit, (p, q) in enumerate(zip(first.tolist(), second.tolist(), strict=True))
    )
    said = ", ".join(
        f"{digit}: {percent(p) or '0'} and {percent(q) or '0'}"
        for digit, (p, q) in enumerate(zip(first.tolist(), second.tolist(), strict=True))
    )
    label = f"Probability of each digit in the first and the second network. {said}"
    return bar_chart(label, rows, "1em 1fr 6.4em", "gap:4px 8px;max-width:620px")


def legend(first: str, second: str) -> str:
    """Which colour is which network."""
    parts = "".join(
        f'<span><span aria-hidden="true" style="display:inline-block;width:.8em;height:.8em;'
        f'border-radius:3px;background:{colour};margin-right:.4em"></span>{which}: '
        f"{html.escape(title)}</span>"
        for which, colour, title in (
            ("first", FIRST_COLOUR, first), ("second", SECOND_COLOUR, second),
        )
    )  # fmt: skip
    return f'<div style="{SMALL};display:grid;gap:2px;margin-bottom:.5rem">{parts}</div>'


def _patch(patch: PatchLook) -> str:
    field = patch.field
    whole = Field(0, 0, *patch.image_01.shape)
    picture = pixels(encode_png(patch.image_01), whole.width, whole.height)
    marked = (
        f'<rect x="{field.column}" y="{field.row}" width="{field.width}" '
        f'height="{field.height}" fill="none" stroke="{CHOSEN}" stroke-width="1"/>'
    )
    return (
        f'<figure role="img" aria-label="{html.escape(patch.alt)}" style="margin:0">'
        '<div style="display:flex;gap:6%;align-items:flex-end">'
        f"{_window(picture, field, 56)}{_window(picture + marked, whole, 38)}</div>"
        f'<figcaption style="{SMALL};margin-top:.25rem">{patch.caption}</figcaption></figure>'
    )


def _window(picture: str, field: Field, width_percent: int) -> str:
    """What a field of the picture shows."""
    return (
        f'<svg aria-hidden="true" viewBox="{field.column} {field.row} {field.width} '
        f'{field.height}" style="width:{width_percent}%;display:block;border:1px solid {OUTLINE};'
        f'border-radius:3px;box-sizing:border-box">{picture}</svg>'
    )
