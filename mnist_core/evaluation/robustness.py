"""How accuracy falls when digits are turned, shifted, made thicker or thinner, or noisy."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from mnist_core.data.mnist import Digits, to_images_01
from mnist_core.evaluation.metrics import read_right, standard_error
from mnist_core.pictures.changes import add_noise, move, rotate, thicken

SAMPLE = 1000
BATCH = 50
"""A batch is over in a moment, and 50 pictures are read faster in one go than 500."""


@dataclass(frozen=True)
class Change:
    """One way to make digits harder to read.

    key, title: its name in code, and for people
    unit:       of the values, for an axis
    values:     what is measured, in increasing order; 0 leaves the digits as they are
    apply:      (images_01 (B, 1, 28, 28), value, seed) → the changed images, still in [0, 1]
    """

    key: str
    title: str
    unit: str
    values: tuple[float, ...]
    apply: Callable[[Tensor, float, int], Tensor]


CHANGES: dict[str, Change] = {
    change.key: change
    for change in (
        Change(
            "rotation", "Turned", "degrees, anticlockwise",
            tuple(range(-90, 91, 15)), lambda images, value, seed: rotate(images, value),
        ),
        Change(
            "shift", "Shifted", "pixels to the right",
            tuple(range(-10, 11, 2)), lambda images, value, seed: move(images, round(value), 0),
        ),
        Change(
            "thickness", "Thicker or thinner strokes", "pixels added along every edge",
            tuple(step / 2 for step in range(-2, 7)),
            lambda images, value, seed: thicken(images, value),
        ),
        Change(
            "noise", "Noise", "standard deviation (paper is 0, ink 1)",
            tuple(step / 20 for step in range(11)), add_noise,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Point:
    """One point of a curve: of `count` digits, changed by `value`, `right` were read right."""

    value: float
    right: int = 0
    count: int = 0

    @property
    def accuracy(self) -> float:
        """Share read right; of a point with at least one digit."""
        return self.right / self.count

    @property
    def standard_error(self) -> float:
        """√(p (1 − p) / n), the binomial's."""
        p, n = torch.tensor(self.accuracy, dtype=torch.float64), torch.tensor(self.count)
        return standard_error(p, n).item()


Curve = tuple[Point, ...]


def grow_curve(
    model: nn.Module, digits: Digits, change: Change, so_far: Curve = (), batch_size: int = BATCH
) -> Iterator[Curve]:
    """The curve of accuracy against `change` after each batch of `digits`, its last the whole.

    so_far: an unfinished curve, to go on where it was left
    Each batch has noise of its own, so `batch_size` is part of what a seed means.
    """
    finished, (point, *_) = so_far[:-1], so_far[-1:] or (Point(change.values[0]),)
    for value in change.values[len(finished) :]:
        point = point if point.value == value else Point(value)
        while point.count < len(digits):
            point = _read_on(model, digits, change, point, batch_size)
            yield (*finished, point)
        finished = (*finished, point)


def apply_all(image_01: Tensor, change: Change) -> Tensor:
    """One picture (1, 1, 28, 28) changed by each of the V values, (V, 1, 28, 28)."""
    return torch.cat([change.apply(image_01, value, 0) for value in change.values])


def is_complete(curve: Curve, change: Change, count: int) -> bool:
    """True when every value has been measured on `count` digits."""
    return len(curve) == len(change.values) and curve[-1].count == count


def batches_left(curve: Curve, change: Change, count: int, batch_size: int = BATCH) -> int:
    """How many batches of `count` digits `grow_curve` still has to read."""
    each = -(-count // batch_size)
    done = sum(-(-point.count // batch_size) for point in curve)
    return each * len(change.values) - done


@torch.inference_mode()
def _read_on(
    model: nn.Module, digits: Digits, change: Change, point: Point, batch_size: int
) -> Point:
    part = slice(point.count, point.count + batch_size)
    labels = digits.labels[part]
    changed = change.apply(to_images_01(digits.images[part]), point.value, point.count)
    device = next(model.parameters()).device
    right = int(read_right(model(changed.to(device)).cpu(), labels).sum())
    return replace(point, right=point.right + right, count=point.count + len(labels))
