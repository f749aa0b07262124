"""A small network that learns ten digits, once from random weights, once from equal ones."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from mnist_core.layers.activations import softmax
from mnist_core.layers.initialisation import INITIALISATIONS, draw_weight
from mnist_core.pictures.own_digits import ten_own_digits

Start = Literal["equal", "default"]
UNITS = 16
STEPS = 100
LEARNING_RATE = 0.2
GUESSING_NATS = math.log(10)
"""The loss of who says 10 % for each digit."""


@dataclass(frozen=True)
class Weights:
    """Of 784 → 16 → 10 with ReLU: hidden (16, 784), out (10, 16), float64; and their biases."""

    hidden: Tensor
    hidden_bias: Tensor
    out: Tensor
    out_bias: Tensor

    def logits(self, images_01: Tensor) -> Tensor:
        """(B, 784) float64 in [0, 1] → (B, 10)."""
        hidden = F.relu(_sums(images_01, self.hidden) + self.hidden_bias)
        return _sums(hidden, self.out) + self.out_bias


def _sums(values: Tensor, weight: Tensor) -> Tensor:
    """Σᵢ wₖᵢ xᵢ: (B, n), (units, n) → (B, units).

    Not as a matrix product, which adds up in another order for some units: then equal units would
    differ by rounding, here they do not.
    """
    return (values[:, None, :] * weight).sum(dim=-1)


@dataclass(frozen=True)
class Learning:
    """A training on ten digits. weights, losses (nats): before each step, and after the last."""

    weights: list[Weights]
    losses: list[float]


@lru_cache(maxsize=2)
def learn_ten_digits(start: Start) -> Learning:
    """STEPS steps of plain gradient descent on all ten of the program's digits at once."""
    images, labels = ten_own_digits().flatten(1).double(), torch.arange(10)
    weights, kept, losses = first_weights(start), [], []
    for step in range(STEPS + 1):
        parameters = [tensor.clone().requires_grad_() for tensor in vars(weights).values()]
        loss = F.cross_entropy(Weights(*parameters).logits(images), labels)
        kept.append(weights)
        losses.append(float(loss.detach()))
        if step < STEPS:
            gradients = torch.autograd.grad(loss, parameters)
            stepped = zip(vars(weights).values(), gradients, strict=True)
            weights = Weights(*(w - LEARNING_RATE * g for w, g in stepped))
    return Learning(kept, losses)


def first_weights(start: Start) -> Weights:
    """By the rule of that name; all biases are 0, the random weights are the same every time."""
    rule, generator = INITIALISATIONS[start], torch.Generator().manual_seed(0)
    hidden = draw_weight(rule, (UNITS, 784), generator)
    out = draw_weight(rule, (10, UNITS), generator)
    zeros = [torch.zeros(n, dtype=torch.float64) for n in (UNITS, 10)]
    return Weights(hidden, zeros[0], out, zeros[1])


def greatest_difference(weights: Weights) -> float:
    """Between two hidden units, of any of their incoming weights; exactly 0 if all are the same."""
    return float((weights.hidden.amax(dim=0) - weights.hidden.amin(dim=0)).max())


def different_units(weights: Weights) -> int:
    """How many hidden units are different from each other: 1 … 16."""
    return len(torch.unique(weights.hidden, dim=0))


def right_of_ten(weights: Weights) -> int:
    """How many of the ten digits it reads right."""
    read = weights.logits(ten_own_digits().flatten(1).double()).argmax(dim=1)
    return int((read == torch.arange(10)).sum())


def read_digit(weights: Weights, image_01: Tensor) -> Tensor:
    """The probabilities of 0 … 9 for one digit (1, 1, 28, 28): float64 (10,)."""
    return softmax(weights.logits(image_01.flatten(1).double()))[0]
