"""How often something may be done: a bucket of tokens for each who does it."""

import math
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from mnist_core.errors import TooFast

MOST_BUCKETS = 20_000


@dataclass(frozen=True)
class Pace:
    """per_s: how often in the long run; burst: how often at once after a rest."""

    per_s: float
    burst: int


WRITER_PACE = Pace(1.0, 5)
"""Of handing in, and of voting."""


class Meter:
    """Counts for each key by itself; of many keys those that rested longest are forgotten.

    Source: the token bucket, as in RFC 2698: a bucket of `burst` tokens is filled at `per_s`.
    """

    def __init__(self, pace: Pace, what: str, clock: Callable[[], float] = time.monotonic) -> None:
        """what: completes the sentence “… too often”."""
        self.pace, self.what = pace, what
        self._clock = clock
        self._buckets: dict[Hashable, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def check(self, key: Hashable) -> None:
        """Raises TooFast, with the time to wait, when there is no token left; takes none."""
        with self._lock:
            tokens = self._tokens(key)
        if tokens < 1:
            wait_s = math.ceil((1 - tokens) / self.pace.per_s)
            seconds = "a second" if wait_s == 1 else f"{wait_s} seconds"
            raise TooFast(f"{self.what} too often. Wait {seconds}, and try again.")

    def count(self, key: Hashable) -> None:
        """Take a token, if there is one."""
        with self._lock:
            tokens = max(0.0, self._tokens(key) - 1)
            self._buckets.pop(key, None)
            self._buckets[key] = (tokens, self._clock())
            if len(self._buckets) > MOST_BUCKETS:
                del self._buckets[next(iter(self._buckets))]

    def pass_or_refuse(self, key: Hashable) -> None:
        """Take a token; raises TooFast when there is none."""
        self.check(key)
        self.count(key)

    def _tokens(self, key: Hashable) -> float:
        tokens, at = self._buckets.get(key, (float(self.pace.burst), self._clock()))
        return min(self.pace.burst, tokens + (self._clock() - at) * self.pace.per_s)
