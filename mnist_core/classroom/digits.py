"""What a class has handed in, as tensors."""

from dataclasses import dataclass

import torch
from torch import Tensor

from mnist_core.data.mnist import Digits


@dataclass(frozen=True)
class ClassDigits:
    """Pictures of a room in the order in which they came.

    ids:      int64 (N,), by which the store knows them
    images:   uint8 (N, 28, 28), 0 = paper, 255 = ink
    labels:   uint8 (N,), the digit that was asked for
    writers:  int64 (N,), who wrote it: a random number
    accepted: bool (N,), False for what waits behind the curtain
    """

    ids: Tensor
    images: Tensor
    labels: Tensor
    writers: Tensor
    accepted: Tensor

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def shown(self) -> "ClassDigits":
        """Those that are not behind the curtain."""
        return self.select(self.accepted)

    @property
    def curtained(self) -> "ClassDigits":
        """Those that are."""
        return self.select(~self.accepted)

    @property
    def digits(self) -> Digits:
        """Pictures and labels alone."""
        return Digits(self.images, self.labels)

    @property
    def writer_count(self) -> int:
        """How many hands."""
        return len(self.writers.unique())

    @property
    def per_digit(self) -> list[int]:
        """How many of each digit, from 0 to 9."""
        counts: list[int] = torch.bincount(self.labels.long(), minlength=10).tolist()
        return counts

    def select(self, chosen: Tensor) -> "ClassDigits":
        """Those at `chosen`: a bool tensor (N,), or indices."""
        return ClassDigits(
            self.ids[chosen], self.images[chosen], self.labels[chosen], self.writers[chosen],
            self.accepted[chosen],
        )  # fmt: skip
