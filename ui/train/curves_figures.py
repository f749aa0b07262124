"""Charts of one training: loss, accuracy, the two terms of a VAE's loss.

Streamlit makes a chart anew when its specification or its `alt` changes, and only hands the view
new rows when nothing but data changes. So whatever grows during a training is in `data`; `spec`
and `alt` follow from the settings and the network alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mnist_core.evaluation.expected import Expected
from mnist_core.training.player import View
from mnist_core.words import spaced
from ui.shared.figures.charts import Columns, LiveChart, Series, Spec, dot, level
from ui.shared.figures.colours import FIRST, FOURTH, GREY, PALE_FIRST, SECOND, THIRD
from ui.train.chart_axes import SEEN, axes_of, framed, layer, named, nearest, only_near
from ui.train.chart_rows import (
    drawable,
    drawable_only,
    never_empty,
    smooth,
    spikes_kept,
    stable_stride,
)

EACH, SMOOTH, TEST, HELD_OUT = "each batch", "smoothed", "test", "held out"
TESTED_DASH = [5, 3]
EXPECTED_SAYS = "about so"
MAX_RAW = 400
MAX_SMOOTH = 200


@dataclass(frozen=True)
class Curve:
    """One line of a chart. column: in the table "smoothed", and where it is a test in "tests"."""

    name: str
    column: str
    colour: str
    tested: bool = False


def loss_chart(
    view: View,
    expected: Expected,
    log_x: bool = False,
    log_y: bool = False,
    *,
    floor: float | None = None,
    floor_label: str = "",
    holds_out: bool = False,
) -> LiveChart:
    """Loss of every batch, smoothed, and on the test set, in nats.

    expected: drawn in grey before there are any; the axes hold it from the first moment to the last
    floor: the least that the loss can be, drawn as a line with its label
    holds_out: whether there are held-out digits, with a line of their own
    """
    curves = [Curve(SMOOTH, "training", FIRST), Curve(TEST, "test", SECOND, tested=True)]
    tests = {"test": [test.loss for test in view.tests]}
    if holds_out:
        curves.append(Curve(HELD_OUT, "held_out", THIRD, tested=True))
        tests["held_out"] = [test.held_out_loss for test in view.tests]
    loss = view.steps["loss"]
    data = _curve_tables(view, {"training": loss}, tests, log_y)
    data["batches"] = _raw_table(view.steps["samples"], loss, log_y)
    data |= _expected_tables(view, expected.samples, expected.loss)
    axes = axes_of("loss (nats)", log_x, log_y)
    batches = Curve(EACH, "loss", PALE_FIRST)
    spec = _curves_spec("Loss", axes, curves, [batches], _floor_layers(floor, floor_label, log_y))
    alt = (
        "Line plot of the loss over the digits seen: of each batch, smoothed, "
        f"{'on the held-out digits, ' if holds_out else ''}and on the test set."
    )
    return LiveChart(data, spec, alt, _latest(view, data, curves, "loss", ""))


def accuracy_chart(view: View, expected: Expected, log_x: bool = False) -> LiveChart | None:
    """Share read right in %, in training (smoothed) and on the test set; None for a VAE."""
    if _is_vae(view):
        return None
    curves = [Curve(SMOOTH, "training", FIRST), Curve(TEST, "test", SECOND, tested=True)]
    training = {"training": view.steps["accuracy"] * 100}
    data = _curve_tables(view, training, {"test": [t.accuracy * 100 for t in view.tests]})
    data |= _expected_tables(view, expected.samples, expected.accuracy * 100)
    axes = axes_of("read right (%)", log_x, domain=[0, 100])
    spec = _curves_spec("Accuracy", axes, curves)
    alt = (
        "Line plot of the share of digits read right over the digits seen, from 0 to 100 percent: "
        "in training, smoothed, and on the test set."
    )
    return LiveChart(data, spec, alt, _latest(view, data, curves, "accuracy", " %"))


def vae_terms_chart(view: View, expected: Expected, log_x: bool = False) -> LiveChart | None:
    """The two terms of a VAE's loss in nats, in training (smoothed) and on the test set.

    None for a classifier.
    """
    if not _is_vae(view):
        return None
    curves = [
        Curve("reconstruction", "reconstruction", FIRST),
        Curve("reconstruction (test)", "reconstruction_test", SECOND, tested=True),
        Curve("KL", "kl", THIRD),
        Curve("KL (test)", "kl_test", FOURTH, tested=True),
    ]
    training = {name: view.steps[name] for name in ("reconstruction", "kl")}
    tests = {f"{name}_test": [getattr(test, name) for test in view.tests] for name in training}
    data = _curve_tables(view, training, tests)
    data |= _expected_tables(view, expected.samples, expected.loss)
    axes = axes_of("nats per image", log_x)
    spec = _curves_spec("Reconstruction and KL", axes, curves)
    alt = (
        "Line plot of the two terms of the loss over the digits seen, reconstruction and KL "
        "divergence: in training, smoothed, and on the test set."
    )
    return LiveChart(data, spec, alt, _latest(view, data, curves, "", ""))


def _is_vae(view: View) -> bool:
    if len(view.steps["kl"]):
        return bool(np.isfinite(view.steps["kl"][-1]))
    return any(name.startswith("log_var_head.") for name in view.now.state)


def _curve_tables(
    view: View,
    training: Mapping[str, Series],
    tests: Mapping[str, Sequence[float]],
    log: bool = False,
) -> dict[str, Columns]:
    """Table "smoothed" with the training values and beside each the last test, and "tests"."""
    tested_at = np.array([test.samples for test in view.tests], dtype=np.float64)
    tested = {
        name: drawable_only(np.array(values, dtype=np.float64), log)
        for name, values in tests.items()
    }
    chosen = stable_stride(len(view.steps["samples"]), MAX_SMOOTH)
    samples = view.steps["samples"][chosen]
    smoothed: Columns = {"samples": samples}
    smoothed |= {
        name: drawable_only(smooth(values)[chosen], log) for name, values in training.items()
    }
    latest = np.searchsorted(tested_at, samples, side="right")
    smoothed |= {name: np.append(np.nan, values)[latest] for name, values in tested.items()}
    return {
        "smoothed": never_empty(smoothed),
        "now": never_empty({name: values[-1:] for name, values in smoothed.items()}),
        "tests": never_empty({"samples": tested_at, **tested}),
    }


def _expected_tables(view: View, samples: Series, values: Series) -> dict[str, Columns]:
    """Table "expected", with nothing in it once there are values, and "frame", its corners."""
    frame = {
        "samples": samples[[0, -1]],
        "value": np.array([values.max(), values.min()]),
    }
    if len(view.steps["samples"]):
        nothing = np.array([np.nan])
        said = np.array([""], dtype=object)
        return {"frame": frame, "expected": {"samples": nothing, "value": nothing, "said": said}}
    said = np.full(len(samples), "", dtype=object)
    said[len(samples) // 2] = EXPECTED_SAYS
    return {"frame": frame, "expected": {"samples": samples, "value": values, "said": said}}


def _raw_table(samples: Series, values: Series, log: bool) -> Columns:
    kept = drawable(values, log)
    samples, values = samples[kept], values[kept]
    chosen = spikes_kept(values, MAX_RAW)
    return never_empty({"samples": samples[chosen], "loss": values[chosen]})


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
    layers = _expected_layers(axes)
    layers += [_curve_layer("batches", curve, legend, axes, thin) for curve in below]
    layers += above
    for curve in curves:
        point = {"filled": True, "size": 55, "shape": "diamond", "strokeDash": [1, 0]}
        look = {"strokeWidth": 1.5, "point": point} if curve.tested else {"strokeWidth": 2.5}
        table = "tests" if curve.tested else "smoothed"
        layers.append(_curve_layer(table, curve, legend, axes, {"type": "line", **look}))
        if not curve.tested:
            layers.append(_curve_layer("now", curve, legend, axes, dot(40)))
    layers.append(_hairline(axes, curves))
    return framed(title, layers, [curve.name for curve in legend])


def _expected_layers(axes: Spec) -> list[Spec]:
    """A grey line with what it is, and the corners that the axes always hold, not drawn."""
    words = {"type": "text", "color": GREY, "baseline": "bottom", "dy": -6}
    dashed = {"type": "line", "color": GREY, "strokeDash": [6, 4], "strokeWidth": 2}
    return [
        layer("frame", {"type": "point", "opacity": 0}, axes, "value"),
        layer("expected", dashed, axes, "value"),
        layer("expected", words, axes, "value", text={"field": "said"}),
    ]


def _curve_layer(table: str, curve: Curve, legend: Sequence[Curve], axes: Spec, mark: Spec) -> Spec:
    """A curve by its name, for only channels that have a field share one legend."""
    names = [each.name for each in legend]
    dashes = [TESTED_DASH if each.tested else [1, 0] for each in legend]
    drawn = layer(table, mark, axes, curve.column)
    drawn["encoding"]["color"] = named(names, [each.colour for each in legend])
    if mark["type"] == "line":
        drawn["encoding"]["strokeDash"] = named(names, dashes)
    drawn["transform"] = [{"calculate": f"'{curve.name}'", "as": "line"}]
    return drawn


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
    tooltip = [SEEN, *({"field": f"said_{c.column}", "title": c.name} for c in curves)]
    return {
        "data": {"name": "smoothed"},
        "transform": said,
        "params": [nearest(["x"])],
        "mark": {"type": "rule", "color": GREY, "clip": True},
        "encoding": {"x": axes["x"], "opacity": only_near(0.8), "tooltip": tooltip},
    }


def _floor_layers(floor: float | None, label: str, log: bool) -> list[Spec]:
    if floor is None or (log and floor <= 0):
        return []
    rule = {"strokeDash": [3, 3], "strokeWidth": 1.5}
    return level(floor, label, 0, rule, {"align": "left", "dx": 4})
