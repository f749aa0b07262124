"""A redraw error among those of the test digits, as HTML."""

import html

from ui.shared.figures.colours import CHOSEN, FRAME, GREY, SMALL, TABULAR
from ui.shared.figures.html import Values, upright_bar


def error_strip(shares: Values, greatest: float, error: float, name: str) -> str:
    """A histogram of the test digits' errors from 0 to `greatest` nats, with one error marked."""
    tallest = float(shares.max()) or 1.0
    bars = "".join(upright_bar(share / tallest * 100, GREY) for share in shares.tolist())
    place = min(error / greatest, 1.0) * 100
    side = "right" if place > 50 else "left"
    offset = 100 - place if side == "right" else place
    alt = (
        f"Histogram of the redraw errors of the test digits from 0 to {greatest:.0f} "
        f"nats; {name} is marked at {error:.1f} nats"
    )
    return (
        f'<div role="img" aria-label="{html.escape(alt)}" class="error-strip" '
        f'style="max-width:560px;{SMALL};{TABULAR}">'
        f'<div style="position:relative;height:1.5em"><b style="position:absolute;{side}:'
        f'{offset:.2f}%;white-space:nowrap;color:{CHOSEN}">'
        f"{html.escape(name)}: {error:.1f}</b></div>"
        f'<div style="position:relative;display:flex;align-items:flex-end;gap:1px;height:80px;'
        f'border-bottom:{FRAME}">{bars}<span style="position:absolute;top:0;bottom:0;'
        f'left:calc({place:.2f}% - 1.5px);width:3px;background:{CHOSEN}"></span></div>'
        f'<div style="display:flex;justify-content:space-between"><span>0</span>'
        f"<span>redraw error in nats</span><span>{greatest:.0f}</span></div></div>"
    )
