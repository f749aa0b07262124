"""A calculation with pictures as HTML. Nothing here takes text from a visitor."""

import html
from collections.abc import Sequence

from ui.shared.figures.html import Values, figure, picture


def equation(terms: Sequence[tuple[str, Values, str]]) -> str:
    """Pictures in a calculation: (sign before it, values (28, 28) in [0, 1], caption) each."""
    cells = "".join(
        f'<div style="display:flex;align-items:center;gap:8px">'
        f'<span style="font-size:1.6rem;min-width:.7em;text-align:center">{sign}</span>'
        f"{_term(values, caption)}</div>"
        for sign, values, caption in terms
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:6px 10px">{cells}</div>'


def _term(values: Values, caption: str) -> str:
    words = html.escape(caption)
    return figure(picture(values, caption, 96), words, "width:96px", "min-height:2.7em")
