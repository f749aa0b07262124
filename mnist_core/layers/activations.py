"""Activation functions and softmax with their derivatives: on whole tensors, and number by number.

The functions for one number (`…_at`) give value and slope together and use nothing but `math`.
Where a function has a corner, the slope is the one that PyTorch takes.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

STANDS_OUT_FROM = 0.2
"""A digit stands out when it is twice as probable as when all ten are equally probable."""


class At(NamedTuple):
    """A function at one place: its value f(z), and its slope f′(z)."""

    value: float
    slope: float


def sigmoid(z: Tensor) -> Tensor:
    """σ(z) = 1 / (1 + e⁻ᶻ), in (0, 1); any shape.

    Source: Bishop 2006, “Pattern recognition and machine learning”, equation 4.59.
    """
    return 1 / (1 + torch.exp(-z))


def sigmoid_derivative(z: Tensor) -> Tensor:
    """σ′(z) = σ(z) (1 − σ(z)), at most ¼. Source: Bishop 2006, equation 4.88."""
    return sigmoid(z) * (1 - sigmoid(z))


def sigmoid_at(z: float) -> At:
    """`sigmoid` and its slope at one number."""
    small = math.exp(-abs(z))  # at most 1: cannot overflow
    value = 1 / (1 + small) if z >= 0 else small / (1 + small)
    return At(value, value * (1 - value))


def tanh(z: Tensor) -> Tensor:
    """tanh(z) = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ), in (−1, 1); any shape.

    Source: Bishop 2006, equation 5.59.
    """
    # divided by e^|z| above and below, so that nothing overflows
    twice = -2 * z.abs()
    return -z.sign() * torch.expm1(twice) / (1 + torch.exp(twice))


def tanh_derivative(z: Tensor) -> Tensor:
    """tanh′(z) = 1 − tanh²(z), at most 1. Source: Bishop 2006, section 5.3.2."""
    return 1 - tanh(z).square()


def tanh_at(z: float) -> At:
    """`tanh` and its slope at one number."""
    value = math.tanh(z)
    return At(value, 1 - value**2)


def relu(z: Tensor) -> Tensor:
    """ReLU(z) = max(0, z); any shape.

    Source: Glorot, Bordes, Bengio 2011, “Deep sparse rectifier neural networks”.
    """
    return z.clamp(min=0)


def relu_derivative(z: Tensor) -> Tensor:
    """ReLU′(z) = 1 where z > 0, else 0 (also in the corner)."""
    return (z > 0).to(z.dtype)


def relu_at(z: float) -> At:
    """`relu` and its slope at one number."""
    return At(z, 1.0) if z > 0 else At(0.0, 0.0)


def leaky_relu(z: Tensor, leak: float = 0.01) -> Tensor:
    """LeakyReLU(z) = z where z > 0, else a z; any shape. leak: a, 0.01 in PyTorch.

    Source: Maas, Hannun, Ng 2013, “Rectifier nonlinearities improve neural network acoustic
    models”.
    """
    return torch.where(z > 0, z, leak * z)


def leaky_relu_derivative(z: Tensor, leak: float = 0.01) -> Tensor:
    """LeakyReLU′(z) = 1 where z > 0, else a (also in the corner)."""
    return torch.where(z > 0, 1.0, leak).to(z.dtype)


def leaky_relu_at(z: float, leak: float = 0.01) -> At:
    """`leaky_relu` and its slope at one number."""
    return At(z, 1.0) if z > 0 else At(leak * z, leak)


def elu(z: Tensor, alpha: float = 1.0) -> Tensor:
    """ELU(z) = z where z > 0, else α (eᶻ − 1); any shape. alpha: at least 0, 1 in PyTorch.

    Source: Clevert, Unterthiner, Hochreiter 2016, “Fast and accurate deep network learning by
    exponential linear units”, equation 15.
    """
    return torch.where(z > 0, z, alpha * torch.expm1(z.clamp(max=0)))


def elu_derivative(z: Tensor, alpha: float = 1.0) -> Tensor:
    """ELU′(z) = 1 where z > 0, else α eᶻ (α in the corner)."""
    return torch.where(z > 0, 1.0, alpha * torch.exp(z.clamp(max=0)))


def elu_at(z: float, alpha: float = 1.0) -> At:
    """`elu` and its slope at one number."""
    return At(z, 1.0) if z > 0 else At(alpha * math.expm1(z), alpha * math.exp(z))


Lines = Sequence[tuple[float, float]]
"""Slope w and height b of each straight line w z + b of a maxout unit with one input."""


def maxout(pieces: Tensor) -> Tensor:
    """The largest of the k sums that a unit has: (…, k) → (…).

    Source: Goodfellow et al. 2013, “Maxout networks”, section 2.
    """
    return pieces.amax(dim=-1)


def maxout_backward(pieces: Tensor, gradient: Tensor) -> Tensor:
    """∂L/∂pieces (…, k) from ∂L/∂maxout (…): all of it goes to the first of the largest sums."""
    largest = pieces.argmax(dim=-1, keepdim=True)
    return torch.zeros_like(pieces).scatter(-1, largest, gradient.unsqueeze(-1))


def maxout_of_lines(z: Tensor, lines: Lines) -> Tensor:
    """max over the lines of w z + b; any shape."""
    return maxout(torch.stack([w * z + b for w, b in lines], dim=-1))


def maxout_of_lines_derivative(z: Tensor, lines: Lines) -> Tensor:
    """The w of the line that is the highest at z (of the first, where they meet)."""
    highest = torch.stack([w * z + b for w, b in lines], dim=-1).argmax(dim=-1)
    return torch.tensor([w for w, _ in lines], dtype=z.dtype)[highest]


def maxout_of_lines_at(z: float, lines: Lines) -> At:
    """`maxout_of_lines` and its slope at one number."""
    value, slope = -math.inf, 0.0
    for w, b in lines:
        if w * z + b > value:
            value, slope = w * z + b, w
    return At(value, slope)


@dataclass(frozen=True)
class Activation:
    """An activation function that turns each number into one number.

    title:      for people
    value:      f on a tensor of any shape
    derivative: f′ on a tensor of any shape
    at:         both at one number
    """

    title: str
    value: Callable[[Tensor], Tensor]
    derivative: Callable[[Tensor], Tensor]
    at: Callable[[float], At]


ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": Activation("Sigmoid", sigmoid, sigmoid_derivative, sigmoid_at),
    "tanh": Activation("Tanh", tanh, tanh_derivative, tanh_at),
    "relu": Activation("ReLU", relu, relu_derivative, relu_at),
    "leaky_relu": Activation("Leaky ReLU", leaky_relu, leaky_relu_derivative, leaky_relu_at),
    "elu": Activation("ELU", elu, elu_derivative, elu_at),
}
"""Those that need no more than one input; with PyTorch's own settings."""


def leaky_relu_with(leak: float) -> Activation:
    """Leaky ReLU with another slope below 0."""
    return Activation(
        "Leaky ReLU",
        lambda z: leaky_relu(z, leak),
        lambda z: leaky_relu_derivative(z, leak),
        lambda z: leaky_relu_at(z, leak),
    )


def elu_with(alpha: float) -> Activation:
    """ELU that goes down to −alpha."""
    return Activation(
        "ELU",
        lambda z: elu(z, alpha),
        lambda z: elu_derivative(z, alpha),
        lambda z: elu_at(z, alpha),
    )


def maxout_with(lines: Lines) -> Activation:
    """A maxout unit that has one input only."""
    return Activation(
        "Maxout",
        lambda z: maxout_of_lines(z, lines),
        lambda z: maxout_of_lines_derivative(z, lines),
        lambda z: maxout_of_lines_at(z, lines),
    )


def by_loops(values: Tensor, at: Callable[[float], At]) -> tuple[Tensor, Tensor]:
    """Value and slope of every element of `values`, one after the other; both of its shape."""
    found, slopes = torch.empty_like(values), torch.empty_like(values)
    for i, z in enumerate(values.flatten().tolist()):
        found.view(-1)[i], slopes.view(-1)[i] = at(z)
    return found, slopes


def softmax(logits: Tensor, temperature: float = 1.0) -> Tensor:
    """pᵢ = exp(zᵢ / T) / Σⱼ exp(zⱼ / T) over the last dimension; any shape.

    temperature: T, above 0; a large one makes all p alike
    Source: Bishop 2006, equation 4.104, for T = 1.
    """
    # the same number taken from all logits changes nothing, and then exp cannot overflow
    below_best = logits - logits.amax(dim=-1, keepdim=True)
    exponentials = torch.exp(below_best / temperature)
    return exponentials / exponentials.sum(dim=-1, keepdim=True)


def to_probabilities(logits: Tensor, temperature: float = 1.0) -> Tensor:
    """What a network answers: `softmax` in float64, so that certainty is not rounded to 1."""
    return softmax(logits.double(), temperature)


def none_stands_out(probabilities: Tensor) -> Tensor:
    """Of ten probabilities (…, 10), whether each is below STANDS_OUT_FROM: bool (…)."""
    return (probabilities < STANDS_OUT_FROM).all(dim=-1)


def softmax_by_loops(logits: Tensor, temperature: float = 1.0) -> Tensor:
    """`softmax` of one list of logits (n,), number by number."""
    best = max(logits.tolist())
    exponentials = [math.exp((z - best) / temperature) for z in logits.tolist()]
    total = sum(exponentials)
    return torch.tensor([e / total for e in exponentials], dtype=logits.dtype)


def softmax_jacobian(probabilities: Tensor, temperature: float = 1.0) -> Tensor:
    """How each probability depends on each logit: (n,) → (n, n), row i, column j is ∂pᵢ/∂zⱼ.

    probabilities: what `softmax` gave at this temperature
    Source: Bishop 2006, equation 4.106, for T = 1.
    """
    # ∂pᵢ/∂zⱼ = pᵢ (δᵢⱼ − pⱼ) / T
    p = probabilities
    return (torch.diag(p) - torch.outer(p, p)) / temperature


def softmax_backward(probabilities: Tensor, gradient: Tensor) -> Tensor:
    """∂L/∂z from ∂L/∂p, at T = 1; both (…, n): the Jacobian times the gradient.

    Σᵢ gᵢ pᵢ (δᵢⱼ − pⱼ) = pⱼ (gⱼ − Σᵢ gᵢ pᵢ)
    """
    mean = (gradient * probabilities).sum(dim=-1, keepdim=True)
    return probabilities * (gradient - mean)
