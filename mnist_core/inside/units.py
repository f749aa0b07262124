"""One unit of a network: which pixels it can see, and how its value is worked out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mnist_core.inside.fields import Field, field_through, window_of
from mnist_core.inside.trace import Layer
from mnist_core.layers.activations import to_probabilities

SOFTMAX = "softmax"
"""Name of what comes after a network's last layer; it belongs to the loss and to the reader."""
UNIT_BY_UNIT = (nn.BatchNorm1d, nn.BatchNorm2d, nn.ReLU, nn.Dropout)
"""Layers whose unit depends on the one unit before it that stands at the same place."""


@dataclass(frozen=True)
class Unit:
    """One number among those that a layer makes of a picture.

    layer:       its name, or SOFTMAX
    channel:     of the map, or the place in a layer that is a plain list of numbers
    row, column: in the map, 0 in a list
    """

    layer: str
    channel: int
    row: int = 0
    column: int = 0

    def value_in(self, outputs: Tensor) -> float:
        """Its value for the first picture; outputs: (B, C, H, W) or (B, F)."""
        channel = outputs[0, self.channel]
        return float(channel[self.row, self.column] if channel.ndim else channel)


@dataclass(frozen=True)
class Step:
    """One step on the way to a unit's value.

    title:   of the layer that makes it
    value:   worked out here, in double precision
    network: the network's own value at this step, in single precision
    """

    title: str
    value: float
    network: float


@dataclass(frozen=True)
class Standardised(Step):
    """(pixel − mean) / std."""

    pixel: float
    mean: float
    std: float


@dataclass(frozen=True)
class Term:
    """One product of a weighted sum. place: of its input, (channel, row, column) or (index,)."""

    place: tuple[int, ...]
    input: float
    weight: float

    @property
    def product(self) -> float:
        """Input × weight."""
        return self.input * self.weight


@dataclass(frozen=True)
class WeightedSum(Step):
    """Σ inputs × weights + bias.

    inputs, weights: float64 (C, k, k) for a convolution, zeros where the window lies in the
                     padding; (F,) for a linear layer
    bias:            None where the layer has none
    """

    inputs: Tensor
    weights: Tensor
    bias: float | None

    @property
    def products(self) -> Tensor:
        """Inputs × weights, of their shape."""
        return self.inputs * self.weights

    @property
    def shares(self) -> Tensor:
        """What each input channel adds to the sum, (C,); of a linear layer, each input, (F,)."""
        return self.products.flatten(1).sum(dim=1) if self.inputs.ndim > 1 else self.products

    @property
    def channels_by_strength(self) -> list[int]:
        """Input channels, the one whose share is farthest from 0 first."""
        return [int(c) for c in self.shares.abs().argsort(descending=True, stable=True)]

    def largest_terms(self, count: int) -> list[Term]:
        """The products farthest from 0, the largest first."""
        flat = self.products.flatten()
        chosen = flat.abs().argsort(descending=True, stable=True)[:count]
        return [self._term(int(place)) for place in chosen]

    def rest_beside(self, terms: Sequence[Term]) -> float:
        """What all other products add up to."""
        return float(self.products.sum()) - sum(term.product for term in terms)

    def _term(self, place: int) -> Term:
        index = tuple(int(i) for i in np.unravel_index(place, self.inputs.shape))
        return Term(index, float(self.inputs[index]), float(self.weights[index]))


@dataclass(frozen=True)
class BatchNormed(Step):
    """(before − μ) / √(σ² + ε) · γ + β, with the running mean and variance of the training."""

    before: float
    mean: float
    variance: float
    epsilon: float
    gamma: float
    beta: float


@dataclass(frozen=True)
class Rectified(Step):
    """max(0, before)."""

    before: float


@dataclass(frozen=True)
class Unchanged(Step):
    """Dropout in evaluation mode does nothing."""

    before: float


@dataclass(frozen=True)
class Pooled(Step):
    """The largest value in a window.

    window: float64 (k, k), −∞ in the padding
    winner: row and column in the window of the largest, the first of equals
    """

    window: Tensor
    winner: tuple[int, int]


@dataclass(frozen=True)
class Flattened(Step):
    """One cell of a map becomes a place in a list. cell: the unit before it."""

    cell: Unit


@dataclass(frozen=True)
class Softmaxed(Step):
    """exp((z − z_best) / T) / Σ: one digit's share.

    logits, exponentials: float64 (10,)
    """

    digit: int
    logits: Tensor
    exponentials: Tensor
    temperature: float

    @property
    def shares(self) -> Tensor:
        """All ten probabilities, (10,)."""
        return self.exponentials / self.exponentials.sum()


@dataclass(frozen=True)
class UnitArithmetic:
    """How a unit comes by its value.

    steps: from the last mixture of several inputs up to the unit: at least one
    field: the pixels that it can see
    """

    unit: Unit
    steps: tuple[Step, ...]
    field: Field

    @property
    def value(self) -> float:
        """Of the unit, in double precision."""
        return self.steps[-1].value


def explain_unit(layers: Sequence[Layer], unit: Unit, temperature: float = 1.0) -> UnitArithmetic:
    """Work out one unit's value, number by number.

    layers:      a trace of one picture through a network in evaluation mode
    temperature: T of the softmax, for units of SOFTMAX
    Inputs of the first step are the network's own values; each further step goes on from the
    value worked out before it. Raises KeyError where there is no such layer, IndexError where
    the layer has no such unit, TypeError for a layer of a kind that is not known here.
    """
    index = _index_of(layers, unit)
    first = index
    while isinstance(layers[first].module, UNIT_BY_UNIT):
        first -= 1
    steps = [_first_step(layers, first, unit)]
    for layer in layers[first + 1 : index + 1]:
        steps.append(_next_step(layer, unit, steps[-1].value))
    if unit.layer == SOFTMAX:
        steps.append(_softmax_step(layers[-1], unit, temperature))
    return UnitArithmetic(unit, tuple(steps), _field_of(layers[: index + 1], unit))


def sizes_of(outputs: Tensor) -> tuple[int, int, int]:
    """Channels, rows and columns of (B, C, H, W); a list (B, F) has one row and column."""
    channels, *places = outputs.shape[1:]
    rows, columns = places or (1, 1)
    return channels, rows, columns


def strongest_unit(layer: Layer, channel: int) -> Unit:
    """The unit of a channel whose value is the largest, the first of equals."""
    _, _, columns = sizes_of(layer.outputs)
    place = int(layer.outputs[0, channel].argmax())
    return Unit(layer.name, channel, *divmod(place, columns))


def most_negative_input(layer: Layer) -> Unit:
    """The unit of a layer that keeps its units apart whose input is the lowest."""
    _, rows, columns = sizes_of(layer.inputs)
    channel, place = divmod(int(layer.inputs[0].argmin()), rows * columns)
    return Unit(layer.name, channel, *divmod(place, columns))


def _index_of(layers: Sequence[Layer], unit: Unit) -> int:
    names = [layer.name for layer in layers]
    if unit.layer != SOFTMAX and unit.layer not in names:
        raise KeyError(f"There is no layer {unit.layer!r}; there are {', '.join(names)}.")
    index = len(layers) - 1 if unit.layer == SOFTMAX else names.index(unit.layer)
    sizes = sizes_of(layers[index].outputs)
    places = (unit.channel, unit.row, unit.column)
    if not all(0 <= place < size for place, size in zip(places, sizes, strict=True)):
        raise IndexError(f"{places} is outside of the layer {unit.layer!r}, which is {sizes}.")
    return index


def _first_step(layers: Sequence[Layer], index: int, unit: Unit) -> Step:
    layer = layers[index]
    network = unit.value_in(layer.outputs)
    module = layer.module
    if isinstance(module, nn.Conv2d | nn.MaxPool2d):
        window = _window_at(module, layer.inputs[0].double(), unit)
        if isinstance(module, nn.MaxPool2d):
            return _pooled(layer.title, network, window[unit.channel])
        return _weighted_sum(layer.title, network, window, module, unit)
    if isinstance(module, nn.Linear):
        return _weighted_sum(layer.title, network, layer.inputs[0].double(), module, unit)
    if isinstance(module, nn.Flatten):
        cell = _cell_before(layer, layers[index - 1].name, unit)
        return Flattened(layer.title, cell.value_in(layer.inputs), network, cell)
    return _standardised(layer, network, unit)


def _window_at(module: nn.Conv2d | nn.MaxPool2d, inputs: Tensor, unit: Unit) -> Tensor:
    """What the kernel covers of inputs (C, H, W) when it makes this unit: (C, k, k)."""
    kernel, stride, padding, dilation = window_of(module)
    outside = -torch.inf if isinstance(module, nn.MaxPool2d) else 0.0
    (down, across) = padding
    padded = F.pad(inputs, (across, across, down, down), value=outside)
    top, left = unit.row * stride[0], unit.column * stride[1]
    bottom = top + dilation[0] * (kernel[0] - 1) + 1
    right = left + dilation[1] * (kernel[1] - 1) + 1
    return padded[:, top : bottom : dilation[0], left : right : dilation[1]]


def _weighted_sum(
    title: str, network: float, inputs: Tensor, module: nn.Conv2d | nn.Linear, unit: Unit
) -> WeightedSum:
    """y = Σ w x + b."""
    weights = module.weight.detach()[unit.channel].double()
    bias = None if module.bias is None else float(module.bias.detach()[unit.channel])
    value = float((inputs * weights).sum()) + (bias or 0.0)
    return WeightedSum(title, value, network, inputs, weights, bias)


def _pooled(title: str, network: float, window: Tensor) -> Pooled:
    """y = max x."""
    row, column = divmod(int(window.argmax()), window.shape[1])
    return Pooled(title, float(window.max()), network, window, (row, column))


def _standardised(layer: Layer, network: float, unit: Unit) -> Standardised:
    """y = (x − mean) / std."""
    pixel = unit.value_in(layer.inputs)
    mean, std = (float(layer.module.get_buffer(name)) for name in ("mean", "std"))
    return Standardised(layer.title, (pixel - mean) / std, network, pixel, mean, std)


def _cell_before(flatten: Layer, before: str, unit: Unit) -> Unit:
    """The cell of the map that becomes place `unit.channel` of the list: row by row."""
    _, rows, columns = sizes_of(flatten.inputs)
    channel, place = divmod(unit.channel, rows * columns)
    return Unit(before, channel, *divmod(place, columns))


def _next_step(layer: Layer, unit: Unit, before: float) -> Step:
    network = unit.value_in(layer.outputs)
    match layer.module:
        case nn.BatchNorm1d() | nn.BatchNorm2d() as module:
            return _batch_normed(layer.title, network, module, unit.channel, before)
        case nn.ReLU():
            return Rectified(layer.title, max(0.0, before), network, before)
        case _:
            return Unchanged(layer.title, before, network, before)


def _batch_normed(
    title: str,
    network: float,
    module: nn.BatchNorm1d | nn.BatchNorm2d,
    channel: int,
    before: float,
) -> BatchNormed:
    """y = (x − μ) / √(σ² + ε) · γ + β. Source: Ioffe & Szegedy 2015, algorithm 2."""
    tensors = module.state_dict()
    mean, variance, gamma, beta = (
        float(tensors[name][channel]) for name in ("running_mean", "running_var", "weight", "bias")
    )
    epsilon = float(module.eps)
    value = (before - mean) / (variance + epsilon) ** 0.5 * gamma + beta
    return BatchNormed(title, value, network, before, mean, variance, epsilon, gamma, beta)


def _softmax_step(head: Layer, unit: Unit, temperature: float) -> Softmaxed:
    logits = head.outputs[0].double()
    exponentials = ((logits - logits.max()) / temperature).exp()
    digit = unit.channel
    value = float(exponentials[digit] / exponentials.sum())
    network = float(to_probabilities(head.outputs, temperature)[0, digit])
    return Softmaxed("Softmax", value, network, digit, logits, exponentials, temperature)


def _field_of(layers: Sequence[Layer], unit: Unit) -> Field:
    """A place in a list that was just flattened sees what its cell in the map saw."""
    flatten = layers[-1]
    if isinstance(flatten.module, nn.Flatten):
        layers = layers[:-1]
        unit = _cell_before(flatten, layers[-1].name, unit)
    return field_through([layer.module for layer in layers], unit.row, unit.column)
