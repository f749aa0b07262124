"""Where in the test set a test looks."""

from torch import Tensor

from ui.shared.figures.colours import FIRST
from ui.shared.figures.html import bar, bar_chart

COLUMNS, STYLE = "6em minmax(4em,16em) 4em", "gap:3px 8px;font-size:.95rem"


def looks_bars(looks: Tensor) -> str:
    """One bar for each part of the test set, from first to last; looks: shares that sum to 1."""
    greatest = float(looks.max())
    names = [_name(part, len(looks)) for part in range(len(looks))]
    shares = [f"{float(share):.1%}".replace("%", " %") for share in looks]
    rows = "".join(
        f"<span>{name}</span>{bar(float(share) / greatest, FIRST)}"
        f'<span style="text-align:right">{said}</span>'
        for name, share, said in zip(names, looks, shares, strict=True)
    )
    told = ", ".join(f"{name}: {share}" for name, share in zip(names, shares, strict=True))
    return bar_chart(f"Share of all looks by part of the test set. {told}", rows, COLUMNS, STYLE)


def _name(part: int, parts: int) -> str:
    return f"{part * 100 // parts} – {(part + 1) * 100 // parts} %"
