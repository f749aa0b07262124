"""A deep stack of equal layers, not trained: how large its values and its gradients are where.

Computed in float64, whose numbers go far enough for 50 layers; `too_large_for_float32` says how
many layers of a usual network would not hold theirs.
"""

from dataclasses import dataclass
from enum import Enum

import torch
from torch import Tensor

from mnist_core.layers.activations import (
    ACTIVATIONS,
    Activation,
    At,
    maxout,
    maxout_backward,
    softmax,
    softmax_backward,
)
from mnist_core.layers.initialisation import INITIALISATIONS, draw_bias, draw_weight
from mnist_core.pictures.own_digits import varied_own_digits

LINEAR, MAXOUT, SOFTMAX = "linear", "maxout", "softmax"
PIECES = 2
IDENTITY = Activation("None (linear)", lambda z: z, torch.ones_like, lambda z: At(z, 1.0))
ELEMENTWISE = {LINEAR: IDENTITY, **ACTIVATIONS}
STACKED = {
    **{key: activation.title for key, activation in ELEMENTWISE.items()},
    MAXOUT: f"Maxout ({PIECES} lines)",
    SOFTMAX: "Softmax",
}
"""What may stand between the layers of a stack, with its title for people."""
COMPANIONS = 31
FACTOR_THAT_MATTERS = 100.0
ROUNDING = 1e-13
"""What differs by less than this share of its size may be nothing but float64's rounding."""


@dataclass(frozen=True)
class Settings:
    """A stack of `depth` layers with `width` units each.

    activation: of STACKED; initialisation: of INITIALISATIONS
    """

    depth: int = 20
    width: int = 100
    activation: str = "sigmoid"
    initialisation: str = "default"
    seed: int = 0


@dataclass(frozen=True)
class Stack:
    """What went through a stack. Layer l is at index l − 1; all are float64.

    inputs:    (B, 784), mean 0 and standard deviation 1 over all of them
    sums:      before the activation, (depth, B, width), with maxout (depth, B, width · PIECES)
    outputs:   after the activation, (depth, B, width)
    gradients: ∂L/∂outputs, (depth, B, width)
    weights:   of each layer, (units, fan_in)
    """

    inputs: Tensor
    sums: Tensor
    outputs: Tensor
    gradients: Tensor
    weights: list[Tensor]


def stack_digits(image_01: Tensor) -> Tensor:
    """The digit (1, 1, 28, 28) in [0, 1] and 31 of the program's own: float64 (32, 784).

    Standardised: over all of them the mean is 0 and the standard deviation 1.
    """
    images = torch.cat([image_01, varied_own_digits(COMPANIONS)]).flatten(1).double()
    return (images - images.mean()) / images.std(correction=0)


def run_stack(inputs: Tensor, settings: Settings) -> Stack:
    """Send `inputs` (B, features) forward through the stack, and a gradient back.

    The gradient that arrives at the last layer is random with standard deviation 1. A stack of
    another depth has the same first layers.
    """
    weights, biases = _first_weights(inputs.shape[1], settings)
    sums, outputs, values = [], [], inputs
    for weight, bias in zip(weights, biases, strict=True):
        # z = W h + b,  h = f(z)
        z = values @ weight.T + bias
        values = activate(settings.activation, z)
        sums.append(z)
        outputs.append(values)
    gradients = [_gradient_at_the_end(values, settings.seed)]
    for weight, z in zip(weights[:0:-1], sums[:0:-1], strict=True):
        # ∂L/∂h of the layer before = Wᵀ (f′(z) ⊙ ∂L/∂h)
        gradients.insert(0, back_through(settings.activation, z, gradients[0]) @ weight)
    return Stack(
        inputs, torch.stack(sums), torch.stack(outputs), torch.stack(gradients), weights
    )  # fmt: skip


def activate(activation: str, sums: Tensor) -> Tensor:
    """f(z) for one of STACKED; (B, units) → (B, width)."""
    if activation == MAXOUT:
        return maxout(sums.unflatten(-1, (-1, PIECES)))
    return softmax(sums) if activation == SOFTMAX else ELEMENTWISE[activation].value(sums)


def back_through(activation: str, sums: Tensor, gradient: Tensor) -> Tensor:
    """∂L/∂z from ∂L/∂f(z), mostly f′(z) ⊙ gradient; (B, width) → (B, units)."""
    if activation == MAXOUT:
        return maxout_backward(sums.unflatten(-1, (-1, PIECES)), gradient).flatten(-2)
    if activation == SOFTMAX:
        return softmax_backward(softmax(sums), gradient)
    return ELEMENTWISE[activation].derivative(sums) * gradient


def _first_weights(features: int, settings: Settings) -> tuple[list[Tensor], list[Tensor]]:
    generator = torch.Generator().manual_seed(settings.seed)
    rule = INITIALISATIONS[settings.initialisation]
    units = settings.width * (PIECES if settings.activation == MAXOUT else 1)
    shapes = [
        (units, features if layer == 0 else settings.width) for layer in range(settings.depth)
    ]
    drawn = [
        (draw_weight(rule, shape, generator), draw_bias(rule, shape, generator)) for shape in shapes
    ]
    return [weight for weight, _ in drawn], [bias for _, bias in drawn]


def _gradient_at_the_end(outputs: Tensor, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed + 1)
    return torch.randn(outputs.shape, generator=generator, dtype=outputs.dtype)


@dataclass(frozen=True)
class Scales:
    """How large the numbers of each layer are; each (depth,), at least 0.

    size:       root mean square of its outputs, over all digits and units
    difference: how far its outputs for the digits are from those for the mean digit: the standard
                deviation over the digits, root mean square over the units
    gradient:   root mean square of ∂L/∂outputs
    """

    size: Tensor
    difference: Tensor
    gradient: Tensor


def scales(stack: Stack) -> Scales:
    """Measure a stack layer by layer."""
    spread = stack.outputs - stack.outputs.mean(dim=1, keepdim=True)
    return Scales(*(rms_of_layers(v) for v in (stack.outputs, spread, stack.gradients)))


def rms_of_layers(values: Tensor) -> Tensor:
    """√(mean of v²) of each layer: (depth, B, width) → (depth,)."""
    return values.square().mean(dim=(1, 2)).sqrt()


class Fate(Enum):
    """What a stack does to a signal on its way through all layers."""

    KEPT = "keeps its size"
    VANISHES = "vanishes"
    EXPLODES = "explodes"
    ZERO = "is exactly zero"


@dataclass(frozen=True)
class Journey:
    """How a signal changes on its way.

    total:     size at the end over size at the start
    per_layer: the factor of one step, if all were alike: total to the power 1 / steps
    """

    total: float
    per_layer: float

    @property
    def fate(self) -> Fate:
        """Kept, as long as it changes by less than a factor of 100 in all."""
        if self.total == 0:
            return Fate.ZERO
        if self.total < 1 / FACTOR_THAT_MATTERS:
            return Fate.VANISHES
        return Fate.EXPLODES if self.total > FACTOR_THAT_MATTERS else Fate.KEPT


def journey_forward(measured: Scales) -> Journey:
    """Of the differences between the digits, from the first layer to the last one that has any."""
    return _journey(measured.difference[: layers_that_differ(measured)])


def journey_back(measured: Scales) -> Journey:
    """Of the gradient, from the last layer to the first."""
    return _journey(measured.gradient.flip(0))


def _journey(sizes: Tensor) -> Journey:
    if not len(sizes) or sizes[0] == 0:
        return Journey(0.0, 0.0)
    total, steps = float(sizes[-1] / sizes[0]), len(sizes) - 1
    return Journey(total, total ** (1 / steps) if steps else 1.0)


def layers_that_differ(measured: Scales) -> int:
    """How many layers from the first on tell the digits apart, beyond rounding."""
    alike = measured.difference <= ROUNDING * measured.size
    return int(alike.nonzero()[0]) if alike.any() else len(alike)


def units_are_alike(outputs: Tensor) -> bool:
    """Whether all units of the last layer say the same, up to rounding; (depth, B, width)."""
    last = outputs[-1]
    return bool((last - last.mean(dim=1, keepdim=True)).abs().max() <= ROUNDING * last.abs().max())


def too_large_for_float32(values: Tensor) -> int:
    """In how many layers of (depth, B, width) float32, as networks use it, would say infinite."""
    return int(values.float().isinf().flatten(1).any(dim=1).sum())


def too_small_for_float32(values: Tensor) -> int:
    """In how many layers of (depth, B, width) float32 would say 0 for everything."""
    return int((values.float() == 0).flatten(1).all(dim=1).sum())


def told_apart(stack: Stack) -> Tensor:
    """What each layer says about the first digit beyond what it says about all: (depth, width)."""
    return stack.outputs[:, 0] - stack.outputs.mean(dim=1)


def spread_of_rules(width: int, seed: int = 0) -> list[tuple[str, float, float]]:
    """Title of each rule, and the std of a layer width → width: by its formula, and as drawn.

    The last is measured on weights drawn by the rule.
    """
    generator = torch.Generator().manual_seed(seed)
    return [
        (
            rule.title,
            rule.std(width, width),
            float(draw_weight(rule, (width, width), generator).std(correction=0)),
        )
        for rule in INITIALISATIONS.values()
    ]
