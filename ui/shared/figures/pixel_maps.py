"""Maps with sharp pixels as SVG, with places marked in them and numbers written in their cells.

Light values of a grey map are ink, as on the canvas; a signed map is blue under zero, clear at
zero, orange above, with one `limit` for all maps that are compared.
They are shown with `ui.shared.components.pictures`. Nothing here takes text from a visitor.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mnist_core.inside.fields import Field
from mnist_core.pictures.image_files import encode_png
from ui.shared.figures.colours import CHOSEN, DARK_INK, LIGHT_INK, OUTLINE, TABULAR
from ui.shared.figures.html import Values, figure
from ui.shared.figures.svg import pixels, svg
from ui.shared.figures.tiles import signed_png


@dataclass(frozen=True)
class Mark:
    """A rectangle round cells, in cells. dashed: for what lies in the padding, or between taps."""

    row: float
    column: float
    height: float = 1
    width: float = 1
    colour: str = CHOSEN
    dashed: bool = False


@dataclass(frozen=True)
class Look:
    """How a map stands in the page.

    alt:      what it shows, for those who cannot see it
    marks:    drawn over it
    width_px: at most; narrower on a phone
    pick:     its name in `pickable`, where it can be clicked
    over:     SVG drawn over it, in cells, under the marks
    """

    alt: str
    marks: Sequence[Mark] = ()
    width_px: int = 280
    pick: str = ""
    over: str = ""


def field_mark(field: Field) -> Mark:
    """The field as far as it lies in the picture, where it can be seen."""
    inside = field.clipped()
    return Mark(inside.row, inside.column, inside.height, inside.width)


def grey_map(values_01: Values, look: Look) -> str:
    """A map (h, w) in [0, 1]."""
    return _map(encode_png(np.clip(values_01, 0, 1)), values_01, look)


def signed_map(values: Values, limit: float, look: Look) -> str:
    """A map (h, w) of any numbers; ±limit gets the strongest colour."""
    return _map(signed_png(values, limit), values, look)


def number_map(values: Values, limit: float | None, look: Look, decimals: int = 2) -> str:
    """A small map with its numbers written into the cells; limit None: grey in [0, 1]."""
    png = encode_png(np.clip(values, 0, 1)) if limit is None else signed_png(values, limit)
    return _map(png, values, look, _numbers(values, limit, decimals))


def captioned(figures: Sequence[tuple[str, str]], gap_px: int = 18) -> str:
    """Figures side by side that wrap on a phone: (picture, caption) each; captions are HTML."""
    cells = "".join(
        figure(picture, caption, "max-width:100%", "margin-bottom:.3rem", above=True)
        for picture, caption in figures
    )
    return (
        f'<div style="display:flex;flex-wrap:wrap;gap:{gap_px}px;align-items:flex-start">'
        f"{cells}</div>"
    )


def _map(png: bytes, values: Values, look: Look, inside: str = "") -> str:
    height, width = values.shape
    stroke = max(width, height) / 90
    frame = (
        f'<rect width="{width}" height="{height}" fill="none" stroke="{OUTLINE}" '
        f'stroke-width="{stroke / 2:.3f}"/>'
    )
    marks = "".join(_rectangle(mark, stroke) for mark in look.marks)
    return svg(
        look.alt,
        f"0 0 {width} {height}",
        f"{pixels(png, width, height)}{frame}{inside}{look.over}{marks}",
        f"width:{look.width_px}px;max-width:100%;overflow:visible",
        f'data-pick="{html.escape(look.pick)}"' if look.pick else "",
    )


def _rectangle(mark: Mark, stroke: float) -> str:
    dash = f' stroke-dasharray="{2 * stroke:.3f}"' if mark.dashed else ""
    return (
        f'<rect x="{mark.column:g}" y="{mark.row:g}" width="{mark.width:g}" '
        f'height="{mark.height:g}" fill="none" stroke="{mark.colour}" '
        f'stroke-width="{1.6 * stroke:.3f}"{dash}/>'
    )


def _numbers(values: Values, limit: float | None, decimals: int) -> str:
    texts = []
    for (row, column), value in np.ndenumerate(np.round(values, decimals) + 0.0):  # no −0.00
        colour = _ink_on(float(value), limit)
        texts.append(
            f'<text x="{column + 0.5}" y="{row + 0.5}" fill="{colour}" font-size=".3" '
            'text-anchor="middle" dominant-baseline="central" '
            f'style="{TABULAR}">{value:.{decimals}f}</text>'
        )
    return "".join(texts).replace(">-", ">−")


def _ink_on(value: float, limit: float | None) -> str:
    """A colour that can be read on the cell's own."""
    if limit is None:
        return DARK_INK if value > 0.5 else LIGHT_INK
    return DARK_INK if abs(value) > 0.55 * limit and value > 0 else "currentColor"
