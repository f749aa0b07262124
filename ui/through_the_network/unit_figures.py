"""One unit: what it sees of the digit, and its arithmetic written out.

Each step's value stands in an element with `data-step` (its place), `data-value` (worked out in
`mnist_core.inside.units`) and `data-network` (the network's own).
They are shown with `show_picture`. Nothing here takes text from a visitor.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from torch import Tensor

from mnist_core.data.mnist import SIDE
from mnist_core.inside.fields import Field
from mnist_core.inside.units import (
    SOFTMAX,
    BatchNormed,
    Flattened,
    Pooled,
    Rectified,
    Softmaxed,
    Standardised,
    Step,
    Term,
    Unchanged,
    Unit,
    UnitArithmetic,
    WeightedSum,
)
from mnist_core.words import minus, percent, superscript
from ui.shared.figures.colours import ABOVE_ZERO, BELOW_ZERO, CHOSEN, TABULAR
from ui.shared.figures.html import Values
from ui.shared.figures.pixel_maps import (
    Look,
    Mark,
    captioned,
    field_mark,
    grey_map,
    number_map,
    signed_map,
)
from ui.shared.figures.svg import svg
from ui.shared.figures.tiles import scale_bar, scale_limit
from ui.through_the_network.network_figure import ROW_OF_NUMBERS

ALL_TERMS = 9
LARGEST_TERMS = 6
CARD = (
    "border-left:3px solid rgba(128,138,160,.5);padding:2px 0 2px 12px;margin:0 0 12px;"
    f"{TABULAR};line-height:1.6;overflow-wrap:anywhere"
)


def number(value: float) -> str:
    """Four decimals; “1.5·10⁻⁶” where these would hide that it is not 0."""
    if value == 0 or abs(value) >= 0.0005:
        return minus(f"{value:.4f}")
    digits, exponent = f"{value:.1e}".split("e")
    return minus(f"{digits}·10{superscript(int(exponent))}")


def place_in_words(unit: Unit, is_map: bool) -> str:
    """“channel 3, row 4, column 5” or “unit 17”; “digit 7” among the probabilities."""
    if is_map:
        return f"channel {unit.channel}, row {unit.row}, column {unit.column}"
    return f"{'digit' if unit.layer == SOFTMAX else 'unit'} {unit.channel}"


def field_figures(
    image_01: Values, field: Field, outputs: Values, unit: Unit, side_px: int = 190
) -> list[tuple[str, str]]:
    """The digit with the receptive field, and the unit's map with the unit; for `captioned`.

    outputs: of the layer, (C, H, W) or (F,): all its maps share one scale, as in the whole picture
    """
    inside = field.clipped()
    seen = f"rows {inside.row} to {inside.row + inside.height - 1}, "
    seen += f"columns {inside.column} to {inside.column + inside.width - 1}"
    look = Look(f"The digit; the unit sees {seen}", [field_mark(field)], side_px)
    digit = grey_map(image_01, look)
    sees = f"It sees <b>{inside.height} × {inside.width}</b> pixels"
    if outputs.ndim == 1:
        return [(digit, sees)]
    limit = scale_limit(outputs)
    marked = Look(f"Map of channel {unit.channel}", [Mark(unit.row, unit.column)], side_px)
    return [
        (digit, sees),
        (
            signed_map(outputs[unit.channel], limit, marked),
            f"Its map, channel {unit.channel} (±{limit:.2g})",
        ),
    ]


def unit_summary(title: str, where: str, value: float, figures: Sequence[tuple[str, str]]) -> str:
    """One line that stays in view: small pictures, which unit, and its value."""
    pictures = "".join(f'<div style="flex:none">{picture}</div>' for picture, _ in figures)
    return (
        '<div style="display:flex;flex-wrap:wrap;gap:12px;align-items:center;font-size:.9rem;'
        f'line-height:1.35;{TABULAR}">{pictures}<div><b>{title}</b><br>{where}<br>'
        f'value <b style="color:{CHOSEN}">{number(value)}</b></div></div>'
    )


def arithmetic(done: UnitArithmetic) -> str:
    """Every step with its numbers, its value and the network's own value."""
    return "".join(_card(index, step) for index, step in enumerate(done.steps))


def share_bars(step: WeightedSum, chosen: int) -> str:
    """What each input channel adds, as bars that can be clicked; `chosen` is framed."""
    shares = step.shares.numpy()
    greatest = float(np.abs(shares).max()) or 1.0
    bars = "".join(_bar(c, float(share) / greatest) for c, share in enumerate(shares))
    drawn = svg(
        f"Shares of {len(shares)} input channels",
        f"0 0 {len(shares)} 2",
        f'{bars}<path d="M0 1H{len(shares)}" stroke="currentColor" stroke-opacity=".5" '
        'vector-effect="non-scaling-stroke"/>'
        f'<rect x="{chosen}" width="1" height="2" fill="none" stroke="{CHOSEN}" stroke-width="2" '
        'vector-effect="non-scaling-stroke"/>',
        f"width:100%;max-width:{max(44 * len(shares), 160)}px;height:84px;overflow:visible",
        'preserveAspectRatio="none"',
    )
    return drawn + scale_bar(greatest, "height of a bar")


def patch_products(step: WeightedSum, channel: int) -> str:
    """Patch × kernel = products of one input channel, with their numbers."""
    total = float(step.shares[channel])
    maps = {
        "inputs": step.inputs[channel],
        "× weights": step.weights[channel],
        f"= products, together <b>{number(total)}</b>": step.products[channel],
    }
    return captioned([_numbered(values, caption) for caption, values in maps.items()])


def input_products(step: WeightedSum) -> str:
    """Inputs × weights = products of a linear layer, as pictures; each has its own scale."""
    maps = {"inputs": step.inputs, "× weights": step.weights, "= products": step.products}
    return captioned([_listed(values, caption) for caption, values in maps.items()])


def pooled_window(step: Pooled) -> str:
    """The window with its numbers; the winner is framed."""
    values = _floats(step.window)
    look = Look("The window", [Mark(*step.winner)], 60 * values.shape[1])
    return captioned([(number_map(values, scale_limit(values), look), "the window")])


def say_temperature(temperature: float) -> str:
    """What T is, and what this one does to the shares."""
    says = f"T = {temperature:.2f} is the <b>temperature</b>: all ten logits are divided by it. "
    if temperature == 1:
        return f"{says}1 leaves them as the network computes them."
    does = "more alike" if temperature > 1 else "less alike"
    return (
        f"{says}Here that makes the shares {does}, and keeps their order. It was fitted after the "
        "training, so that the network is right as often as it is sure."
    )


def softmax_table(step: Softmaxed) -> str:
    """Ten rows: logit, exponential, share."""
    head = "".join(
        f"<th>{text}</th>" for text in ("digit", "z", "e<sup>(z − z₊) / T</sup>", "share")
    )
    rows = "".join(
        f"<tr><td>{k}</td><td>{number(float(z))}</td><td>{number(float(e))}</td>"
        f"<td>{percent(float(p)) or '0 %'}</td></tr>"
        for k, (z, e, p) in enumerate(zip(step.logits, step.exponentials, step.shares, strict=True))
    )
    return (
        "<style>.softmax :is(th,td){padding:1px 12px 1px 0;text-align:right}</style>"
        f'<table class="softmax" style="{TABULAR};font-size:.9rem">'
        f"<tr>{head}</tr>{rows}</table>"
        '<div style="font-size:.82rem;opacity:.75">z₊ is the largest of the ten: taking it off '
        "changes no share, and no number gets too large.<br>"
        f"{say_temperature(step.temperature)}</div>"
    )


def _card(index: int, step: Step) -> str:
    return (
        f'<div style="{CARD}"><b>{step.title}</b><br>{_written(step)} = '
        f'<b data-step="{index}" data-value="{step.value!r}" data-network="{step.network!r}" '
        f'style="color:{CHOSEN}">{number(step.value)}</b>'
        f'<br><span style="font-size:.82rem;opacity:.75">the network’s own value: '
        f"{number(step.network)}</span></div>"
    )


def _written(step: Step) -> str:
    return _WRITERS[type(step)](step)


def _normed_written(step: BatchNormed) -> str:
    return (
        f"({number(step.before)} − {_factor(step.mean)}) / √({number(step.variance)} + "
        f"{step.epsilon:.5f}) · {_factor(step.gamma)} + {_factor(step.beta)}"
    )


def _softmax_written(step: Softmaxed) -> str:
    own, best, total = (
        float(x) for x in (step.logits[step.digit], step.logits.max(), step.exponentials.sum())
    )
    power = f"({number(own)} − {_factor(best)}) / {step.temperature:.2f}"
    return f"e<sup>{power}</sup> / {number(total)}"


def _sum_written(step: WeightedSum) -> str:
    count = step.inputs.numel()
    terms = step.largest_terms(count if count <= ALL_TERMS else LARGEST_TERMS)
    parts = [_term(term) for term in terms]
    if len(terms) < count:
        others = f"the other {count - len(terms)} products"
        parts.append(f"{_factor(step.rest_beside(terms))} <small>({others})</small>")
    if step.bias is not None:
        parts.append(f"{_factor(step.bias)} <small>(bias)</small>")
    return " + ".join(parts)


_WRITERS: dict[type[Step], Callable[[Any], str]] = {
    WeightedSum: _sum_written,
    BatchNormed: _normed_written,
    Softmaxed: _softmax_written,
    Rectified: lambda step: f"max(0, {number(step.before)})",
    Unchanged: lambda step: f"off while reading: {number(step.before)} stays",
    Pooled: lambda step: f"max({', '.join(number(float(x)) for x in step.window.flatten())})",
    Standardised: lambda step: f"({number(step.pixel)} − {number(step.mean)}) / {number(step.std)}",
    Flattened: lambda step: f"taken from {place_in_words(step.cell, True)} of the map before",
}


def _term(term: Term) -> str:
    return f'<span style="white-space:nowrap">{_factor(term.input)}·{_factor(term.weight)}</span>'


def _factor(value: float) -> str:
    """Negative numbers in brackets, so that no two signs meet."""
    return f"({number(value)})" if value < 0 else number(value)


def _bar(channel: int, height: float) -> str:
    colour, top = (ABOVE_ZERO, 1 - height) if height > 0 else (BELOW_ZERO, 1.0)
    return (
        f'<rect x="{channel + 0.1}" y="{top:.4f}" width=".8" height="{abs(height):.4f}" '
        f'fill="{colour}"/><rect data-pick="{channel}" x="{channel}" width="1" height="2" '
        f'fill="transparent"><title>channel {channel}</title></rect>'
    )


def _numbered(values: Tensor, caption: str) -> tuple[str, str]:
    floats = _floats(values)
    limit = float(np.abs(floats).max()) or 1.0
    look = Look(
        f"{caption.split(',', maxsplit=1)[0]}, {floats.shape[0]} × {floats.shape[1]}", width_px=165
    )
    return number_map(floats, limit, look), f"{caption}<br><small>colours ±{limit:.2g}</small>"


def _listed(values: Tensor, caption: str) -> tuple[str, str]:
    floats = _floats(values)
    limit = scale_limit(floats)
    columns = SIDE if floats.size == SIDE * SIDE else ROW_OF_NUMBERS
    picture = np.zeros((-(-floats.size // columns), columns), np.float32)
    picture.reshape(-1)[: floats.size] = floats
    look = Look(f"{caption} of {floats.size} units", width_px=230 if columns == SIDE else 330)
    return signed_map(picture, limit, look), f"{caption}<br><small>colours ±{limit:.2g}</small>"


def _floats(values: Tensor) -> Values:
    floats: Values = values.float().numpy()
    return floats
