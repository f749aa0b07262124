"""Softmax regression on digits, by the gradients of all, of a few, or of one; the paths on a plane.

X (N, inputs) and y int64 (N,) as in `regression.softmax`. A path's weights are rows: W (10, inputs)
row by row, then b.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from mnist_core.experiments.descent.noise import batches
from mnist_core.experiments.principal_axes import principal_axes
from mnist_core.experiments.regression.linear import Line
from mnist_core.experiments.regression.softmax import gradient, mean_cross_entropy

EPOCHS, LOOKS, SEED, CLASSES = 12, 8, 3, 10
"""LOOKS: how often in an epoch a path is looked at."""


def descend(x: Tensor, y: Tensor, batch_size: int, rate: float) -> Tensor:
    """The weights at the start, all 0, and after every N / LOOKS digits seen: (looks, numbers).

    The digits are shuffled in every epoch. A look in the midst of a batch finds the weights of
    before it.
    """
    count, random = len(x), torch.Generator().manual_seed(SEED)
    line = Line(x.new_zeros(CLASSES, x.shape[1]), x.new_zeros(CLASSES))
    kept, seen = [as_row(line)], 0
    for _ in range(EPOCHS):
        for chosen in batches(count, batch_size, random):
            before = as_row(line)
            line = line.stepped(gradient(line, x[chosen], y[chosen]), rate)
            seen += len(chosen)
            kept += [before] * ((seen * LOOKS - 1) // count + 1 - len(kept))
            if seen * LOOKS % count == 0:
                kept.append(as_row(line))
    return torch.stack(kept)


def losses_of(rows: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """J over all digits at each of (looks, numbers): (looks,)."""
    return torch.stack([mean_cross_entropy(as_line(row, x.shape[1]), x, y) for row in rows])


def as_row(line: Line) -> Tensor:
    """W row by row, then b."""
    return torch.cat([line.weight.flatten(), line.bias])


def as_line(row: Tensor, inputs: int) -> Line:
    """What `as_row` was given."""
    return Line(row[: CLASSES * inputs].view(CLASSES, inputs), row[CLASSES * inputs :])


@dataclass(frozen=True)
class PathsPlane:
    """The plane through the mean of some weights along which they differ most.

    origin: (numbers,);  directions: (2, numbers), at right angles, of length 1
    shown:  share of the squared distances from the mean that lies in the plane
    """

    origin: Tensor
    directions: Tensor
    shown: float

    def places(self, rows: Tensor) -> Tensor:
        """The nearest places on the plane, (n, numbers) → (n, 2)."""
        return (rows - self.origin) @ self.directions.T

    def losses(self, places: Tensor, x: Tensor, y: Tensor) -> Tensor:
        """J at places (…, 2) of the plane: (…).

        Logits are linear in the weights, so those of a place are a sum of three.
        """
        inputs = x.shape[1]
        middle, first, second = (
            as_line(row, inputs).at(x) for row in (self.origin, *self.directions)
        )
        a, b = places[..., :1, None], places[..., 1:, None]
        log_p = torch.log_softmax(middle + a * first + b * second, dim=-1)
        found: Tensor = -log_p[..., torch.arange(len(y)), y].mean(dim=-1)
        return found


def plane_through(paths: Sequence[Tensor]) -> PathsPlane:
    """By principal components of all rows; each direction points to where the last path ends.

    Source: Li, Xu, Taylor, Studer, Goldstein 2018, “Visualizing the loss landscape of neural nets”,
    section 7.2, there of one path and its differences from the end.
    """
    origin, directions, shares = principal_axes(torch.cat(list(paths)))
    end = (paths[-1][-1] - origin) @ directions[:2].T
    signs = torch.where(end < 0, -1.0, 1.0).to(origin.dtype)
    return PathsPlane(origin, signs[:, None] * directions[:2], float(shares[:2].sum()))
