"""The last state of a training from which it can go on, should its weights cease to be numbers."""

from collections.abc import Callable

from torch import Tensor

from mnist_core.training.timeline import copied_to_disk
from mnist_core.training.trainer import Trainer, changing_state

GOOD_EVERY, GOOD_SHARE = 8, 1 / 32
"""Steps between two states that are kept: so many, and this share of those done."""


class LastGood:
    """Keeps the last state with finite weights from which a step led to finite weights again.

    take: all that is needed to go on from now, not copied
    state: a copy of what `take` gave then, on the disk: most runs never need it
    """

    def __init__(self, trainer: Trainer, take: Callable[[], dict[str, Tensor]]) -> None:
        self._trainer, self._take = trainer, take
        self._latest: dict[str, Tensor] = {}
        self._keep()
        self.state = self._latest

    def after_step(self) -> None:
        """Look whether the step led on, and keep the present state where that is due."""
        if self._latest is not self.state and self._is_finite():
            self.state = self._latest
        if self._trainer.step_count >= self._next:
            self._keep()

    def go_back(self) -> None:
        """Let the trainer return to `state`."""
        self._trainer.restore(self.state)
        self._latest, self._next = self.state, self._trainer.step_count

    def _keep(self) -> None:
        done = self._trainer.step_count
        self._next = done + max(GOOD_EVERY, round(done * GOOD_SHARE))
        if self._is_finite():
            self._latest = copied_to_disk(self._take())

    def _is_finite(self) -> bool:
        return is_finite(changing_state(self._trainer.model))


def is_finite(tensors: dict[str, Tensor]) -> bool:
    """True when no number among them is infinite or NaN."""
    return all(bool(value.isfinite().all()) for value in tensors.values())
