"""How the weights of a linear layer begin, by name.

Weights are (fan_out, fan_in): fan_in numbers go into the layer, fan_out come out.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

TOO_SMALL_STD, TOO_LARGE_STD = 0.01, 1.0


@dataclass(frozen=True)
class Initialisation:
    """A rule for the first weights.

    title: for people
    kind:  of what they are drawn from; “equal” draws nothing, all weights are 1 / fan_in
    std:   standard deviation of one weight, from (fan_in, fan_out)
    bias:  whether the biases are drawn as well (from ±1 / √fan_in), or are 0
    """

    title: str
    kind: Literal["uniform", "normal", "equal"]
    std: Callable[[int, int], float]
    bias: bool = False

    def bound(self, fan_in: int, fan_out: int) -> float:
        """No weight is further from 0: std · √3 for a uniform rule, ∞ for a normal one."""
        if self.kind == "normal":
            return math.inf
        return 1 / fan_in if self.kind == "equal" else math.sqrt(3) * self.std(fan_in, fan_out)


def kaiming_uniform_std(fan_in: int, a: float = math.sqrt(5)) -> float:
    """√(2 / (1 + a²)) / √fan_in; with PyTorch's a = √5 that is 1 / √(3 · fan_in).

    PyTorch begins its linear and convolutional layers like this, not with Xavier's rule.
    Source: `torch.nn.Linear.reset_parameters`.
    """
    return math.sqrt(2 / (1 + a**2)) / math.sqrt(fan_in)


def xavier_std(fan_in: int, fan_out: int) -> float:
    """√(2 / (fan_in + fan_out)).

    Source: Glorot & Bengio 2010, “Understanding the difficulty of training deep feedforward neural
    networks”, equation 16.
    """
    return math.sqrt(2 / (fan_in + fan_out))


def he_std(fan_in: int) -> float:
    """√(2 / fan_in).

    Source: He et al. 2015, “Delving deep into rectifiers”, equation 10.
    """
    return math.sqrt(2 / fan_in)


INITIALISATIONS: dict[str, Initialisation] = {
    "default": Initialisation(
        "PyTorch's default", "uniform", lambda fan_in, _: kaiming_uniform_std(fan_in), bias=True
    ),
    "xavier": Initialisation("Xavier", "uniform", xavier_std),
    "he": Initialisation("He", "normal", lambda fan_in, _: he_std(fan_in)),
    "too_small": Initialisation("Too small (0.01)", "normal", lambda *_: TOO_SMALL_STD),
    "too_large": Initialisation("Too large (1)", "normal", lambda *_: TOO_LARGE_STD),
    "equal": Initialisation("All equal", "equal", lambda *_: 0.0),
}


def draw_weight(rule: Initialisation, shape: tuple[int, int], generator: torch.Generator) -> Tensor:
    """The first weights of a layer: float64 of this shape, (fan_out, fan_in)."""
    fan_out, fan_in = shape
    weight = torch.empty(shape, dtype=torch.float64)
    if rule.kind == "equal":
        return weight.fill_(1 / fan_in)
    if rule.kind == "normal":
        return weight.normal_(0, rule.std(fan_in, fan_out), generator=generator)
    bound = rule.bound(fan_in, fan_out)
    return weight.uniform_(-bound, bound, generator=generator)


def draw_bias(rule: Initialisation, shape: tuple[int, int], generator: torch.Generator) -> Tensor:
    """The first biases of a layer with weights of this shape: float64 (fan_out,)."""
    fan_out, fan_in = shape
    bias = torch.zeros(fan_out, dtype=torch.float64)
    bound = 1 / math.sqrt(fan_in)
    return bias.uniform_(-bound, bound, generator=generator) if rule.bias else bias
