"""Ten signed pictures side by side, one of them framed. Nothing here takes text from a visitor."""

from collections.abc import Sequence

from mnist_core.words import minus
from ui.shared.figures.colours import CHOSEN, TABULAR
from ui.shared.figures.html import Values, equal_columns, figure, grid
from ui.shared.figures.pixel_maps import Look, signed_map

SMALLEST = 0.0005
"""What is nearer to 0 would be written as 0.000."""


def ten_maps(maps: Values, limit: float, captions: Sequence[str], of: str, chosen: int) -> str:
    """Maps (10, 28, 28) in rows of five on one scale, each with its caption (HTML) below.

    of:     what they are, for those who cannot see them
    chosen: has a violet frame
    """
    cells = "".join(
        figure(
            _framed(signed_map(values, limit, Look(f"{of} {k}", width_px=200)), k == chosen),
            caption,
            caption_style=f"{TABULAR};white-space:nowrap;margin-top:4px",
        )
        for k, (values, caption) in enumerate(zip(maps, captions, strict=True))
    )
    return grid(cells, equal_columns(5), "12px 8px", "max-width:620px;padding:4px")


def score_caption(digit: int, score: float, probability: float, best: bool) -> str:
    """“7 ◀”, “z +9.5”, “p 0.998” in lines; the answer is marked."""
    name = f"<b>{digit}{' ◀' if best else ''}</b>"
    return "<br>".join(
        [name, minus(f"z {round(score, 1) + 0.0:+.1f}"), f"<b>{_share(probability)}</b>"]
    )


def slope_caption(digit: int, slope: float, right: bool) -> str:
    """“3 ✓”, “y = 1” and p − y in lines; the right answer is marked."""
    name = f"<b>{digit}{' ✓' if right else ''}</b>"
    return "<br>".join([name, f"y = {int(right)}", f"<b>{_signed(slope)}</b>"])


def _framed(picture: str, chosen: bool) -> str:
    style = f"outline:3px solid {CHOSEN};outline-offset:1px" if chosen else ""
    return f'<div style="{style}">{picture}</div>'


def _share(probability: float) -> str:
    if probability < SMALLEST:
        return "p &lt; 0.001"
    return "p &gt; 0.999" if 1 - SMALLEST <= probability < 1 else f"p {probability:.3f}"


def _signed(value: float) -> str:
    return "≈ 0" if abs(value) < SMALLEST else minus(f"{value:+.3f}")
