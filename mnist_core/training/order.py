"""In which order a training sees its pictures: shuffled or not, resumable in mid-epoch."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from mnist_core.data.mnist import Digits

WELL_MIXED = 1.5
"""In a good mixture neighbours are alike at most so many times as often as by chance."""


@dataclass(frozen=True)
class Pool:
    """Pictures of one kind, of which every epoch draws `per_epoch` at random (all, if that many).

    images: uint8 (N, 28, 28); labels: int64 (N,), 0 to 9 or NOT_A_DIGIT
    """

    images: Tensor
    labels: Tensor
    per_epoch: int

    @classmethod
    def of(cls, digits: Digits) -> "Pool":
        """All of `digits` in every epoch."""
        return cls(digits.images, digits.labels.long(), len(digits))

    def draw(self, generator: torch.Generator) -> Tensor:
        """Indices into the pool for one epoch, (per_epoch,)."""
        return torch.randperm(len(self.labels), generator=generator)[: self.per_epoch]


class DigitOrder:
    """Batches without end from a mixture of pools, epoch after epoch.

    epoch, position: how many epochs are over, and how many pictures of this one were handed out
    least_rest: an epoch's last batch is left out when it would be smaller (batch norm needs two)
    """

    def __init__(
        self, pools: Sequence[Pool], shuffle: bool, seed: int, least_rest: int = 2
    ) -> None:
        self.pools, self.shuffle, self.least_rest = pools, shuffle, least_rest
        self.images = _joined([pool.images for pool in pools])
        self.labels = _joined([pool.labels for pool in pools])
        self.epoch_size = sum(min(pool.per_epoch, len(pool.labels)) for pool in pools)
        self.epoch, self.position = 0, 0
        self._generator = torch.Generator().manual_seed(seed)
        self._at_epoch_start = self._generator.get_state()
        self._indices: Tensor | None = None
        self._before: tuple[int, int, Tensor | None] = (0, 0, None)

    @property
    def samples(self) -> int:
        """How many pictures were handed out since the start."""
        return self.epoch * self.epoch_size + self.position

    def steps_per_epoch(self, batch_size: int) -> int:
        """Batches in an epoch."""
        return self._steps_for(self.epoch_size, batch_size)

    def steps_left(self, batch_size: int) -> int:
        """Batches until the present epoch is over."""
        return self._steps_for(self.epoch_size - self.position, batch_size)

    def next(self, batch_size: int) -> tuple[Tensor, Tensor]:
        """The next batch: uint8 (B, 28, 28) and int64 (B,), B ≤ batch_size at an epoch's end."""
        start, stop = self.position, min(self.position + batch_size, self.epoch_size)
        batch = self._batch(start, stop)
        self._before = (self.epoch, self.position, self._indices)
        self.position = stop
        if self.epoch_size - stop < min(self.least_rest, batch_size):
            self.epoch, self.position, self._indices = self.epoch + 1, 0, None
        return batch

    def step_back(self) -> None:
        """Take the last batch back, as if it had not been handed out."""
        self.epoch, self.position, self._indices = self._before

    def state(self) -> dict[str, Tensor]:
        """All that `restore` needs to hand out the same batches again."""
        at_start = self._generator.get_state() if self._indices is None else self._at_epoch_start
        place = torch.tensor([self.epoch, self.position])
        return {"generator": at_start.clone(), "place": place}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go on from where `state` was taken."""
        self._generator.set_state(state["generator"])
        self.epoch, self.position = (int(number) for number in state["place"])
        self._indices = None
        if self.position:
            self._start_epoch()

    def _steps_for(self, pictures: int, batch_size: int) -> int:
        full, rest = divmod(pictures, batch_size)
        return max(1, full + (rest >= min(self.least_rest, batch_size)))

    def _batch(self, start: int, stop: int) -> tuple[Tensor, Tensor]:
        if not self.shuffle:
            return self.images[start:stop], self.labels[start:stop]
        if self._indices is None:
            self._start_epoch()
        assert self._indices is not None
        chosen = self._indices[start:stop]
        return self.images.index_select(0, chosen), self.labels.index_select(0, chosen)

    def _start_epoch(self) -> None:
        """Draw this epoch's pictures from the pools and shuffle them together."""
        self._at_epoch_start = self._generator.get_state()
        offset, drawn = 0, []
        for pool in self.pools:
            drawn.append(offset + pool.draw(self._generator))
            offset += len(pool.labels)
        indices = _joined(drawn)
        if len(self.pools) > 1:
            indices = indices[torch.randperm(len(indices), generator=self._generator)]
        self._indices = indices


def _joined(parts: Sequence[Tensor]) -> Tensor:
    return parts[0] if len(parts) == 1 else torch.cat(list(parts))


@dataclass(frozen=True)
class Mixing:
    """How well labels are mixed in their order.

    alike:     share of neighbours that have the same label
    by_chance: that share in a random order, Σ p²
    """

    alike: float
    by_chance: float

    @property
    def is_good(self) -> bool:
        """True unless neighbours are alike far more often than by chance."""
        return self.alike <= WELL_MIXED * self.by_chance


def mixing_of(labels: Tensor) -> Mixing:
    """Of int64 labels (N,), 0 or greater, N ≥ 1."""
    shares = torch.bincount(labels).double() / len(labels)
    alike = int((labels[1:] == labels[:-1]).sum()) / max(1, len(labels) - 1)
    return Mixing(alike, shares.square().sum().item())
