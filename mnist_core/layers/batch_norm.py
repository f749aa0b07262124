"""Batch normalisation, in training and in evaluation, and its running averages."""

from dataclasses import dataclass

import torch
from torch import Tensor

from mnist_core.errors import LayerImpossible

EPSILON = 1e-5
MOMENTUM = 0.1


@dataclass(frozen=True)
class Statistics:
    """Mean and variance of each channel over a batch and, after a convolution, over all places.

    mean, variance: (C,); the variance is the biased one: it divides by `count`
    count:          numbers per channel: pictures × rows × columns
    """

    mean: Tensor
    variance: Tensor
    count: int

    @property
    def unbiased_variance(self) -> Tensor:
        """σ² · n / (n − 1): what PyTorch stores in the running average; NaN for one number."""
        if self.count == 1:
            return torch.full_like(self.variance, torch.nan)
        return self.variance * self.count / (self.count - 1)


def batch_statistics(values: Tensor) -> Statistics:
    """μ = (1/n) Σ x and σ² = (1/n) Σ (x − μ)² of each channel of (B, C, …)."""
    channels = values.transpose(0, 1).flatten(1)  # (C, n)
    mean = channels.mean(dim=1)
    variance = (channels - mean[:, None]).square().mean(dim=1)
    return Statistics(mean, variance, channels.shape[1])


def normalise(
    values: Tensor,
    mean: Tensor,
    variance: Tensor,
    gamma: Tensor,
    beta: Tensor,
    *,
    epsilon: float = EPSILON,
) -> Tensor:
    """y = γ (x − μ) / √(σ² + ε) + β for (B, C, …); all others are (C,)."""
    shape = (1, -1) + (1,) * (values.ndim - 2)
    mean, variance, gamma, beta = (each.view(shape) for each in (mean, variance, gamma, beta))
    return gamma * (values - mean) / torch.sqrt(variance + epsilon) + beta


def batch_norm_train(
    values: Tensor, gamma: Tensor, beta: Tensor, epsilon: float = EPSILON
) -> tuple[Tensor, Statistics]:
    """Normalised with the statistics of this very batch (B, C, …), and these statistics.

    Raises LayerImpossible where there is only one number per channel.
    Source: Ioffe & Szegedy 2015, “Batch Normalization”, algorithm 1.
    """
    statistics = batch_statistics(values)
    if statistics.count == 1:
        raise LayerImpossible(
            "A single number has no spread: it is its own mean, so all that would be left is β. "
            "In training, batch normalisation needs at least two numbers per channel."
        )
    normalised = normalise(
        values, statistics.mean, statistics.variance, gamma, beta, epsilon=epsilon
    )
    return normalised, statistics


@dataclass(frozen=True)
class Running:
    """The averages that evaluation uses, (C,) each; a new layer begins with mean 0, variance 1."""

    mean: Tensor
    variance: Tensor

    @classmethod
    def new(cls, channels: int) -> "Running":
        """As in a layer that has seen nothing yet."""
        return cls(torch.zeros(channels), torch.ones(channels))

    def update(self, batch: Statistics, momentum: float = MOMENTUM) -> "Running":
        """r ← (1 − m) · r + m · s, with the batch's mean and its *unbiased* variance as s."""
        return Running(
            (1 - momentum) * self.mean + momentum * batch.mean,
            (1 - momentum) * self.variance + momentum * batch.unbiased_variance,
        )


def batch_norm_eval(
    values: Tensor, running: Running, gamma: Tensor, beta: Tensor, epsilon: float = EPSILON
) -> Tensor:
    """Normalised with the running averages: what comes out for a picture depends on it alone."""
    return normalise(values, running.mean, running.variance, gamma, beta, epsilon=epsilon)


def running_path(
    batches: list[Statistics], momentum: float, start: Running | None = None
) -> list[Running]:
    """The running averages before the first batch and after each, from a new layer's on."""
    path = [start or Running.new(len(batches[0].mean))]
    for batch in batches:
        path.append(path[-1].update(batch, momentum))
    return path
