"""The message in numbers, as tables in Markdown."""

from torch import Tensor

from mnist_core.inside.learning.deltas import Backwards, DenseLayer

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
            f"| {p:.6g} | {minus_y:.6g} | {float(one.delta[unit]):.6g} |",
        ])  # fmt: skip
    following = found.layers[layer + 1]
    order = terms.abs().argsort(descending=True)[:SHOWN_TERMS]
    rows = [
        f"| {int(k)} | {float(following.weight[k, unit]):.4g} · {float(following.delta[k]):.4g} | "
        f"{float(terms[k]):.4g} |"
        for k in order
    ]
    rest = float(terms.sum() - terms[order].sum())
    return "\n".join([
        "| unit k of the next layer | W[k, this unit] · δ[k] | product |", "|-|-|-|", *rows,
        f"| the other {len(terms) - len(order)} | | {rest:.4g} |",
        f"| **sum** | | **{float(terms.sum()):.4g}** |",
        f"| **times f′(z)**, z = {float(one.sums[unit]):.4g} | · {float(one.slopes[unit]):g} | "
        f"**{float(one.delta[unit]) + 0.0:.4g}** |",
    ])  # fmt: skip


def _shape(tensor: Tensor) -> str:
    return " × ".join(map(str, tensor.shape))
