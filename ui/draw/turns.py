"""Final answers come first, one after another: two at once would hand the one interpreter to and
fro, and both take longer than both in turn. The more visitors draw, the fewer live answers each of
them gets, and trainings give way to both.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from mnist_core.training.player import TURNS as TRAININGS

PATIENCE_S = 0.1
"""So long a live answer waits for its turn. It holds up only its own visitor's final one."""
LONGEST_WAIT_S = 1.0
"""So long a final answer waits for others; then it is worked out beside them."""


class Turns:
    """Who computes now, of all visitors of this process."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._one_final = threading.Lock()
        self._finals = 0
        self._is_live = False

    @contextmanager
    def final(self) -> Iterator[None]:
        """While a final answer is worked out, after those that came before it."""
        with self._changed:
            self._finals += 1
        mine = self._one_final.acquire(timeout=LONGEST_WAIT_S)
        try:
            with TRAININGS.press():
                yield
        finally:
            if mine:
                self._one_final.release()
            with self._changed:
                self._finals -= 1
                self._changed.notify_all()

    @contextmanager
    def live(self, patience_s: float = PATIENCE_S) -> Iterator[bool]:
        """True when it is this live answer's turn: there is no final one, and no other live one.

        False when that has not come about in time.
        """
        with self._changed:
            mine = self._changed.wait_for(self._is_free, patience_s)
            self._is_live |= mine
        try:
            with TRAININGS.press() if mine else nullcontext():
                yield mine
        finally:
            if mine:
                with self._changed:
                    self._is_live = False
                    self._changed.notify_all()

    def _is_free(self) -> bool:
        return not self._finals and not self._is_live


turns = Turns()
"""One for the process."""
