"""An activation function over the range that matters, and where a digit's own numbers lie on it."""

from dataclasses import dataclass

import torch
from torch import Tensor

from mnist_core.layers.activations import Activation

REACH = 8.0
"""Curves go from −REACH to REACH."""
POINTS = 321
BINS = 64
ASLEEP_BELOW = 0.01


@dataclass(frozen=True)
class Curve:
    """z, f(z) and f′(z), each float64 (POINTS,)."""

    z: Tensor
    value: Tensor
    slope: Tensor


def curve(activation: Activation) -> Curve:
    """The function and its derivative from −REACH to REACH."""
    z = torch.linspace(-REACH, REACH, POINTS, dtype=torch.float64)
    return Curve(z, activation.value(z), activation.derivative(z))


def histogram(sums: Tensor) -> Tensor:
    """How many sums lie in each of BINS equal parts of ±REACH: int64 (BINS,).

    Those beyond an end count in its bin.
    """
    inside = sums.clamp(-REACH, REACH)
    return torch.histc(inside, BINS, -REACH, REACH).long()


def share_asleep(activation: Activation, sums: Tensor) -> float:
    """Share of units with |f′(z)| < ASLEEP_BELOW: hardly any gradient passes through them."""
    return float((activation.derivative(sums).abs() < ASLEEP_BELOW).double().mean())
