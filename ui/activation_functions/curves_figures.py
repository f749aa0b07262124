"""A function and its slope as a chart that is redrawn in place."""

import numpy as np

from mnist_core.experiments.activation_curves import BINS, REACH, Curve
from mnist_core.layers.activations import At
from ui.shared.figures.charts import CHART_FRAME, LiveChart, Spec, dot, named_lines, quantity
from ui.shared.figures.colours import FIRST, GREY, SECOND
from ui.shared.figures.html import Values

VALUE, SLOPE = "f(z)", "slope f′(z)"


def function_chart(curve: Curve, at_z: float, at: At, counts: Values | None) -> LiveChart:
    """A function and its slope, both marked at one place.

    counts: (BINS,), how many of a digit's sums lie where; drawn as bars on a scale of their own
    """
    line = np.repeat(np.array([VALUE, SLOPE], dtype=object), len(curve.z))
    curves = {
        "z": np.tile(curve.z.numpy(), 2),
        "value": np.concatenate([curve.value.numpy(), curve.slope.numpy()]),
        "line": line,
    }
    here = {
        "z": np.array([at_z, at_z]),
        "value": np.array([at.value, at.slope]),
        "line": np.array([VALUE, SLOPE], dtype=object),
    }
    edges = np.linspace(-REACH, REACH, BINS + 1)
    bars = {
        "from": edges[:-1],
        "to": edges[1:],
        "units": np.zeros(BINS) if counts is None else counts.astype(np.float64),
    }
    alt = "A function and its slope over z, with a mark on each at the chosen z."
    return LiveChart({"curves": curves, "here": here, "bars": bars}, _function_spec(), alt, "")


def _function_spec() -> Spec:
    domain = {"domain": [-REACH, REACH], "nice": False}
    z = quantity("z", "z", scale=domain, axis={"grid": False})
    y = quantity("value", None)
    names = named_lines([VALUE, SLOPE], [FIRST, SECOND], [[1, 0], [6, 4]])
    tooltip = [
        {"field": "line", "title": " "},
        {"field": "z", "format": ".3f"},
        {"field": "value", "format": ".4f"},
    ]
    bars = {
        "data": {"name": "bars"},
        "mark": {"type": "rect", "color": GREY, "opacity": 0.35},
        "encoding": {
            "x": {**z, "field": "from"}, "x2": {"field": "to"},
            "y": {"field": "units", "type": "quantitative", "axis": None},
            "y2": {"datum": 0},
            "tooltip": [{"field": "units", "title": "units"}],
        },
    }  # fmt: skip
    lines = [
        {
            "data": {"name": "here"}, "mark": {"type": "rule", "color": GREY},
            "encoding": {"x": z},
        },
        {
            "data": {"name": "curves"}, "mark": {"type": "line", "strokeWidth": 2.5},
            "encoding": {"x": z, "y": y, **names},
        },
        {
            "data": {"name": "here"}, "mark": dot(110),
            "encoding": {"x": z, "y": y, "color": names["color"], "tooltip": tooltip},
        },
    ]  # fmt: skip
    return {
        **CHART_FRAME,
        "layer": [bars, {"layer": lines}],
        "resolve": {"scale": {"y": "independent"}},
    }
