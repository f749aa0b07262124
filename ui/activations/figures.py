"""What the figures of several sections are made of."""

import math
from collections.abc import Sequence

from mnist_core.words import superscript
from ui.shared.figures.charts import LEGEND, PADDING, Spec, by_line

FRAME: Spec = {"height": 300, "padding": PADDING}


def named_lines(names: Sequence[str], colours: Sequence[str], dashes: Sequence[list[int]]) -> Spec:
    """Colour and dash by the name of the line, with one legend above the chart."""
    legend = {**LEGEND, "columns": 2, "labelLimit": 200}
    return {
        "color": by_line(names, colours, legend),
        "strokeDash": by_line(names, dashes, legend),
    }


def power_of_ten(value: float) -> str:
    """“3.21” or “1.3 · 10⁻¹²”."""
    if 0.001 <= value < 10_000:
        return f"{value:.3g}"
    exponent = math.floor(math.log10(value))
    return f"{value / 10.0**exponent:.1f}\u00a0·\u00a010{superscript(exponent)}"
