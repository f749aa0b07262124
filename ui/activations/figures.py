"""What the figures of several sections are made of."""

from collections.abc import Sequence

from ui.shared.figures.charts import LEGEND, PADDING, Spec, by_line

FRAME: Spec = {"height": 300, "padding": PADDING}


def named_lines(names: Sequence[str], colours: Sequence[str], dashes: Sequence[list[int]]) -> Spec:
    """Colour and dash by the name of the line, with one legend above the chart."""
    legend = {**LEGEND, "columns": 2, "labelLimit": 200}
    return {
        "color": by_line(names, colours, legend),
        "strokeDash": by_line(names, dashes, legend),
    }
