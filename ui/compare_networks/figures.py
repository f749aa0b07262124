"""Two answers abreast."""

import html

import numpy as np
from numpy.typing import NDArray

from mnist_core.words import percent
from ui.shared.figures.colours import FIRST, SECOND, SMALL
from ui.shared.figures.html import bar, bar_chart


def paired_bars(first: NDArray[np.float64], second: NDArray[np.float64]) -> str:
    """Two bars for each digit, from 0 to 100 %: the first network's above the second's."""
    rows = "".join(
        f'<span style="font-weight:600">{digit}</span>'
        f'<span style="display:grid;gap:1px">{bar(p, FIRST)}{bar(q, SECOND)}'
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
            ("first", FIRST, first), ("second", SECOND, second),
        )
    )  # fmt: skip
    return f'<div style="{SMALL};display:grid;gap:2px;margin-bottom:.5rem">{parts}</div>'
