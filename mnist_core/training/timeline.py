"""Moments of a run, kept to look back at: bounded in number and in memory."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

MAX_MOMENTS = 40
MAX_BYTES = 32 * 2**20
LEAST_MOMENTS = 4
FIRST_SPACING = 8


@dataclass(frozen=True)
class Moment:
    """The weights as they were after `step` steps.

    state: the tensors that training changes, by name
    """

    step: int
    samples: int
    state: dict[str, Tensor]

    @property
    def size_bytes(self) -> int:
        """Memory that the tensors take."""
        return sum(value.nbytes for value in self.state.values())


class Timeline:
    """Moments at equal spacing. When there are too many, every second goes, and they come rarer.

    The first one stays for good.
    """

    def __init__(self, max_bytes: int = MAX_BYTES, max_moments: int = MAX_MOMENTS) -> None:
        self.max_bytes, self.max_moments = max_bytes, max_moments
        self.moments: list[Moment] = []
        self.spacing = FIRST_SPACING

    @property
    def size_bytes(self) -> int:
        """Memory that all moments take."""
        return sum(moment.size_bytes for moment in self.moments)

    def is_due(self, step: int) -> bool:
        """True when a moment belongs to this step: at the first one, and then at equal spacing."""
        return not self.moments or (step % self.spacing == 0 and step > self.moments[-1].step)

    def add(self, moment: Moment) -> None:
        """Keep one more moment, the latest of all."""
        self.moments.append(moment)
        limit = self.limit_for(moment.size_bytes)
        while len(self.moments) > limit:
            self.thin()

    def limit_for(self, moment_bytes: int) -> int:
        """How many moments of that size there may be."""
        by_memory = self.max_bytes // max(1, moment_bytes)
        return max(LEAST_MOMENTS, min(self.max_moments, by_memory))

    def thin(self) -> None:
        """Drop every second moment but the first."""
        self.spacing *= 2
        kept = [m for m in self.moments[1:] if m.step % self.spacing == 0]
        self.moments = self.moments[:1] + kept

    def forget_after(self, step: int) -> None:
        """Drop the moments later than `step`, for a run that goes back there."""
        self.moments = [moment for moment in self.moments if moment.step <= step]


def share_memory(timelines: Sequence[Timeline], max_bytes: int) -> None:
    """Thin the largest of `timelines` until all together take at most `max_bytes`.

    Each keeps at least LEAST_MOMENTS, if it has so many.
    """
    while sum(timeline.size_bytes for timeline in timelines) > max_bytes:
        thinnable = [t for t in timelines if len(t.moments) > LEAST_MOMENTS]
        if not thinnable:
            return
        max(thinnable, key=lambda timeline: timeline.size_bytes).thin()
