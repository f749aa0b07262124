"""The message that goes back through a network, as pictures: blue below zero, orange above."""

import numpy as np

from mnist_core.inside.learning.deltas import Backwards, Message
from mnist_core.words import power_of_ten
from ui.shared.figures.colours import GREY, TABULAR
from ui.shared.figures.html import Values, bar_chart
from ui.shared.figures.html import bar as bar_of
from ui.shared.figures.pixel_maps import Look, Mark, captioned, number_map, signed_map

COLUMNS, ANSWER_COLUMNS = 32, 5
"""Units in a row of a hidden layer's picture, and of the last one's."""
LEAST = 1e-8
"""Of a bar's length, which is logarithmic up to 1."""


def columns_of(units: int) -> int:
    """How many units stand in a row."""
    return ANSWER_COLUMNS if units <= 2 * ANSWER_COLUMNS else COLUMNS


def message_maps(found: Backwards, layer: int, unit: int) -> str:
    """∂J/∂picture and each δ, from the picture to the answer; the chosen unit is framed."""
    shown = [(_pixels(found), "<b>∂J/∂picture</b><br>28 × 28")]
    last = len(found.layers) - 1
    for at, one in enumerate(found.layers):
        marks = [_mark(unit, columns_of(len(one.delta)))] if at == layer else []
        look = Look(f"δ of layer {at + 1}, {len(one.delta)} numbers", marks, 230, pick=f"layer{at}")
        values = one.delta.float().numpy().reshape(-1, columns_of(len(one.delta)))
        limit = _limit(values)
        drawn = number_map(values, limit, look) if at == last else signed_map(values, limit, look)
        rows = "0 to 4, below 5 to 9" if at == last else f"{len(one.delta)} units"
        shown.append((drawn, f"<b>δ{_raised(at + 1)}</b>, {one.title}<br>{rows}"))
    return captioned(shown)


def lasting_bars(found: list[Message]) -> str:
    """The root mean square of each layer's δ, on a logarithmic scale from LEAST to 1."""
    rows = "".join(
        f"<span>{one.title}</span>{bar_of(_length(one.per_unit), GREY)}"
        f'<span style="{TABULAR};text-align:right">{_size(one.per_unit)}</span>'
        for one in found
    )
    said = ", ".join(f"{one.title}: {_size(one.per_unit)}" for one in found)
    return bar_chart(
        f"Size of the message at each layer. {said}", rows, "auto 1fr 5em", "gap:4px 10px"
    )


def _size(value: float) -> str:
    return power_of_ten(value) if value else "0"


def _length(value: float) -> float:
    return float(np.clip(1 - np.log10(max(value, LEAST)) / np.log10(LEAST), 0, 1))


def _pixels(found: Backwards) -> str:
    values = found.pixels.float().numpy()
    return signed_map(values, _limit(values), Look("Where ink would raise the loss", (), 150))


def _limit(values: Values) -> float:
    return float(np.abs(values).max()) or 1.0


def _mark(unit: int, columns: int) -> Mark:
    row, column = divmod(unit, columns)
    return Mark(row, column)


def _raised(layer: int) -> str:
    return f"<sup>{layer}</sup>"
