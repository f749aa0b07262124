"""Charts with one line for each layer, or for each run; see `curves_figures` on what may change."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from mnist_core.training.history import LayerLook
from mnist_core.training.player import View
from ui.shared.figures.charts import Columns, LiveChart, Series, Spec, dot
from ui.shared.figures.colours import LINES
from ui.train.chart_axes import SEEN, axes_of, framed, layer, named, nearest, only_near
from ui.train.chart_rows import drawable, never_empty, smooth, stable_stride

DASHES = ([1, 0], [8, 3], [2, 2], [9, 3, 2, 3], [14, 4], [4, 2], [1, 3], [6, 2, 1, 2])
"""Of each line: told apart without seeing colours, too."""
MAX_LOOKS = 100
MAX_RACE = 120
GRADIENT_TITLES = {
    "gradient_norm": ("Gradient of each layer", "gradient norm"),
    "update_ratio": ("Update of each layer", "update / weights"),
}
RACE_TITLES = {
    "training_loss": ("Training loss", "loss (nats)"),
    "test_loss": ("Test loss", "loss (nats)"),
    "test_accuracy": ("Test accuracy", "read right (%)"),
}


def gradient_chart(
    view: View, what: Literal["gradient_norm", "update_ratio"], layers: Sequence[str]
) -> LiveChart:
    """One line per layer on a log scale; zeros stand a decade below the smallest other value.

    layers: names of all layers that are trained, known before the first look at them
    """
    title, y_title = GRADIENT_TITLES[what]
    looks = [view.looks[i] for i in stable_stride(len(view.looks), MAX_LOOKS)]
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
        title, axes_of(y_title, log_x=False, log_y=True), layers, "layer", points=False
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
        kept = drawable(values, log_y)
        line = np.full(int(kept.sum()), name, dtype=object)
        tables.append({"samples": samples[kept], "value": values[kept], "line": line})
    table = {
        column: np.concatenate([t[column] for t in tables]) if tables else np.array([])
        for column in ("samples", "value", "line")
    }
    table["measured"] = table["value"]
    accuracy = what == "test_accuracy"
    axes = axes_of(y_title, log_x, log_y and not accuracy, [0, 100] if accuracy else None)
    spec = _lines_spec(title, axes, list(views), "run", points=what != "training_loss")
    alt = f"Line plot of the {y_title} of each run over the digits seen: {', '.join(views)}."
    says = "; ".join(
        f"{name}: {t['value'][-1]:.4g}"
        for name, t in zip(views, tables, strict=True)
        if len(t["value"])
    )
    data = _with_latest(table) if what == "training_loss" else {"lines": never_empty(table)}
    return LiveChart(data, spec, alt, says)


def _with_latest(table: Columns) -> dict[str, Columns]:
    """Table "lines", and "now" with the latest point of each of them."""
    latest = {name: row for row, name in enumerate(table["line"])}
    rows = np.array(list(latest.values()), dtype=np.int64)
    now = {name: column[rows] for name, column in table.items()}
    return {"lines": never_empty(table), "now": never_empty(now)}


def _samples_at(view: View, looks: Sequence[LayerLook]) -> Series:
    """How many digits were seen at each look."""
    at = np.array([look.step for look in looks], dtype=np.float64)
    steps = view.steps["step"]
    return np.interp(at, steps, view.steps["samples"]) if len(steps) else at


def _raced(view: View, what: str) -> tuple[Series, Series]:
    if what == "training_loss":
        chosen = stable_stride(len(view.steps["samples"]), MAX_RACE)
        return view.steps["samples"][chosen], smooth(view.steps["loss"])[chosen]
    tests = [view.tests[i] for i in stable_stride(len(view.tests), MAX_RACE)]
    values = [t.accuracy * 100 if what == "test_accuracy" else t.loss for t in tests]
    samples = np.array([test.samples for test in tests], dtype=np.float64)
    return samples, np.array(values, dtype=np.float64)


def _short(layer: str) -> str:
    """“3. Conv 3×3, 64 → 128” → “3. Conv 64→128”, so that two fit side by side on a phone."""
    return re.sub(r" \d+×\d+,", "", layer).replace(" → ", "→")


def _say_dead(raw: Series, layers: Sequence[str], what: str) -> str:
    if not len(raw):
        return ""
    dead = [name for name, value in zip(layers, raw[-1], strict=True) if value == 0]
    if not dead:
        return ""
    return f"The latest {GRADIENT_TITLES[what][1]} is exactly 0 in: {', '.join(dead)}."


def _lines_spec(title: str, axes: Spec, names: Sequence[str], word: str, points: bool) -> Spec:
    """One line for each of `names` in the column "line" of the table "lines"."""
    colour, dash = named(names, LINES), named(names, DASHES)
    line = {"type": "line", "strokeWidth": 2}
    dots = layer("lines" if points else "now", dot(40), axes, "value", color=colour)
    lines = layer("lines", line, axes, "value", color=colour, strokeDash=dash)
    tooltip = [
        SEEN,
        {"field": "line", "title": word},
        {"field": "said", "title": axes["y"]["title"]},
    ]
    hover = layer(
        "lines", {"type": "point", "filled": True, "size": 90}, axes, "value",
        color=colour, opacity=only_near(1), tooltip=tooltip,
    )  # fmt: skip
    said = "datum.measured > 0 ? format(datum.measured, '.4g') : 'exactly 0'"
    hover["transform"] = [{"calculate": said, "as": "said"}]
    hover["params"] = [nearest(["x", "y"])]
    return framed(title, [lines, dots, hover], names)
