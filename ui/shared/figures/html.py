"""Small pictures and bars as HTML: they stand in the page ten times sooner than a chart does.

Nothing here takes text from a visitor.
"""

import base64
import html
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnist_core.pictures.image_files import encode_png
from mnist_core.words import percent
from ui.shared.figures.colours import FRAME, GREY, SMALL, TABULAR, TRACK

Values = NDArray[np.float32]
"""What most pictures are made of."""


def address(file: bytes, kind: str = "png") -> str:
    """A picture file (`kind`) as an address that holds all of it."""
    return f"data:image/{kind};base64,{base64.b64encode(file).decode()}"


def image(file: bytes, alt: str, style: str, kind: str = "png") -> str:
    """A picture file (`kind`) with sharp pixels. alt: what it shows, for those who can't see."""
    return (
        f'<img src="{address(file, kind)}" alt="{html.escape(alt)}" style="{style};display:block;'
        'box-sizing:border-box;image-rendering:pixelated">'
    )


def picture(image_01: Values, text: str, side_px: int = 140) -> str:
    """A 28×28 picture, enlarged with sharp pixels. text: what it shows, for those who can't see."""
    style = f"width:{side_px}px;max-width:100%;aspect-ratio:1;border-radius:6px;border:{FRAME}"
    return image(encode_png(image_01), text, style)


def figure(
    picture: str,
    caption: str,
    style: str = "text-align:center",
    caption_style: str = "",
    above: bool = False,
) -> str:
    """A picture with its caption, HTML in small letters, below or above it."""
    words = f'<figcaption style="{SMALL};{caption_style}">{caption}</figcaption>'
    parts = f"{words}{picture}" if above else f"{picture}{words}"
    return f'<figure style="margin:0;{style}">{parts}</figure>'


def captioned_row(cells: Sequence[tuple[str, str]], cell_px: int = 124) -> str:
    """Pictures side by side that wrap on a phone: (picture, caption as HTML) each."""
    figures = "".join(
        figure(picture, caption, f"width:{cell_px}px", "line-height:1.3;margin-top:.35rem")
        for picture, caption in cells
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:14px">{figures}</div>'


def figures_row(cells: dict[str, str]) -> str:
    """Small figures side by side, each under its name; they wrap on a phone."""
    boxes = "".join(
        f'<div class="figure" data-name="{name}" style="min-width:6.2em"><div style="font-size:'
        f'.8rem;opacity:.75">{name}</div><div style="font-weight:600;{TABULAR}">{value}</div></div>'
        for name, value in cells.items()
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:.5rem 1.6rem">{boxes}</div>'


def grid(cells: str, columns: str, gap: str, style: str = "") -> str:
    """Cells in rows; columns: as CSS says it."""
    return (
        f'<div style="display:grid;grid-template-columns:{columns};gap:{gap};{style}">{cells}</div>'
    )


def equal_columns(count: int, widest: str = "1fr") -> str:
    """So many columns for `grid`, as narrow as need be."""
    return f"repeat({count},minmax(0,{widest}))"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], align: str = "left") -> str:
    """Cells are HTML; it scrolls by itself where it is too wide. align: of all cells."""
    style = f"padding:4px 12px 4px 0;text-align:{align};vertical-align:top"
    head = "".join(f'<th style="{style};font-weight:600">{name}</th>' for name in heads)
    body = "".join(
        f'<tr style="border-top:{FRAME}">'
        + "".join(f'<td style="{style}">{cell}</td>' for cell in row)
        + "</tr>"
        for row in rows
    )
    return (
        '<div style="overflow-x:auto" tabindex="0" role="group" aria-label="table">'
        f'<table style="border-collapse:collapse;{SMALL};{TABULAR}"><tr>{head}</tr>{body}</table>'
        "</div>"
    )


def bar(share: float, colour: str, style: str = "height:.7em", over: str = "") -> str:
    """A bar that fills a share of its track; `over` is drawn on both."""
    return (
        f'<span style="background:{TRACK};border-radius:3px;{style}">'
        '<span style="display:block;height:100%;border-radius:inherit;'
        f'background:{colour};width:{share * 100:.2f}%"></span>{over}</span>'
    )


def upright_bar(percent: float, colour: str, style: str = "", over: str = "") -> str:
    """One of the bars of a histogram, so high in its box; the others leave it its share."""
    return f'<span style="flex:1;background:{colour};height:{percent:.2f}%;{style}">{over}</span>'


def bar_chart(said: str, rows: str, columns: str, style: str, name: str = "") -> str:
    """Cells of names, bars and numbers in rows; said: what they show, name: of its class."""
    return (
        f'<div role="img" aria-label="{html.escape(said)}" class="{name}" '
        f'style="display:grid;grid-template-columns:{columns};align-items:center;'
        f'{TABULAR};{style}">{rows}</div>'
    )


def probability_bars(probabilities: NDArray[np.float64], best: int | None) -> str:
    """Ten horizontal bars in fixed order 0 to 9; `best` stands out."""
    rows = "".join(_bar_row(k, float(p), k == best) for k, p in enumerate(probabilities))
    said = ", ".join(f"{k}: {percent(float(p))}" for k, p in enumerate(probabilities))
    label = f"Probability of each digit. {said if probabilities.any() else 'nothing to read yet'}"
    columns, style = "1.2em 1fr 5.6em", "gap:3px 8px;font-size:.95rem"
    return bar_chart(label, rows, columns, style, "probability-bars")


def _bar_row(digit: int, share: float, best: bool) -> str:
    colour, weight = ("currentColor", 700) if best else (GREY, 400)
    return (
        f'<span style="font-weight:{weight}">{digit}</span>'
        f"{bar(share, colour, 'border-radius:4px;height:.95em')}"
        f'<span style="font-weight:{weight};text-align:right">{percent(share)}</span>'
    )
