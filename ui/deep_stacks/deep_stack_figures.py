"""A deep stack layer by layer: a chart of sizes, maps of what each says, its fate in words."""

import numpy as np

from mnist_core.experiments.deep_stack import Fate, Journey, Scales
from mnist_core.words import power_of_ten
from ui.shared.figures.charts import CHART_FRAME, LiveChart, named_lines, quantity
from ui.shared.figures.colours import FIRST, SECOND, THIRD
from ui.shared.figures.html import Values
from ui.shared.figures.pixel_maps import Look, captioned, signed_map
from ui.shared.figures.tiles import scale_bar, scale_limit

SIZE, DIFFERENCE, GRADIENT = "size of the values", "difference between digits", "gradient"
MAP_ROWS = 40
LOG_LABEL = (
    "abs(log(datum.value) / LN10) > 3.5 ? format(datum.value, '.0e') : format(datum.value, '~g')"
)


def scales_chart(measured: Scales) -> LiveChart:
    """Size, difference and gradient of each layer on a logarithmic scale; zeros are left out."""
    sizes = {SIZE: measured.size, DIFFERENCE: measured.difference, GRADIENT: measured.gradient}
    depth = len(measured.size)
    values = np.concatenate([size.numpy() for size in sizes.values()])
    table = {
        "layer": np.tile(np.arange(1, depth + 1), len(sizes)),
        "value": np.where(values > 0, values, np.nan),
        "line": np.repeat(np.array(list(sizes), dtype=object), depth),
    }
    axis = {"title": "layer", "tickMinStep": 1, "format": "d", "grid": False}
    x = {
        "field": "layer", "type": "quantitative", "axis": axis,
        "scale": {"zero": False, "nice": False, "padding": 8},
    }  # fmt: skip
    y_axis = {"labelExpr": LOG_LABEL, "tickCount": 6}
    y = quantity("value", None, scale={"type": "log"}, axis=y_axis)
    named = named_lines(list(sizes), [FIRST, THIRD, SECOND], [[1, 0], [2, 3], [8, 4]])
    tooltip = [
        {"field": "line", "title": " "},
        {"field": "layer"},
        {"field": "value", "format": ".3~g"},
    ]
    point = {"filled": True, "size": 30, "strokeDash": [1, 0], "opacity": 1}
    spec = {
        **CHART_FRAME,
        "data": {"name": "layers"},
        "mark": {"type": "line", "strokeWidth": 2.5, "point": point},
        "encoding": {"x": x, "y": y, **named, "tooltip": tooltip},
    }
    alt = (
        "How large the values, the differences between the digits, and the gradient are in each "
        "layer, on a logarithmic scale."
    )
    return LiveChart({"layers": table}, spec, alt, "")


def say_fate(what: str, journey: Journey) -> str:
    """“The gradient vanishes: each layer multiplies it by 0.14 (in all by 1e-42).”"""
    if journey.fate is Fate.ZERO:
        return f"**{what} is exactly zero.**"
    return (
        f"**{what} {journey.fate.value}:** on average each layer multiplies it by "
        f"**{journey.per_layer:.3g}** (in all by {power_of_ten(journey.total)})."
    )


def stack_maps(told_apart: Values, gradients: Values) -> str:
    """Each layer as a row, each unit as a column: (depth, width) each, on a scale of its own."""
    maps = (
        (told_apart, "What each layer still says about <b>your digit alone</b>",
         "Each layer's values for the digit minus those for the mean digit"),
        (gradients, "The <b>gradient</b> that reaches each layer, for your digit",
         "The gradient of each layer for the digit"),
    )  # fmt: skip
    return captioned([(_rows(*each[::2]), each[1]) for each in maps], gap_px=28)


def _rows(values: Values, alt: str) -> str:
    limit = scale_limit(values)
    tall = np.repeat(values, max(1, MAP_ROWS // len(values)), axis=0)
    return (
        f"{signed_map(tall, limit, Look(f'{alt}; layer 1 is above', width_px=480))}"
        f"{scale_bar(limit, f'above: layer 1 · below: layer {len(values)}')}"
    )
