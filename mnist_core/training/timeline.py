"""Moments of a run, kept to look back at: bounded in number and in memory."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from mmap import ACCESS_COPY, mmap
from tempfile import TemporaryFile

import torch
from torch import Tensor

MAX_MOMENTS = 40
MAX_BYTES = 16 * 2**20
LEAST_MOMENTS, LEAST_OF_HEAVY, LEAST_OF_MANY = 24, 12, 8
"""Of a network, of one with more than 300 000 numbers, and of each of several that share memory."""
GROWTH = 1.1
"""From one moment to the next, once the first MAX_MOMENTS steps are over."""
MANY_NUMBERS, HEAVY_NUMBERS = 300_000, 100_000
ALIGNED_BYTES = 64


@dataclass(frozen=True)
class Moment:
    """The weights as they were after `step` steps.

    state: the tensors that training changes, by name; weights in float16 where they are many
    """

    step: int
    samples: int
    state: dict[str, Tensor]

    @property
    def size_bytes(self) -> int:
        """Memory that the tensors take."""
        return sum(value.nbytes for value in self.state.values())

    @property
    def numbers(self) -> int:
        """How many there are in all."""
        return sum(value.numel() for value in self.state.values())

    def to_look_at(self) -> "Moment":
        """The same, in half the memory where there are very many numbers: to about 3 digits."""
        if self.numbers <= HEAVY_NUMBERS:
            return self
        lightened = {name: _lightened(value) for name, value in self.state.items()}
        return replace(self, state=copied_apart(lightened))


class Timeline:
    """Moments whose steps grow by the same factor each: most is learnt in the first batches.

    The first one stays for good.
    """

    def __init__(self, max_bytes: int = MAX_BYTES, max_moments: int = MAX_MOMENTS) -> None:
        self.max_bytes, self.max_moments = max_bytes, max_moments
        self.moments: list[Moment] = []

    @property
    def size_bytes(self) -> int:
        """Memory that all moments take."""
        return sum(moment.size_bytes for moment in self.moments)

    def is_due(self, step: int) -> bool:
        """True when a moment belongs to this step: to each of the first, then ever more rarely."""
        if not self.moments:
            return True
        last = self.moments[-1].step
        since = last - self.moments[0].step
        return step > last and (since < self.max_moments or step >= last + since * (GROWTH - 1))

    def add(self, moment: Moment) -> None:
        """Keep one more moment, the latest of all."""
        self.moments.append(moment)
        limit = self.limit_for(moment)
        while len(self.moments) > limit:
            self.thin()

    def limit_for(self, moment: Moment) -> int:
        """How many moments of that size there may be."""
        least = LEAST_MOMENTS if moment.numbers <= MANY_NUMBERS else LEAST_OF_HEAVY
        by_memory = self.max_bytes // max(1, moment.size_bytes)
        return min(self.max_moments, max(least, by_memory))

    def thin(self) -> None:
        """Drop the moment that is missed least: between those whose steps are most alike."""
        first = self.moments[0].step
        steps = [moment.step - first + 1 for moment in self.moments]
        gaps = [math.log(after / before) for before, after in zip(steps, steps[2:], strict=False)]
        del self.moments[1 + gaps.index(min(gaps))]

    def forget_after(self, step: int) -> None:
        """Drop the moments later than `step`, for a run that goes back there."""
        self.moments = [moment for moment in self.moments if moment.step <= step]


def share_memory(timelines: Sequence[Timeline], max_bytes: int) -> None:
    """Thin the largest of `timelines` until all together take at most `max_bytes`.

    Each keeps at least LEAST_OF_MANY, if it has so many.
    """
    while sum(timeline.size_bytes for timeline in timelines) > max_bytes:
        thinnable = [t for t in timelines if len(t.moments) > LEAST_OF_MANY]
        if not thinnable:
            return
        max(thinnable, key=lambda timeline: timeline.size_bytes).thin()


def copied_apart(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Copies in the main memory, in one piece that the system gets back with the last of them.

    On the C library's heap, copies that many runs keep and drop, each at its own time, leave holes.
    """
    memory = mmap(-1, max(1, sum(map(_room_for, tensors.values()))))
    copies = _laid_over(memory, tensors)
    for name, value in tensors.items():
        copies[name].copy_(value.detach())
    return copies


def copied_to_disk(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Copies in a file without a name, which take memory only while they are read.

    For what is hardly ever looked at. Where no file can be written: in the main memory.
    """
    try:
        with TemporaryFile() as file:
            for value in tensors.values():
                numbers = value.detach().cpu().contiguous().flatten().view(torch.uint8).numpy()
                file.write(numbers.tobytes().ljust(_room_for(value), b"\0"))
            file.write(b"\0")
            file.flush()
            return _laid_over(mmap(file.fileno(), 0, access=ACCESS_COPY), tensors)
    except OSError:
        return copied_apart(tensors)


def _room_for(value: Tensor) -> int:
    """Bytes, so that the next tensor begins where the processor likes it."""
    return -(-value.nbytes // ALIGNED_BYTES) * ALIGNED_BYTES


def _laid_over(memory: mmap, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Tensors of the same names, shapes and types, one after another in `memory`."""
    places, offset = {}, 0
    for name, value in tensors.items():
        place = torch.empty(0, dtype=value.dtype)
        if value.numel():
            place = torch.frombuffer(memory, dtype=value.dtype, count=value.numel(), offset=offset)
        places[name] = place.view(value.shape)
        offset += _room_for(value)
    return places


def _lightened(value: Tensor) -> Tensor:
    """Weights in float16; what float16 cannot hold, and the few numbers of a vector, as it is."""
    if value.ndim < 2:
        return value
    half = value.half()
    return half if bool(half.isfinite().all()) else value
