"""Charts that change in place when their data do, and the words that they are written in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ui.shared.figures.colours import GREY

PLAIN = {"displayModeBar": False}
CLEAR = {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)"}
"""Of a plotly chart: the page is its ground; one of its own may stay that of the theme before."""
Columns = dict[str, NDArray[Any]]
Series = NDArray[np.float64]
Spec = dict[str, Any]
PADDING = {"left": 2, "right": 8, "top": 2, "bottom": 2}
LEGEND: Spec = {
    "orient": "top", "title": None, "labelFontSize": 11,
    "symbolType": "stroke", "symbolSize": 320, "symbolStrokeWidth": 2.5,
}  # fmt: skip
"""Of lines, above the chart."""

UNNAMED_MARKS: Spec = {"mark": {"aria": False}}
"""Of a chart with its own `alt`: each group of marks would be one more picture, without a name."""


@dataclass(frozen=True)
class LiveChart:
    """A Vega-Lite chart: `st.vega_lite_chart(spec=chart.with_data(), alt=chart.alt)`.

    data: table → column → values; there is at least one row in each table, NaN before there are
          values, since a table that was empty would undo the visitor's zoom when it fills
    spec: equal at every refresh; names the tables, does not contain them
    alt:  what the chart shows, equal at every refresh
    says: the latest values in a sentence
    """

    data: dict[str, Columns]
    spec: Spec
    alt: str
    says: str

    def with_data(self) -> Spec:
        """The specification with its tables as Arrow: Streamlit takes 0.02 ms for one, not 4."""
        tables = {name: as_table(columns) for name, columns in self.data.items()}
        return {**self.spec, "config": UNNAMED_MARKS, "datasets": tables}


def as_table(columns: Columns) -> pa.Table:
    """As `pa.table` makes it, which would load pandas, 40 MiB, to look at them.

    columns: numbers, or texts as objects
    """
    return pa.Table.from_arrays([_column(values) for values in columns.values()], list(columns))


def _column(values: NDArray[Any]) -> pa.Array:
    """The numbers as they lie in memory; of texts the UTF-8 and where each begins and ends."""
    count = len(values)
    if values.dtype != object:
        buffer = pa.py_buffer(np.ascontiguousarray(values))
        return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), count, [None, buffer])
    texts = [str(text).encode() for text in values]
    ends = np.cumsum([0, *map(len, texts)], dtype=np.int32)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(texts))]
    return pa.Array.from_buffers(pa.string(), count, buffers)


CHART_FRAME: Spec = {"height": 300, "padding": PADDING}
"""Of a lesson's chart."""


def quantity(field: str, title: str | None, **more: Spec) -> Spec:
    """A channel for the numbers of a column."""
    return {"field": field, "type": "quantitative", "title": title, **more}


def named_lines(names: Sequence[str], colours: Sequence[str], dashes: Sequence[list[int]]) -> Spec:
    """Colour and dash by the name of the line, with one legend above the chart."""
    legend = {**LEGEND, "columns": 2, "labelLimit": 200}
    return {
        "color": by_line(names, colours, legend),
        "strokeDash": by_line(names, dashes, legend),
    }


def by_line(names: Sequence[str], looks: Sequence[Any], legend: Spec) -> Spec:
    """A channel by the name in the column "line"; channels of equal names share one legend.

    looks: colours or dashes, one for each of `names`
    """
    scale = {"domain": list(names), "range": list(looks)}
    return {"field": "line", "type": "nominal", "scale": scale, "legend": legend}


def dot(size: int) -> Spec:
    """A mark."""
    return {"type": "point", "filled": True, "size": size, "opacity": 1}


def level(value: float, label: str, label_at: float | str, rule: Spec, text: Spec) -> list[Spec]:
    """Layers with a grey line across the chart at a value, and its label above it.

    label_at: where along the x axis, in pixels or "width"
    rule, text: how they look, beside the colour
    """
    y = {"datum": value, "type": "quantitative"}
    data: Spec = {"values": [{}]}
    words = {"type": "text", "baseline": "bottom", "dy": -3, "color": GREY, **text}
    at = {"y": y, "x": {"value": label_at}, "text": {"value": label}}
    return [
        {"data": data, "mark": {"type": "rule", "color": GREY, **rule}, "encoding": {"y": y}},
        {"data": data, "mark": words, "encoding": at},
    ]
