"""Figures of the lesson on activations: curves, a deep stack layer by layer, powers of a matrix.

The charts are redrawn in place, see `LiveChart`. Nothing here takes text from a visitor.
"""

import base64
import html
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.experiments.activation_curves import BINS, REACH, Curve
from mnist_core.experiments.deep_stack import Fate, Journey, Scales
from mnist_core.experiments.matrix_powers import Eigen, Power, Spectrum
from mnist_core.layers.activations import At
from mnist_core.pictures.image_files import encode_png
from mnist_core.words import superscript
from ui.shared.figures.charts import BLUE, GREEN, GREY, ORANGE, LiveChart, Spec
from ui.shared.figures.pixel_maps import FRAME, Look, captioned, number_map, signed_map
from ui.shared.figures.tiles import scale_bar, scale_limit

Values = NDArray[Any]
VALUE, SLOPE = "f(z)", "slope f′(z)"
SIZE, DIFFERENCE, GRADIENT = "size of the values", "difference between digits", "gradient"
EQUAL, RANDOM, GUESSING = "all equal", "random (PyTorch's default)", "guessing"
HEIGHT_PX = 300
FRAME_REACH = 2.5
"""The plane is shown from −FRAME_REACH to FRAME_REACH, in both directions."""
TOO_FAR = 1e3
GREATEST_SLOPE = 0.25
"""Of p (1 − p), at p = ½."""
MAP_ROWS = 40
LOG_LABEL = (
    "abs(log(datum.value) / LN10) > 3.5 ? format(datum.value, '.0e') : format(datum.value, '~g')"
)
SMALL = "font-size:.85rem;line-height:1.4"
NUMERIC = "font-variant-numeric:tabular-nums"


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
    z = {
        "field": "z", "type": "quantitative", "title": "z",
        "scale": {"domain": [-REACH, REACH], "nice": False}, "axis": {"grid": False},
    }  # fmt: skip
    y = {"field": "value", "type": "quantitative", "title": None}
    names = _lines([VALUE, SLOPE], [BLUE, ORANGE], [[1, 0], [6, 4]])
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
            "data": {"name": "here"},
            "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
            "encoding": {"x": z, "y": y, "color": names["color"], "tooltip": tooltip},
        },
    ]  # fmt: skip
    return {
        **_frame(),
        "layer": [bars, {"layer": lines}],
        "resolve": {"scale": {"y": "independent"}},
    }


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
    y_axis = {"labelExpr": LOG_LABEL, "tickCount": 6}
    x = {
        "field": "layer", "type": "quantitative", "axis": axis,
        "scale": {"zero": False, "nice": False, "padding": 8},
    }  # fmt: skip
    y = {
        "field": "value", "type": "quantitative", "title": None, "scale": {"type": "log"},
        "axis": y_axis,
    }  # fmt: skip
    named = _lines(list(sizes), [BLUE, GREEN, ORANGE], [[1, 0], [2, 3], [8, 4]])
    tooltip = [
        {"field": "line", "title": " "},
        {"field": "layer"},
        {"field": "value", "format": ".3~g"},
    ]
    point = {"filled": True, "size": 30, "strokeDash": [1, 0], "opacity": 1}
    spec = {
        **_frame(),
        "data": {"name": "layers"},
        "mark": {"type": "line", "strokeWidth": 2.5, "point": point},
        "encoding": {"x": x, "y": y, **named, "tooltip": tooltip},
    }
    alt = (
        "How large the values, the differences between the digits, and the gradient are in each "
        "layer, on a logarithmic scale."
    )
    return LiveChart({"layers": table}, spec, alt, "")


def _lines(names: Sequence[str], colours: Sequence[str], dashes: Sequence[list[int]]) -> Spec:
    """Colour and dash by the name of the line, with one legend above the chart."""
    legend = {
        "orient": "top", "title": None, "columns": 2, "symbolType": "stroke", "symbolSize": 320,
        "symbolStrokeWidth": 2.5, "labelLimit": 200, "labelFontSize": 11,
    }  # fmt: skip
    field = {"field": "line", "type": "nominal", "legend": legend}
    return {
        "color": {**field, "scale": {"domain": list(names), "range": list(colours)}},
        "strokeDash": {**field, "scale": {"domain": list(names), "range": list(dashes)}},
    }


def _frame() -> Spec:
    return {"height": HEIGHT_PX, "padding": {"left": 2, "right": 8, "top": 2, "bottom": 2}}


def say_fate(what: str, journey: Journey) -> str:
    """“The gradient vanishes: each layer multiplies it by 0.14 (in all by 1e-42).”"""
    if journey.fate is Fate.ZERO:
        return f"**{what} is exactly zero.**"
    return (
        f"**{what} {journey.fate.value}:** on average each layer multiplies it by "
        f"**{journey.per_layer:.3g}** (in all by {_power_of_ten(journey.total)})."
    )


def _power_of_ten(value: float) -> str:
    if 0.001 <= value < 10_000:
        return f"{value:.3g}"
    exponent = math.floor(math.log10(value))
    return f"{value / 10.0**exponent:.1f}\u00a0·\u00a010{superscript(exponent)}"


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


def jacobian_map(jacobian: Values, temperature: float) -> str:
    """∂pᵢ/∂zⱼ with its numbers: rows are the probabilities, columns the logits.

    The strongest colour is for the greatest slope that there can be, 1 / (4 T).
    """
    limit = GREATEST_SLOPE / temperature
    count = len(jacobian)
    labels = "".join(
        f'<text x="{i + 0.5}" y="-.35">{i}</text><text x="-.4" y="{i + 0.62}">{i}</text>'
        for i in range(count)
    )
    over = (
        '<g font-size=".36" font-weight="600" fill="currentColor" text-anchor="middle">'
        f"{labels}</g>"
    )
    alt = "How each of the ten probabilities depends on each of the ten logits"
    shown = np.round(jacobian, 2).astype(np.float32) + 0.0  # no “−0.00”
    picture = number_map(shown, limit, Look(alt, width_px=460, over=over))
    return (
        f'<div style="padding:2em 0 0 1.7em;max-width:520px">{picture}'
        f"{scale_bar(limit, 'row: probability of · column: logit of')}</div>"
    )


def transformed_digit(image_01: Values, eigen: Eigen, power: Power) -> str:
    """The plane before (dashed circle) and after Wᵗ (ellipse), with the digit drawn on it."""
    matrix = power.multiplied.numpy()
    reach = FRAME_REACH
    inside = np.abs(matrix).max() < TOO_FAR
    drawn = _digit_under(image_01, matrix) + _outline(power) if inside else _far_away()
    return (
        f'<svg role="img" aria-label="The digit and the unit circle after the layer was applied" '
        f'viewBox="{-reach} {-reach} {2 * reach} {2 * reach}" '
        'style="width:400px;max-width:100%;display:block;border-radius:6px">'
        f'<rect x="{-reach}" y="{-reach}" width="{2 * reach}" height="{2 * reach}" fill="none" '
        f'stroke="{FRAME}" stroke-width=".03"/>'
        f'<g transform="scale(1,-1)"><path d="M{-reach} 0H{reach}M0 {-reach}V{reach}" '
        f'stroke="{FRAME}" stroke-width=".012"/>{drawn}'
        f'<circle r="1" fill="none" stroke="currentColor" stroke-width=".025" '
        f'stroke-dasharray=".08 .06"/>{_directions(eigen)}</g></svg>'
    )


def _digit_under(image_01: Values, matrix: Values) -> str:
    source = base64.b64encode(encode_png(image_01)).decode()
    (a, b), (c, d) = matrix.tolist()
    return (
        f'<g transform="matrix({a:.6g} {c:.6g} {b:.6g} {d:.6g} 0 0)">'
        f'<image transform="scale(1,-1)" href="data:image/png;base64,{source}" x="-.7" y="-.7" '
        'width="1.4" height="1.4" style="image-rendering:pixelated" opacity=".85"/></g>'
    )


def _outline(power: Power) -> str:
    x, y = power.outline.numpy()
    points = " ".join(f"{px:.4f},{py:.4f}" for px, py in zip(x, y, strict=True))
    return f'<polygon points="{points}" fill="none" stroke="{BLUE}" stroke-width=".05"/>'


def _far_away() -> str:
    return (
        '<text transform="scale(1,-1)" y="1.7" text-anchor="middle" font-size=".26" '
        'fill="currentColor">the digit is far outside</text>'
    )


def _directions(eigen: Eigen) -> str:
    """The lines on which the matrix only stretches; a complex pair has none."""
    if eigen.values.imag.abs().max() > 0:
        return ""
    far = 2 * FRAME_REACH
    lines = zip(
        eigen.vectors.real.T.tolist(), ((ORANGE, ".2 .08"), (GREEN, ".05 .07")), strict=True
    )
    return "".join(
        f'<path d="M{-far * x:.4f} {-far * y:.4f}L{far * x:.4f} {far * y:.4f}" stroke="{colour}" '
        f'stroke-width=".035" stroke-dasharray="{dash}"/>'
        for (x, y), (colour, dash) in lines
    )


def matrix_latex(matrix: Values) -> str:
    r"""A small matrix for `st.latex`."""
    rows = r" \\ ".join(" & ".join(_number_latex(v) for v in row) for row in matrix.tolist())
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"


def _number_latex(value: float) -> str:
    if value == 0 or 0.001 <= abs(value) < 10_000:
        return f"{value:.3f}"
    exponent = math.floor(math.log10(abs(value)))
    return rf"{value / 10.0**exponent:.1f}\!\cdot\!10^{{{exponent}}}"


def spectrum_picture(found: Spectrum) -> str:
    """The eigenvalues as dots in the plane of complex numbers, with the circle |λ| = 1."""
    reach = 1.15 * max(1.0, found.radius)
    dots = "".join(
        f'<circle cx="{z.real:.4f}" cy="{-z.imag:.4f}" r="{0.018 * reach:.4f}" fill="{BLUE}"/>'
        for z in found.values.tolist()
    )
    line = 0.008 * reach
    alt = (
        f"{len(found.values)} eigenvalues as dots in the plane; the farthest is "
        f"{found.radius:.2f} from 0. A dashed circle marks the distance 1."
    )
    return (
        f'<svg role="img" aria-label="{html.escape(alt)}" '
        f'viewBox="{-reach} {-reach} {2 * reach} {2 * reach}" '
        'style="width:300px;max-width:100%;display:block">'
        f'<path d="M{-reach} 0H{reach}M0 {-reach}V{reach}" stroke="{FRAME}" '
        f'stroke-width="{line / 2:.4f}"/><circle r="1" fill="none" stroke="{ORANGE}" '
        f'stroke-width="{line:.4f}" stroke-dasharray="{5 * line:.4f} {3 * line:.4f}"/>{dots}</svg>'
    )


def repeated_digit(found: Spectrum, times: int) -> str:
    """Wᵗ x as a small picture, its brightest colours for its own largest numbers."""
    values = found.states[times].numpy().astype(np.float32)
    look = Look(f"the digit, 10 by 10 numbers, after {times} times", width_px=200)
    return signed_map(values, scale_limit(values), look)


def say_length(length: float) -> str:
    """“3.21” or “1.3 · 10⁻¹²”."""
    return "0" if length == 0 else _power_of_ten(length)


def unit_tiles(networks: Sequence[Values], captions: Sequence[str]) -> str:
    """The weights (16, 28, 28) of the hidden units of the equal and the random network."""
    limit = scale_limit(np.stack(networks))
    names = (EQUAL, RANDOM)
    grids = [
        (_grid(values, limit, f"the weights of 16 hidden units, started {name}"), caption)
        for values, name, caption in zip(networks, names, captions, strict=True)
    ]
    return captioned(grids, gap_px=28) + scale_bar(limit, "one scale for both networks")


def _grid(tiles: Values, limit: float, alt: str) -> str:
    count, height, width = tiles.shape
    columns = math.isqrt(count)
    rows = tiles.reshape(columns, columns, height, width).swapaxes(1, 2)
    lines = "".join(
        f"M{i * width} 0V{columns * height}M0 {i * height}H{columns * width}"
        for i in range(1, columns)
    )
    over = f'<path d="{lines}" stroke="{FRAME}" stroke-width=".8"/>'
    grid = rows.reshape(columns * height, columns * width)
    return signed_map(grid, limit, Look(alt, width_px=260, over=over))


def losses_chart(
    equal: Sequence[float], random: Sequence[float], guessing: float, step: int
) -> LiveChart:
    """Both losses over the steps, the present step marked, and what guessing costs."""
    steps = np.arange(len(equal))
    names = [EQUAL, RANDOM]
    losses = {
        "step": np.tile(steps, 2),
        "loss": np.concatenate([equal, random]),
        "line": np.repeat(np.array(names, dtype=object), len(steps)),
    }
    now = {
        "step": np.array([step, step]),
        "loss": np.array([equal[step], random[step]]),
        "line": np.array(names, dtype=object),
    }
    x = {
        "field": "step", "type": "quantitative", "title": "steps of training",
        "axis": {"grid": False}, "scale": {"nice": False},
    }  # fmt: skip
    y = {"field": "loss", "type": "quantitative", "title": "loss (nats)"}
    named = _lines(names, [ORANGE, BLUE], [[6, 4], [1, 0]])
    floor = {"datum": guessing, "type": "quantitative"}
    rule = {"type": "rule", "color": GREY, "strokeDash": [2, 3]}
    text = {"type": "text", "align": "right", "baseline": "bottom", "dy": -3, "color": GREY}
    spec = {
        **_frame(),
        "layer": [
            {"data": {"values": [{}]}, "mark": rule, "encoding": {"y": floor}},
            {
                "data": {"values": [{}]}, "mark": text,
                "encoding": {
                    "y": floor, "x": {"value": "width"},
                    "text": {"value": f"{GUESSING}: {guessing:.3f}"},
                },
            },
            {
                "data": {"name": "losses"}, "mark": {"type": "line", "strokeWidth": 2.5},
                "encoding": {"x": x, "y": y, **named},
            },
            {
                "data": {"name": "now"},
                "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
                "encoding": {"x": x, "y": y, "color": named["color"]},
            },
        ],
    }  # fmt: skip
    alt = "The loss over the steps of training, from equal and from random weights."
    return LiveChart({"losses": losses, "now": now}, spec, alt, "")
