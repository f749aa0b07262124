"""Parts of pictures drawn as SVG, for `show_picture`; `st.html` would strip them.

Nothing here takes text from a visitor.
"""

import html

from ui.shared.figures.colours import OUTLINE
from ui.shared.figures.html import address

Place = tuple[float, float]
"""(x, y), down is more."""


def svg(alt: str, box: str, parts: str, style: str, attributes: str = "") -> str:
    """A drawing; box: its viewBox, “left top width height”.

    alt: for those who cannot see it; "" where what stands round it says it already
    """
    said = f'role="img" aria-label="{html.escape(alt)}"' if alt else 'aria-hidden="true"'
    return f'<svg {said} viewBox="{box}" {attributes} style="display:block;{style}">{parts}</svg>'


def pixels(png: bytes, width: float, height: float) -> str:
    """A PNG file with its corner at 0, stretched to a size, with sharp pixels."""
    return (
        f'<image href="{address(png)}" width="{width}" height="{height}" '
        'preserveAspectRatio="none" style="image-rendering:pixelated"/>'
    )


def line(start: Place, end: Place, colour: str, width: float = 1, dash: str = "") -> str:
    """A straight line."""
    (x1, y1), (x2, y2) = start, end
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width}" stroke-dasharray="{dash}"/>'
    )


def letters(
    text: str, at: Place, size: float, anchor: str = "middle", colour: str = "currentColor"
) -> str:
    """A text beside or under a place."""
    x, y = at
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'fill="{colour}">{text}</text>'
    )


def cross(reach: float, width: float) -> str:
    """Both axes of a plane from −reach to reach."""
    return (
        f'<path d="M{-reach} 0H{reach}M0 {-reach}V{reach}" stroke="{OUTLINE}" '
        f'stroke-width="{width:.4f}"/>'
    )
