"""Test digits of MNIST whose label people do not believe, and what that does to a score."""

from dataclasses import dataclass

import torch
from torch import Tensor

from mnist_core.evaluation.metrics import answered, read_right
from mnist_core.layers.activations import to_probabilities

RATERS = 5
AGREED = {
    947: 0, 1621: 2, 1901: 2, 2130: 2, 2462: 0, 2597: 0, 2654: 0, 3520: 2,
    3558: 1, 5937: 1, 6651: 0, 6783: 2, 8527: 2, 9679: 2, 9729: 2,
}  # fmt: skip
"""By index among MNIST's test digits: how many of RATERS people saw the digit that the label says.

All those, of the pictures that were shown to people, where it was fewer than half of them.
Source: Northcutt, Athalye, Mueller 2021, “Pervasive label errors in test sets destabilize machine
learning benchmarks”; the answers of each picture are in the authors' repository.
"""


@dataclass(frozen=True)
class Ceiling:
    """What a network reads where people doubt the label, and its accuracy with and without these.

    indices:   int64 (k,), those of AGREED that have been read
    labels:    int64 (k,), as published
    read:      int64 (k,), what the network reads
    p_read:    float64 (k,), its probability; NaN where there is no answer
    count:     N, of how many digits
    wrong:     how many of the N are not read as their label says
    published: share of all digits read as their label says, in [0, 1]
    without:   the same without these k; NaN where no others have been read
    """

    indices: Tensor
    labels: Tensor
    read: Tensor
    p_read: Tensor
    count: int
    wrong: int
    published: float
    without: float

    @property
    def contradicted(self) -> int:
        """How many of the k count as mistakes of the network."""
        return int(((self.read != self.labels) | self.p_read.isnan()).sum())

    @property
    def highest(self) -> float:
        """The published accuracy of a reader who is right but for the k labels, in [0, 1]."""
        return 1 - len(self.indices) / self.count


def ceiling(logits: Tensor, labels: Tensor, temperature: float = 1.0) -> Ceiling:
    """Of MNIST's first N ≥ 1 test digits, in their own order; logits (N, 10), labels (N,)."""
    count = len(labels)
    indices = torch.tensor([index for index in AGREED if index < count], dtype=torch.int64)
    believed = torch.ones(count, dtype=torch.bool)
    believed[indices] = False
    right = read_right(logits, labels).double()
    p_read, read = to_probabilities(logits[indices], temperature).max(dim=1)
    return Ceiling(
        indices=indices,
        labels=labels[indices].long(),
        read=read,
        p_read=p_read.masked_fill(~answered(logits[indices]), torch.nan),
        count=count,
        wrong=int((right == 0).sum()),
        published=right.mean().item(),
        without=right[believed].mean().item(),
    )
