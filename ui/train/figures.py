"""Plots of a training that goes on, as Vega-Lite: they are redrawn in place, without a flicker.

Streamlit makes a chart anew when its specification or its `alt` changes, and only hands the view
new rows when nothing but data changes. So whatever grows during a training is in `data`; `spec`
and `alt` follow from the settings and the network alone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mnist_core.training.history import LayerLook, smoothed
from mnist_core.training.player import View
from mnist_core.words import spaced
from ui.shared.figures.charts import (
    BLUE,
    COLOURS,
    GREEN,
    GREY,
    ORANGE,
    PALE_BLUE,
    PURPLE,
    Columns,
    LiveChart,
    Spec,
    Values,
)

TESTED_DASH = [5, 3]
DASHES = ([1, 0], [8, 3], [2, 2], [9, 3, 2, 3], [14, 4], [4, 2], [1, 3], [6, 2, 1, 2])
"""Of each line: told apart without seeing colours, too."""
HEIGHT_PX = 260
LEGEND_ROW_PX = 18
LABEL = "abs(datum.value) >= 1e5 ? format(datum.value, '.2~e') : datum.label"
LETTERS_OF_A_LONG_NAME = 18
LETTERS_IN_A_ROW = 27
DOT = {"type": "point", "filled": True, "size": 40, "opacity": 1}
MAX_RAW = 400
MAX_SMOOTH = 200
MAX_LOOKS = 100
MAX_RACE = 120
LARGEST_WINDOW = 100
EACH, SMOOTH, TEST = "each batch", "smoothed", "test"
GRADIENT_TITLES = {
    "gradient_norm": ("Gradient of each layer", "gradient norm"),
    "update_ratio": ("Update of each layer", "update / weights"),
}
RACE_TITLES = {
    "training_loss": ("Training loss", "loss (nats)"),
    "test_loss": ("Test loss", "loss (nats)"),
    "test_accuracy": ("Test accuracy", "read right (%)"),
}
WHOLE_DECADE = "abs(log(datum.value) / LN10 - round(log(datum.value) / LN10)) < 0.001"
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


@dataclass(frozen=True)
class Curve:
    """One line of a chart. column: in the table "smoothed", and where it is a test in "tests"."""

    name: str
    column: str
    colour: str
    tested: bool = False


def loss_chart(
    view: View,
    log_x: bool = False,
    log_y: bool = False,
    floor: float | None = None,
    floor_label: str = "",
) -> LiveChart:
    """Loss of every batch, smoothed, and on the test set, in nats.

    floor: the least that the loss can be, drawn as a line with its label
    """
    curves = [Curve(SMOOTH, "training", BLUE), Curve(TEST, "test", ORANGE, tested=True)]
    loss = view.steps["loss"]
    data = _curve_tables(view, {"training": loss}, {"test": [t.loss for t in view.tests]}, log_y)
    data["batches"] = _raw_table(view.steps["samples"], loss, log_y)
    axes = _axes("loss (nats)", log_x, log_y)
    batches = Curve(EACH, "loss", PALE_BLUE)
    spec = _curves_spec("Loss", axes, curves, [batches], _floor_layers(floor, floor_label, log_y))
    alt = (
        "Line plot of the loss over the digits seen: of each batch, smoothed, and on the test set."
    )
    return LiveChart(data, spec, alt, _latest(view, data, curves, "loss", ""))


def accuracy_chart(view: View, log_x: bool = False) -> LiveChart | None:
    """Share read right in %, in training (smoothed) and on the test set; None for a VAE."""
    if _is_vae(view):
        return None
    curves = [Curve(SMOOTH, "training", BLUE), Curve(TEST, "test", ORANGE, tested=True)]
    training = {"training": view.steps["accuracy"] * 100}
    data = _curve_tables(view, training, {"test": [t.accuracy * 100 for t in view.tests]})
    axes = _axes("read right (%)", log_x, domain=[0, 100])
    spec = _curves_spec("Accuracy", axes, curves)
    alt = (
        "Line plot of the share of digits read right over the digits seen, from 0 to 100 percent: "
        "in training, smoothed, and on the test set."
    )
    return LiveChart(data, spec, alt, _latest(view, data, curves, "accuracy", " %"))


def vae_terms_chart(view: View, log_x: bool = False) -> LiveChart | None:
    """The two terms of a VAE's loss in nats, in training (smoothed) and on the test set.

    None for a classifier.
    """
    if not _is_vae(view):
        return None
    curves = [
        Curve("reconstruction", "reconstruction", BLUE),
        Curve("reconstruction (test)", "reconstruction_test", ORANGE, tested=True),
        Curve("KL", "kl", GREEN),
        Curve("KL (test)", "kl_test", PURPLE, tested=True),
    ]
    training = {name: view.steps[name] for name in ("reconstruction", "kl")}
    tests = {f"{name}_test": [getattr(test, name) for test in view.tests] for name in training}
    data = _curve_tables(view, training, tests)
    axes = _axes("nats per image", log_x)
    spec = _curves_spec("Reconstruction and KL", axes, curves)
    alt = (
        "Line plot of the two terms of the loss over the digits seen, reconstruction and KL "
        "divergence: in training, smoothed, and on the test set."
    )
    return LiveChart(data, spec, alt, _latest(view, data, curves, "", ""))


def gradient_chart(
    view: View, what: Literal["gradient_norm", "update_ratio"], layers: Sequence[str]
) -> LiveChart:
    """One line per layer on a log scale; zeros stand a decade below the smallest other value.

    layers: names of all layers that are trained, known before the first look at them
    """
    title, y_title = GRADIENT_TITLES[what]
    looks = [view.looks[i] for i in _stable_stride(len(view.looks), MAX_LOOKS)]
    layers = [_short(layer) for layer in layers]
    raw = np.array([[getattr(change, what) for change in look.layers] for look in looks])
    raw = raw.reshape(len(looks), len(layers))
    samples = _samples_at(view, looks)
    positive = raw[np.isfinite(raw) & (raw > 0)]
    least = 10 ** np.floor(np.log10(positive.min()) - 1) if positive.size else 1e-12
    value = np.where(np.isfinite(raw), np.maximum(raw, least), np.nan)
    table = {
        "samples": np.repeat(samples, len(layers)),
        "value": value.ravel(),
        "measured": raw.ravel(),
        "line": np.tile(np.array(layers, dtype=object), len(looks)),
    }
    spec = _lines_spec(
        title, _axes(y_title, log_x=False, log_y=True), layers, "layer", points=False
    )
    alt = f"Line plot of the {y_title} of each layer over the digits seen, on a logarithmic scale."
    return LiveChart(_with_latest(table), spec, alt, _say_dead(raw, layers, what))


def race_chart(
    views: Mapping[str, View],
    what: Literal["training_loss", "test_loss", "test_accuracy"],
    log_x: bool = False,
    log_y: bool = False,
) -> LiveChart:
    """One line per run, by the names given; training losses are smoothed."""
    title, y_title = RACE_TITLES[what]
    tables = []
    for name, view in views.items():
        samples, values = _raced(view, what)
        kept = _drawable(values, log_y)
        line = np.full(int(kept.sum()), name, dtype=object)
        tables.append({"samples": samples[kept], "value": values[kept], "line": line})
    table = {
        column: np.concatenate([t[column] for t in tables]) if tables else np.array([])
        for column in ("samples", "value", "line")
    }
    table["measured"] = table["value"]
    accuracy = what == "test_accuracy"
    axes = _axes(y_title, log_x, log_y and not accuracy, [0, 100] if accuracy else None)
    spec = _lines_spec(title, axes, list(views), "run", points=what != "training_loss")
    alt = f"Line plot of the {y_title} of each run over the digits seen: {', '.join(views)}."
    says = "; ".join(
        f"{name}: {t['value'][-1]:.4g}"
        for name, t in zip(views, tables, strict=True)
        if len(t["value"])
    )
    data = _with_latest(table) if what == "training_loss" else {"lines": _never_empty(table)}
    return LiveChart(data, spec, alt, says)


def spikes_kept(values: Values, at_most: int) -> NDArray[np.int64]:
    """Indices of at most `at_most` values, among them the least and the greatest of each stretch.

    The stretches are as long as a power of 2, so that they stay where they are while more come.
    """
    if len(values) <= at_most:
        return np.arange(len(values))
    width = 2 ** int(np.ceil(np.log2(2 * len(values) / at_most)))
    stretches = -(-len(values) // width)
    padded = np.pad(values, (0, stretches * width - len(values)), mode="edge")
    rows = padded.reshape(stretches, width)
    ends = np.stack([rows.argmin(axis=1), rows.argmax(axis=1)], axis=1)
    indices = ends + np.arange(stretches)[:, None] * width
    return np.unique(np.minimum(indices, len(values) - 1))


def _stable_stride(count: int, at_most: int) -> NDArray[np.int64]:
    """Every 2ᵏ-th index, and the last: at most `at_most` of them, that stay as more come."""
    if count == 0:
        return np.arange(0)
    stride = 1
    while count / stride > at_most - 1:
        stride *= 2
    return np.unique(np.append(np.arange(0, count, stride), count - 1))


def _drawable(values: Values, log: bool) -> NDArray[np.bool_]:
    return np.isfinite(values) & (values > 0) if log else np.isfinite(values)


def _never_empty(table: Columns) -> Columns:
    """With a row that is not drawn where there is none."""
    if len(table["samples"]):
        return table
    return {
        name: np.array([""], dtype=object) if name == "line" else np.array([np.nan])
        for name in table
    }


def _with_latest(table: Columns) -> dict[str, Columns]:
    """Table "lines", and "now" with the latest point of each of them."""
    latest = {name: row for row, name in enumerate(table["line"])}
    rows = np.array(list(latest.values()), dtype=np.int64)
    now = {name: column[rows] for name, column in table.items()}
    return {"lines": _never_empty(table), "now": _never_empty(now)}


def _is_vae(view: View) -> bool:
    if len(view.steps["kl"]):
        return bool(np.isfinite(view.steps["kl"][-1]))
    return any(name.startswith("log_var_head.") for name in view.now.state)


def _smooth(values: Values) -> Values:
    """Means over more batches the longer the training is; what is not finite is bridged."""
    finite = np.isfinite(values)
    if not finite.all() and finite.any():
        at = np.arange(len(values))
        values = np.interp(at, at[finite], values[finite])
    return smoothed(values, min(LARGEST_WINDOW, max(1, len(values) // 50)))


def _raw_table(samples: Values, values: Values, log: bool) -> Columns:
    kept = _drawable(values, log)
    samples, values = samples[kept], values[kept]
    chosen = spikes_kept(values, MAX_RAW)
    return _never_empty({"samples": samples[chosen], "loss": values[chosen]})


def _curve_tables(
    view: View,
    training: Mapping[str, Values],
    tests: Mapping[str, Sequence[float]],
    log: bool = False,
) -> dict[str, Columns]:
    """Table "smoothed" with the training values and beside each the last test, and "tests"."""
    tested_at = np.array([test.samples for test in view.tests], dtype=np.float64)
    tested = {
        name: _only(np.array(values, dtype=np.float64), log) for name, values in tests.items()
    }
    chosen = _stable_stride(len(view.steps["samples"]), MAX_SMOOTH)
    samples = view.steps["samples"][chosen]
    smooth: Columns = {"samples": samples}
    smooth |= {name: _only(_smooth(values)[chosen], log) for name, values in training.items()}
    latest = np.searchsorted(tested_at, samples, side="right")
    smooth |= {name: np.append(np.nan, values)[latest] for name, values in tested.items()}
    return {
        "smoothed": _never_empty(smooth),
        "now": _never_empty({name: values[-1:] for name, values in smooth.items()}),
        "tests": _never_empty({"samples": tested_at, **tested}),
    }


def _only(values: Values, log: bool) -> Values:
    return np.where(_drawable(values, log), values, np.nan)


def _samples_at(view: View, looks: Sequence[LayerLook]) -> Values:
    """How many digits were seen at each look."""
    at = np.array([look.step for look in looks], dtype=np.float64)
    steps = view.steps["step"]
    return np.interp(at, steps, view.steps["samples"]) if len(steps) else at


def _raced(view: View, what: str) -> tuple[Values, Values]:
    if what == "training_loss":
        chosen = _stable_stride(len(view.steps["samples"]), MAX_RACE)
        return view.steps["samples"][chosen], _smooth(view.steps["loss"])[chosen]
    tests = [view.tests[i] for i in _stable_stride(len(view.tests), MAX_RACE)]
    values = [t.accuracy * 100 if what == "test_accuracy" else t.loss for t in tests]
    samples = np.array([test.samples for test in tests], dtype=np.float64)
    return samples, np.array(values, dtype=np.float64)


def _latest(
    view: View, data: dict[str, Columns], curves: Sequence[Curve], word: str, unit: str
) -> str:
    if not len(view.steps["samples"]):
        return "No digit seen yet."
    row = {name: values[-1] for name, values in data["smoothed"].items()}
    values = ", ".join(
        f"{curve.name} {word}".strip() + f" {row[curve.column]:.4g}{unit}"
        for curve in curves
        if np.isfinite(row[curve.column])
    )
    seen = spaced(int(row["samples"]))
    return f"After {seen} digits: {values}."


def _short(layer: str) -> str:
    """“3. Conv 3×3, 64 → 128” → “3. Conv 64→128”, so that two fit side by side on a phone."""
    return re.sub(r" \d+×\d+,", "", layer).replace(" → ", "→")


def _say_dead(raw: Values, layers: Sequence[str], what: str) -> str:
    if not len(raw):
        return ""
    dead = [name for name, value in zip(layers, raw[-1], strict=True) if value == 0]
    if not dead:
        return ""
    return f"The latest {GRADIENT_TITLES[what][1]} is exactly 0 in: {', '.join(dead)}."


def _axes(
    y_title: str, log_x: bool, log_y: bool = False, domain: list[float] | None = None
) -> Spec:
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
        "x": {
            "field": "samples", "type": "quantitative", "title": "digits seen", "axis": x_axis,
            "scale": {"nice": False, "padding": 8, **x_scale},
        },
        "y": {"type": "quantitative", "title": y_title, "scale": y_scale, "axis": y_axis},
    }  # fmt: skip


def _layer(table: str, mark: Spec, axes: Spec, column: str, **encoding: Spec | list[Spec]) -> Spec:
    return {
        "data": {"name": table},
        "mark": {"clip": True, **mark},
        "encoding": {"x": axes["x"], "y": {**axes["y"], "field": column}, **encoding},
    }


def _legend_columns(names: Sequence[str]) -> int:
    """So many that they fit on a phone."""
    if max(map(len, names), default=0) > LETTERS_OF_A_LONG_NAME:
        return 1
    short = sum(map(len, names)) <= LETTERS_IN_A_ROW
    return 3 if short and len(names) != 4 else 2


def _named(names: Sequence[str], look: Sequence[Any]) -> Spec:
    """A channel by name of the line; channels of equal names share one legend."""
    legend = {
        "orient": "top", "columns": _legend_columns(names), "title": None, "offset": 4,
        "padding": 0, "rowPadding": 2, "columnPadding": 10, "labelFontSize": 11,
        "labelLimit": 300 if _legend_columns(names) == 1 else 128,
        "symbolType": "stroke", "symbolSize": 320, "symbolStrokeWidth": 2.5,
    }  # fmt: skip
    chosen = [look[i % len(look)] for i in range(len(names))]
    scale = {"domain": list(names), "range": chosen}
    return {"field": "line", "type": "nominal", "scale": scale, "legend": legend}


def _curve_layer(table: str, curve: Curve, legend: Sequence[Curve], axes: Spec, mark: Spec) -> Spec:
    """A curve by its name, for only channels that have a field share one legend."""
    names = [each.name for each in legend]
    dashes = [TESTED_DASH if each.tested else [1, 0] for each in legend]
    layer = _layer(table, mark, axes, curve.column)
    layer["encoding"]["color"] = _named(names, [each.colour for each in legend])
    if mark["type"] == "line":
        layer["encoding"]["strokeDash"] = _named(names, dashes)
    layer["transform"] = [{"calculate": f"'{curve.name}'", "as": "line"}]
    return layer


def _curves_spec(
    title: str,
    axes: Spec,
    curves: Sequence[Curve],
    below: Sequence[Curve] = (),
    above: Sequence[Spec] = (),
) -> Spec:
    """below: curves of the table "batches", thin; above: layers that are over them."""
    legend = [*below, *curves]
    thin = {"type": "line", "strokeWidth": 1}
    layers = [_curve_layer("batches", curve, legend, axes, thin) for curve in below]
    layers += above
    for curve in curves:
        point = {"filled": True, "size": 55, "shape": "diamond", "strokeDash": [1, 0]}
        look = {"strokeWidth": 1.5, "point": point} if curve.tested else {"strokeWidth": 2.5}
        table = "tests" if curve.tested else "smoothed"
        layers.append(_curve_layer(table, curve, legend, axes, {"type": "line", **look}))
        if not curve.tested:
            layers.append(_curve_layer("now", curve, legend, axes, DOT))
    layers.append(_hairline(axes, curves))
    return _framed(title, layers, [curve.name for curve in legend])


def _hairline(axes: Spec, curves: Sequence[Curve]) -> Spec:
    """A vertical line at the nearest point, and the values of all curves there."""
    columns = [curve.column for curve in curves]
    said = [
        {
            "calculate": f"isValid(datum.{c}) ? format(datum.{c}, '.4g') : 'none yet'",
            "as": f"said_{c}",
        }
        for c in columns
    ]
    tooltip = [_seen(), *({"field": f"said_{c.column}", "title": c.name} for c in curves)]
    return {
        "data": {"name": "smoothed"},
        "transform": said,
        "params": [_nearest(["x"])],
        "mark": {"type": "rule", "color": GREY, "clip": True},
        "encoding": {"x": axes["x"], "opacity": _only_near(0.8), "tooltip": tooltip},
    }


def _seen() -> Spec:
    return {"field": "samples", "type": "quantitative", "title": "digits seen", "format": ",d"}


def _nearest(encodings: list[str]) -> Spec:
    select = {
        "type": "point", "nearest": True, "on": "pointermove", "clear": "pointerout",
        "encodings": encodings,
    }  # fmt: skip
    return {"name": "near", "select": select}


def _only_near(opacity: float) -> Spec:
    return {"condition": {"param": "near", "empty": False, "value": opacity}, "value": 0}


def _floor_layers(floor: float | None, label: str, log: bool) -> list[Spec]:
    if floor is None or (log and floor <= 0):
        return []
    y = {"datum": floor, "type": "quantitative"}
    data: Spec = {"values": [{}]}
    rule = {"type": "rule", "strokeDash": [3, 3], "strokeWidth": 1.5, "color": GREY}
    text = {
        "type": "text", "align": "left", "baseline": "bottom", "dx": 4, "dy": -3, "color": GREY,
    }  # fmt: skip
    at = {"y": y, "x": {"value": 0}, "text": {"value": label}}
    return [
        {"data": data, "mark": rule, "encoding": {"y": y}},
        {"data": data, "mark": text, "encoding": at},
    ]


def _lines_spec(title: str, axes: Spec, names: Sequence[str], word: str, points: bool) -> Spec:
    """One line for each of `names` in the column "line" of the table "lines"."""
    colour, dash = _named(names, COLOURS), _named(names, DASHES)
    line = {"type": "line", "strokeWidth": 2}
    dots = _layer("lines" if points else "now", DOT, axes, "value", color=colour)
    layers = [
        _layer("lines", line, axes, "value", color=colour, strokeDash=dash),
        dots,
    ]
    tooltip = [
        _seen(),
        {"field": "line", "title": word},
        {"field": "said", "title": axes["y"]["title"]},
    ]
    hover = _layer(
        "lines", {"type": "point", "filled": True, "size": 90}, axes, "value",
        color=colour, opacity=_only_near(1), tooltip=tooltip,
    )  # fmt: skip
    said = "datum.measured > 0 ? format(datum.measured, '.4g') : 'exactly 0'"
    hover["transform"] = [{"calculate": said, "as": "said"}]
    hover["params"] = [_nearest(["x", "y"])]
    return _framed(title, [*layers, hover], names)


def _framed(title: str, layers: list[Spec], names: Sequence[str]) -> Spec:
    """names: of the lines, for the height that their legend takes."""
    layers[0] = {**layers[0], "params": [ZOOM]}
    rows = -(-len(names) // _legend_columns(names))
    return {
        "title": {"text": title, "anchor": "start", "offset": 8},
        "height": HEIGHT_PX + LEGEND_ROW_PX * max(0, rows - 1),
        "padding": {"left": 2, "right": 8, "top": 2, "bottom": 2},
        "layer": layers,
    }
