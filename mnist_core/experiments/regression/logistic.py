"""Logistic regression: yes or no from a few numbers, with the right loss and a wrong one.

z = w·x + b and p = σ(z) is the probability of yes. x (N, inputs), y (N,) of 0 and 1, w (inputs,)
and b (); all float64. Losses and gradients are means over the examples.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from mnist_core.layers.activations import sigmoid, sigmoid_derivative


@dataclass(frozen=True)
class Neuron:
    """weight: w (inputs,); bias: b (). Also used for gradients by them."""

    weight: Tensor
    bias: Tensor

    def score(self, x: Tensor) -> Tensor:
        """z = w·x + b: (…, inputs) → (…)."""
        return x @ self.weight + self.bias

    def probability(self, x: Tensor) -> Tensor:
        """p = σ(z): (…, inputs) → (…)."""
        return sigmoid(self.score(x))

    def stepped(self, gradient: "Neuron", rate: float) -> "Neuron":
        """One step of gradient descent."""
        return Neuron(self.weight - rate * gradient.weight, self.bias - rate * gradient.bias)


def cross_entropy(scores: Tensor, y: Tensor) -> Tensor:
    """−y ln p − (1 − y) ln(1 − p) = ln(1 + eᶻ) − yz, in nats; (…), never infinite.

    Source: Bishop 2006, “Pattern recognition and machine learning”, equation 4.90.
    """
    return F.softplus(scores) - y * scores


def cross_entropy_slope(scores: Tensor, y: Tensor) -> Tensor:
    """∂/∂z of it: p − y. The more wrong, the larger, up to 1.

    Source: Bishop 2006, equation 4.91.
    """
    return sigmoid(scores) - y


def squared_error(scores: Tensor, y: Tensor) -> Tensor:
    """(p − y)²; (…).

    Source: Nielsen 2015, “Neural networks and deep learning”, chapter 3, equation 54,
    there half of it.
    """
    return (sigmoid(scores) - y).square()


def squared_error_slope(scores: Tensor, y: Tensor) -> Tensor:
    """∂/∂z of it: 2(p − y) p(1 − p). Surely wrong, p(1 − p) is all but 0, and nothing is learnt.

    Source: Nielsen 2015, “Neural networks and deep learning”, chapter 3, equation 56,
    there without the 2.
    """
    return 2 * (sigmoid(scores) - y) * sigmoid_derivative(scores)


@dataclass(frozen=True)
class Loss:
    """One of LOSSES. of, slope: of scores z and labels y, (…) and (…) → (…); slope is by z."""

    title: str
    of: Callable[[Tensor, Tensor], Tensor]
    slope: Callable[[Tensor, Tensor], Tensor]


LOSSES = {
    "cross_entropy": Loss("Binary cross-entropy", cross_entropy, cross_entropy_slope),
    "squared_error": Loss("Squared error", squared_error, squared_error_slope),
}


def mean_loss(neuron: Neuron, x: Tensor, y: Tensor, kind: Loss) -> Tensor:
    """J, a scalar."""
    return kind.of(neuron.score(x), y).mean()


def gradient(neuron: Neuron, x: Tensor, y: Tensor, kind: Loss) -> Neuron:
    """∂J/∂w = Σ (∂loss/∂z) x / N and ∂J/∂b = Σ (∂loss/∂z) / N.

    Source: Bishop 2006, equation 4.91, there the sum for the cross-entropy.
    """
    slopes = kind.slope(neuron.score(x), y)
    return Neuron(slopes @ x / len(x), slopes.mean())


def descend(
    start: Neuron, x: Tensor, y: Tensor, kind: Loss, *, rate: float, steps: int
) -> list[Neuron]:
    """Full-batch gradient descent: the neurons before the first step and after each."""
    neurons = [start]
    for _ in range(steps):
        neurons.append(neurons[-1].stepped(gradient(neurons[-1], x, y, kind), rate))
    return neurons


def boundary_on_axis(neuron: Neuron) -> float | None:
    """The x of one input where p = ½: −b / w; None where w is 0 and there is no such place."""
    weight = float(neuron.weight[0])
    return None if weight == 0 else -float(neuron.bias) / weight


Segment = tuple[tuple[float, float], tuple[float, float]]


def boundary_in_square(neuron: Neuron, reach: float) -> Segment | None:
    """The line of two inputs where p = ½, cut off at the square from −reach to reach.

    None where it does not cross the square. It is at right angles to w, −b / ‖w‖ from the origin.
    Source: Bishop 2006, equation 4.5.
    """
    length = neuron.weight.norm()
    if length == 0:
        return None
    normal = neuron.weight / length
    nearest = -neuron.bias / length * normal
    along = torch.stack([-normal[1], normal[0]])
    return _cut(nearest.tolist(), along.tolist(), reach)


def _cut(place: list[float], along: list[float], reach: float) -> Segment | None:
    """The part of place + t·along with both coordinates in ±reach.

    Source: Liang, Barsky 1984, “A new concept and method for line clipping”.
    """
    first, last = float("-inf"), float("inf")
    for start, step in zip(place, along, strict=True):
        if step == 0:
            if abs(start) > reach:
                return None
        else:
            ends = sorted([(-reach - start) / step, (reach - start) / step])
            first, last = max(first, ends[0]), min(last, ends[1])
    if first > last:
        return None
    (x0, y0), (x1, y1) = (
        (place[0] + t * along[0], place[1] + t * along[1]) for t in (first, last)
    )  # fmt: skip
    return (x0, y0), (x1, y1)
