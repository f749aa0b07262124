"""One channel of a network's batch normalisation, looked at with batches of one's own."""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from mnist_core.inside.trace import layers_of, trace
from mnist_core.layers.batch_norm import (
    Running,
    Statistics,
    batch_norm_eval,
    batch_norm_train,
    batch_statistics,
    normalise,
)
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.parts import title_of

BatchNorm = nn.BatchNorm1d | nn.BatchNorm2d
BINS = 61
"""An odd number, so that zero lies in the middle of a bin."""


@dataclass(frozen=True)
class NormLayer:
    """A batch normalisation of a network. title: for people, “1. after Conv 3×3, 1 → 32”."""

    name: str
    title: str
    module: BatchNorm

    @property
    def channels(self) -> int:
        """How many channels it normalises, each on its own."""
        return self.module.num_features

    @property
    def has_places(self) -> bool:
        """After a convolution, where each picture has many numbers per channel."""
        return isinstance(self.module, nn.BatchNorm2d)


def norm_layers(model: FeatureClassifier) -> list[NormLayer]:
    """All batch normalisations in the order in which they compute."""
    found: list[NormLayer] = []
    before = ""
    for name, module in layers_of(model):
        if isinstance(module, BatchNorm):
            found.append(NormLayer(name, f"{len(found) + 1}. after {before}", module))
        before = title_of(module)
    return found


@torch.no_grad()
def inputs_of(model: FeatureClassifier, images_01: Tensor, name: str) -> Tensor:
    """What the layer `name` is given for pictures (B, 1, 28, 28): (B, C, …).

    Layers before it work in the mode that the model is in.
    """
    return next(layer.inputs for layer in trace(model, images_01) if layer.name == name)


@dataclass(frozen=True)
class Channel:
    """One channel in front of a batch normalisation, and what that has stored about it.

    values:      (B, 1, …), the first picture is the one to look at
    running:     the running averages
    gamma, beta: as learned, (1,)
    epsilon:     added to the variance
    """

    values: Tensor
    running: Running
    gamma: Tensor
    beta: Tensor
    epsilon: float

    @property
    def batch(self) -> Statistics:
        """Of all pictures and places."""
        return batch_statistics(self.values)

    def alone(self) -> "Channel":
        """The first picture as a batch of one."""
        return replace(self, values=self.values[:1])

    def with_bias(self, bias: float) -> "Channel":
        """As if the layer before added a constant to this channel."""
        return replace(self, values=self.values + bias)

    def scaled(self, gamma: float, beta: float) -> "Channel":
        """With a γ and β of one's own."""
        return replace(self, gamma=torch.tensor([gamma]), beta=torch.tensor([beta]))

    def normalised(self, training: bool) -> Tensor:
        """γ (x − μ) / √(σ² + ε) + β with the batch's or the running statistics; (B, 1, …).

        Raises LayerImpossible in training with only one number.
        """
        if training:
            return batch_norm_train(self.values, self.gamma, self.beta, self.epsilon)[0]
        return batch_norm_eval(self.values, self.running, self.gamma, self.beta, self.epsilon)

    def by_the_formula(self) -> Tensor:
        """As in training, but also for a single number, of which only β is left."""
        mean, variance = self.batch.mean, self.batch.variance
        return normalise(self.values, mean, variance, self.gamma, self.beta, epsilon=self.epsilon)


def channel_of(module: BatchNorm, inputs: Tensor, channel: int) -> Channel:
    """Channel `channel` of inputs (B, C, …), with copies of what `module` has stored."""
    stored = (module.running_mean, module.running_var, module.weight, module.bias)
    mean, variance, gamma, beta = (
        each[channel : channel + 1].detach().clone() for each in stored if each is not None
    )
    values = inputs[:, channel : channel + 1]
    return Channel(values, Running(mean, variance), gamma, beta, module.eps)


@dataclass(frozen=True)
class Company:
    """What one channel makes of the first picture, depending on who else is in the batch.

    in_batch:      in training, among all pictures; None where there is only one number
    alone:         in training, as a batch of one, by the formula
    alone_refused: whether PyTorch refuses that, since there is only one number
    in_evaluation: with the running averages
    """

    in_batch: Tensor | None
    alone: Tensor
    alone_refused: bool
    in_evaluation: Tensor

    @property
    def difference(self) -> float:
        """The greatest difference that the company makes in training; NaN without any."""
        return math.nan if self.in_batch is None else _greatest(self.in_batch - self.alone)


def compare_company(channel: Channel) -> Company:
    """The first picture (…) in training among others and alone, and in evaluation."""
    alone = channel.alone()
    in_batch = channel.normalised(True)[0, 0] if channel.batch.count > 1 else None
    return Company(
        in_batch,
        alone.by_the_formula()[0, 0],
        alone.batch.count == 1,
        channel.normalised(False)[0, 0],
    )


@dataclass(frozen=True)
class BiasEffect:
    """The greatest change of any value that a bias before the normalisation makes.

    before, in_training, in_evaluation: before it, and after it in the two modes
    """

    before: float
    in_training: float
    in_evaluation: float


def bias_effect(channel: Channel, bias: float) -> BiasEffect:
    """Measured. Raises LayerImpossible where there is only one number."""
    biased = channel.with_bias(bias)
    return BiasEffect(
        _greatest(biased.values - channel.values),
        _greatest(biased.normalised(True) - channel.normalised(True)),
        _greatest(biased.normalised(False) - channel.normalised(False)),
    )


def draw_batches(channel: Channel, size: int, count: int, seed: int = 0) -> list[Statistics]:
    """Statistics of `count` batches of `size` different pictures each, drawn from all."""
    generator = torch.Generator().manual_seed(seed)
    orders = [torch.randperm(len(channel.values), generator=generator) for _ in range(count)]
    return [batch_statistics(channel.values[order[:size]]) for order in orders]


@dataclass(frozen=True)
class Histogram:
    """Shares (BINS,) of the values in equal bins from −limit to +limit; their sum is 1."""

    limit: float
    shares: list[float]


def histogram(values: Tensor, limit: float) -> Histogram:
    """Of all values, none of which is beyond ±limit."""
    counts = torch.histc(values.float(), BINS, -limit, limit)
    return Histogram(limit, (counts / values.numel()).tolist())


def shared_limit(*values: Tensor) -> float:
    """The least of 1, 2, 3, 4, 6, 8 times a power of ten that no value exceeds in size."""
    most = max(float(each.abs().max()) for each in values)
    decade = 10.0 ** math.floor(math.log10(most)) if most > 0 else 1.0
    return next(step * decade for step in (1, 2, 3, 4, 6, 8, 10) if most <= step * decade)


def _greatest(difference: Tensor) -> float:
    return float(difference.abs().max())
