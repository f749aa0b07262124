"""How accuracy falls when digits are turned, shifted, made thicker or thinner, or noisy."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mnist_core.data import Digits, to_images_01
from mnist_core.evaluation import standard_error

SAMPLE = 1000
BATCH = 50
"""A batch is over in a moment, and 50 pictures are read faster in one go than 500."""


def rotate(images_01: Tensor, degrees: float) -> Tensor:
    """Turned anticlockwise about the middle of the frame; (B, 1, 28, 28) → the same shape.

    Bilinear, with paper where there was nothing.
    """
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    to_source = torch.tensor([[cos, -sin, 0.0], [sin, cos, 0.0]])  # y points down
    grid = F.affine_grid(
        to_source.expand(len(images_01), 2, 3), list(images_01.shape), align_corners=False
    )
    return F.grid_sample(images_01, grid, align_corners=False)


def shift(images_01: Tensor, pixels: int) -> Tensor:
    """Moved to the right (left when negative); what leaves the frame is lost, paper comes in."""
    return F.pad(images_01, (pixels, -pixels))


def thicken(images_01: Tensor, pixels: float) -> Tensor:
    """Every edge of a stroke moved outwards by `pixels`, inwards when negative.

    Grey-scale dilation: each pixel takes the largest value in the square that reaches k pixels
    to each side of it; erosion: the smallest. Between two whole numbers of pixels the two
    pictures are mixed. Beyond the frame there is neither ink nor paper.
    """
    whole = math.floor(abs(pixels))
    sign = -1 if pixels < 0 else 1
    near, far = (_largest_within(sign * images_01, k) for k in (whole, whole + 1))
    return sign * near.lerp(far, abs(pixels) - whole)


def add_noise(images_01: Tensor, sd: float, seed: int) -> Tensor:
    """With Gaussian noise of standard deviation `sd` on each pixel, then clamped to [0, 1].

    The same seed gives the same pattern, sd times as strong.
    """
    generator = torch.Generator().manual_seed(seed)
    return (images_01 + sd * torch.randn(images_01.shape, generator=generator)).clamp(0, 1)


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
            tuple(range(-10, 11, 2)), lambda images, value, seed: shift(images, round(value)),
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
    right = int((model(changed.to(device)).argmax(dim=1).cpu() == labels).sum())
    return replace(point, right=point.right + right, count=point.count + len(labels))


def _largest_within(images: Tensor, pixels: int) -> Tensor:
    """The largest value in the square that reaches `pixels` to each side."""
    return F.max_pool2d(images, 2 * pixels + 1, stride=1, padding=pixels)
