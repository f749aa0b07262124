"""Early stopping: a training ends when digits that it does not train on are read no better."""

import math
from dataclasses import dataclass

from mnist_core.words import spaced


@dataclass(frozen=True)
class Patience:
    """What the looks at held-out digits have shown so far; begins with `Patience()`.

    best:    the lowest loss, infinite before the first look
    best_at: the step of that look; its weights are the ones to keep
    since:   how many looks there were after it
    """

    best: float = math.inf
    best_at: int = 0
    since: int = 0

    def after(self, step: int, loss: float, least_gain: float = 0.0) -> "Patience":
        """After one more look. Only a loss lower by more than `least_gain` counts; NaN never does.

        Source: Goodfellow, Bengio, Courville 2016, “Deep learning”, algorithm 7.1; Prechelt 1998,
        “Early stopping – but when?”.
        """
        if loss < self.best - least_gain:
            return Patience(loss, step, 0)
        return Patience(self.best, self.best_at, self.since + 1)

    def is_over(self, looks: int) -> bool:
        """Whether the last `looks` of them, at least 1, brought nothing better."""
        return self.since >= looks

    def says(self) -> str:
        """Why a training has ended, and with what."""
        return (
            f"Stopped early: {self.since} looks in a row at the held-out digits found no loss "
            f"below {self.best:.4f}. The weights are again those after batch "
            f"{spaced(self.best_at)}."
        )
