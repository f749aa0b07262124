"""The message in numbers, as tables in Markdown."""

from torch import Tensor

from mnist_core.inside.learning.deltas import Backwards, DenseLayer
from mnist_core.words import minus

SHOWN_TERMS = 6


def answers_table(found: list[Backwards]) -> str:
    """For each right answer: the probability, the loss, and the length of each δ; Markdown."""
    count = len(found[0].layers)
    head = " | ".join(f"length of δ{'¹²³'[at]}" for at in range(count))
    rows = [
        f"| {one.label} | {float(one.probabilities[one.label]):.2g} | {one.loss:.3g} | "
        + " | ".join(f"{float(layer.delta.norm()):.2g}" for layer in one.layers)
        + " |"
        for one in found
    ]
    return "\n".join([f"| right answer | p | J | {head} |", "|-" * (3 + count) + "|", *rows])


def shapes_table(layers: list[DenseLayer]) -> str:
    """Each layer with the shapes of its parts; Markdown."""
    rows = [
        f"| {at} | {layer.title} | {_shape(layer.weight)} | {_shape(layer.delta)} | "
        f"{_shape(layer.weight_gradient)} |"
        for at, layer in enumerate(layers, start=1)
    ]
    return "\n".join(["| l | layer | W | δ | ∂J/∂W |", "|-|-|-|-|-|", *rows])


def sum_table(found: Backwards, layer: int, unit: int) -> str:
    """The greatest products of the sum, the others together, the slope, and δ; Markdown."""
    one, terms = found.layers[layer], found.terms(layer, unit)
    if layer == len(found.layers) - 1:
        p, minus_y = terms.tolist()
        return "\n".join([
            "| p | − y | δ |", "|-|-|-|",
            f"| {_short(p, 6)} | {_short(minus_y, 6)} | {_short(one.delta[unit], 6)} |",
        ])  # fmt: skip
    following = found.layers[layer + 1]
    order = terms.abs().argsort(descending=True)[:SHOWN_TERMS]
    rows = [
        f"| {int(k)} | {_short(following.weight[k, unit])} · {_short(following.delta[k])} | "
        f"{_short(terms[k])} |"
        for k in order
    ]
    rest = float(terms.sum() - terms[order].sum())
    return "\n".join([
        "| unit k of the next layer | W[k, this unit] · δ[k] | product |", "|-|-|-|", *rows,
        f"| the other {len(terms) - len(order)} | | {_short(rest)} |",
        f"| **sum** | | **{_short(terms.sum())}** |",
        f"| **times f′(z)**, z = {_short(one.sums[unit])} | · {float(one.slopes[unit]):g} | "
        f"**{_short(one.delta[unit])}** |",
    ])  # fmt: skip


def _short(value: float | Tensor, digits: int = 4) -> str:
    """Without the sign of a negative zero."""
    return minus(f"{float(value) + 0.0:.{digits}g}")


def _shape(tensor: Tensor) -> str:
    return " × ".join(map(str, tensor.shape))
