"""What can be said of a class's digits, and of a network that reads them."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from mnist_core.data.mnist import Digits, to_images_01
from mnist_core.evaluation.metrics import (
    Confusion,
    accuracy,
    confusion,
    iterate_logits,
    read_right,
)
from mnist_core.latent.codes import encode_all
from mnist_core.latent.plane import class_centres, load_map
from mnist_core.weights import load_autoencoder

SLICE_PICTURES = 50
NEAR_AT_ONCE, SAMPLE = 500, 1000
MAP = "vae2d"


@dataclass(frozen=True)
class Measured:
    """How one network reads one set of digits.

    accuracy:  share read as asked for, in [0, 1]; NaN of no digits
    wrong:     int64 (k,), which of them are not
    read:      int64 (N,), the likeliest digit of each
    confusion: how many of each digit were read as each
    """

    accuracy: float
    wrong: Tensor
    read: Tensor
    confusion: Confusion


@dataclass
class Exam:
    """A network reads digits a little at a time, so that whoever waits can leave at any moment."""

    model: nn.Module
    digits: Digits
    _logits: list[Tensor] = field(default_factory=list)
    _rest: Iterator[Tensor] | None = None

    @property
    def done(self) -> float:
        """Share of the digits that are read, in [0, 1]."""
        return sum(map(len, self._logits)) / len(self.digits) if len(self.digits) else 1.0

    @property
    def is_done(self) -> bool:
        """True when all are read."""
        return self.done == 1

    def advance(self, budget_s: float) -> None:
        """Read for about `budget_s` seconds: SLICE_PICTURES at least, if there are any left."""
        if self._rest is None:
            self._rest = iterate_logits(self.model, self.digits.images, SLICE_PICTURES)
        stop = time.perf_counter() + budget_s
        while not self.is_done:
            self._logits.append(next(self._rest))
            if time.perf_counter() >= stop:
                return

    @property
    def result(self) -> Measured:
        """Of all digits that are read by now."""
        logits = torch.cat([torch.zeros(0, 10), *self._logits])
        return measured(logits, self.digits.labels[: len(logits)])


def measured(logits: Tensor, labels: Tensor) -> Measured:
    """logits (N, 10), labels uint8 (N,)."""
    return Measured(
        accuracy(logits, labels),
        (~read_right(logits, labels)).nonzero()[:, 0],
        logits.argmax(dim=1),
        confusion(logits, labels),
    )


def mean_digits(digits: Digits) -> Tensor:
    """The mean picture of each digit, float32 (10, 28, 28) in [0, 1]; NaN where there is none."""
    images_01, labels = to_images_01(digits.images)[:, 0], digits.labels.long()
    sums = torch.zeros(10, *images_01.shape[1:]).index_add_(0, labels, images_01)
    return sums / torch.bincount(labels, minlength=10)[:, None, None]


def most_unusual(digits: Digits, count: int) -> Tensor:
    """Which of the digits lie farthest from the mean of their kind, the farthest first: int64.

    The distance is the root of the mean squared difference over all pixels, √(Σ (x − x̄)² / 784).
    """
    images_01 = to_images_01(digits.images)[:, 0]
    away = (images_01 - mean_digits(digits)[digits.labels.long()]).square().mean(dim=(1, 2)).sqrt()
    return away.argsort(descending=True, stable=True)[:count]


@dataclass(frozen=True)
class Cloud:
    """Where a class's digits lie on the map of the latent space, among MNIST's test digits.

    ours, mnist: float32 (N, 2) and (10000, 2); labels, mnist_labels: int64
    centres:     (10, 2), where the name of each digit's part of MNIST's may stand
    """

    ours: Tensor
    labels: Tensor
    mnist: Tensor
    mnist_labels: Tensor
    centres: Tensor

    @property
    def among_own(self) -> float:
        """Share of ours to which a digit of the same kind is the nearest of MNIST's, in [0, 1]."""
        alike = self.mnist_labels[_nearest(self.ours, self.mnist)] == self.labels
        return float(alike.float().mean())

    @property
    def mnist_among_own(self) -> float:
        """The same of the first SAMPLE of MNIST's, each among all others."""
        nearest = _nearest(self.mnist[:SAMPLE], self.mnist, but_itself=True)
        return float((self.mnist_labels[nearest] == self.mnist_labels[:SAMPLE]).float().mean())


def _nearest(places: Tensor, among: Tensor, but_itself: bool = False) -> Tensor:
    """Which of `among` (M, 2) lies nearest to each of the places (N, 2): int64 (N,).

    but_itself: the places are the first of `among`
    """
    parts = []
    for start in range(0, len(places), NEAR_AT_ONCE):
        apart = torch.cdist(places[start : start + NEAR_AT_ONCE], among)
        if but_itself:
            rows = torch.arange(len(apart))
            apart[rows, start + rows] = torch.inf
        parts.append(apart.argmin(dim=1))
    return torch.cat(parts)


def cloud_of(digits: Digits) -> Cloud:
    """Of at least one digit, in the plane of the autoencoder MAP. Raises WeightsUnusable."""
    found = load_map(MAP)
    codes = encode_all(load_autoencoder(MAP).model, digits)
    return Cloud(
        found.plane.project(codes.mean), digits.labels.long(), found.coordinates, found.labels,
        class_centres(found),
    )  # fmt: skip
