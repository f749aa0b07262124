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

BEST = "#4B7BFF"
OTHER = "#8A93A8"


def picture(image_01: NDArray[np.float32], text: str, side_px: int = 140) -> str:
    """A 28×28 picture, enlarged with sharp pixels. text: what it shows, for those who can't see."""
    source = base64.b64encode(encode_png(image_01)).decode()
    return (
        f'<img src="data:image/png;base64,{source}" alt="{html.escape(text)}" '
        f'style="width:{side_px}px;max-width:100%;aspect-ratio:1;image-rendering:pixelated;'
        'border-radius:6px;border:1px solid rgba(128,138,160,.45);display:block">'
    )


def probability_bars(probabilities: NDArray[np.float64], best: int | None) -> str:
    """Ten horizontal bars in fixed order 0 to 9; `best` stands out."""
    rows = "".join(_bar_row(k, float(p), k == best) for k, p in enumerate(probabilities))
    said = ", ".join(f"{k}: {percent(float(p))}" for k, p in enumerate(probabilities))
    label = said if probabilities.any() else "nothing to read yet"
    return (
        f'<div role="img" aria-label="Probability of each digit. {label}" class="probability-bars" '
        f'style="display:grid;grid-template-columns:1.2em 1fr 5.6em;gap:3px 8px;'
        f'align-items:center;font-variant-numeric:tabular-nums;font-size:.95rem">{rows}</div>'
    )


def captioned_row(cells: Sequence[tuple[str, str]], cell_px: int = 124) -> str:
    """Pictures side by side that wrap on a phone: (picture, caption as HTML) each."""
    figures = "".join(
        f'<figure style="margin:0;width:{cell_px}px">{image}'
        f'<figcaption style="font-size:.85rem;line-height:1.3;margin-top:.35rem">{caption}'
        "</figcaption></figure>"
        for image, caption in cells
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:14px">{figures}</div>'


def _bar_row(digit: int, share: float, best: bool) -> str:
    colour, weight = (BEST, 700) if best else (OTHER, 400)
    return (
        f'<span style="font-weight:{weight}">{digit}</span>'
        '<span style="background:rgba(128,138,160,.18);border-radius:4px;height:.95em">'
        f'<span style="display:block;height:100%;border-radius:4px;background:{colour};'
        f'width:{share * 100:.2f}%"></span></span>'
        f'<span style="font-weight:{weight};text-align:right">{percent(share)}</span>'
    )


def figures_row(cells: dict[str, str]) -> str:
    """Small figures side by side, each under its name; they wrap on a phone."""
    boxes = "".join(
        f'<div class="figure" data-name="{name}" style="min-width:6.2em"><div style="font-size:'
        f'.8rem;opacity:.75">{name}</div><div style="font-weight:600;font-variant-numeric:'
        f'tabular-nums">{value}</div></div>'
        for name, value in cells.items()
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:.5rem 1.6rem">{boxes}</div>'
