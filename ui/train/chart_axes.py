"""Axes, legends and pointing, of which all charts of a training are made."""

from collections.abc import Sequence
from typing import Any

from ui.shared.figures.charts import LEGEND, PADDING, Spec, by_line, quantity

HEIGHT_PX = 260
LEGEND_ROW_PX = 18
LETTERS_OF_A_LONG_NAME = 18
LETTERS_IN_A_ROW = 27
LABEL = "abs(datum.value) >= 1e5 ? format(datum.value, '.2~e') : datum.label"
WHOLE_DECADE = "abs(log(datum.value) / LN10 - round(log(datum.value) / LN10)) < 0.001"
SEEN: Spec = {**quantity("samples", "digits seen"), "format": ",d"}
"""In a tooltip."""
ZOOM: Spec = {
    "name": "zoom",
    "bind": "scales",
    "select": {
        "type": "interval",
        "zoom": "wheel![event.ctrlKey || event.metaKey]",
        "translate": "[pointerdown[event.pointerType === 'mouse'], window:pointerup]"
        " > window:pointermove!",
    },
}
"""Ctrl + wheel zooms, the mouse drags, a double click resets; wheel and finger scroll the page."""


def axes_of(
    y_title: str, log_x: bool, log_y: bool = False, domain: list[float] | None = None
) -> Spec:
    """Channels x, for digits seen, and y; domain: of y, where it is fixed."""
    x_scale: Spec = {"type": "log"} if log_x else {"zero": True}
    y_scale: Spec = {"type": "log"} if log_y else {"zero": False}
    if domain:
        y_scale = {"domain": domain}
    x_axis = {
        "format": "~s", "labelExpr": "datum.value ? datum.label : '0'", "tickCount": 5,
        "grid": False, "labelPadding": 4, "titlePadding": 4,
    }  # fmt: skip
    y_axis: Spec = {
        "format": "~g" if log_y else "~f", "labelExpr": LABEL, "tickCount": 5,
        "labelPadding": 4, "titlePadding": 6,
    }  # fmt: skip
    if log_y:
        faint = {"condition": {"test": WHOLE_DECADE, "value": 1}, "value": 0.3}
        y_axis["gridOpacity"] = faint
    return {
        "x": quantity(
            "samples", "digits seen", axis=x_axis, scale={"nice": False, "padding": 8, **x_scale}
        ),
        "y": {"type": "quantitative", "title": y_title, "scale": y_scale, "axis": y_axis},
    }  # fmt: skip


def layer(table: str, mark: Spec, axes: Spec, column: str, **encoding: Spec | list[Spec]) -> Spec:
    """A column of a table over the digits seen."""
    return {
        "data": {"name": table},
        "mark": {"clip": True, **mark},
        "encoding": {"x": axes["x"], "y": {**axes["y"], "field": column}, **encoding},
    }


def named(names: Sequence[str], looks: Sequence[Any]) -> Spec:
    """A channel by the name of the line, whose legend fits on a phone; `looks` begin again."""
    columns = _legend_columns(names)
    legend = {
        **LEGEND, "columns": columns, "labelLimit": 300 if columns == 1 else 128,
        "offset": 4, "padding": 0, "rowPadding": 2, "columnPadding": 10,
    }  # fmt: skip
    return by_line(names, [looks[i % len(looks)] for i in range(len(names))], legend)


def _legend_columns(names: Sequence[str]) -> int:
    """So many that they fit on a phone."""
    if max(map(len, names), default=0) > LETTERS_OF_A_LONG_NAME:
        return 1
    short = sum(map(len, names)) <= LETTERS_IN_A_ROW
    return 3 if short and len(names) != 4 else 2


def nearest(encodings: list[str]) -> Spec:
    """The parameter "near": the point that lies nearest to the pointer."""
    select = {
        "type": "point", "nearest": True, "on": "pointermove", "clear": "pointerout",
        "encodings": encodings,
    }  # fmt: skip
    return {"name": "near", "select": select}


def only_near(opacity: float) -> Spec:
    """A channel that hides what is not `nearest`."""
    return {"condition": {"param": "near", "empty": False, "value": opacity}, "value": 0}


def framed(title: str, layers: list[Spec], names: Sequence[str]) -> Spec:
    """A chart that can be zoomed; names: of the lines, for the height that their legend takes."""
    layers[0] = {**layers[0], "params": [ZOOM]}
    rows = -(-len(names) // _legend_columns(names))
    return {
        "title": {"text": title, "anchor": "start", "offset": 8},
        "height": HEIGHT_PX + LEGEND_ROW_PX * max(0, rows - 1),
        "padding": PADDING,
        "layer": layers,
    }
