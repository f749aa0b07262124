"""Which digit a writer is asked for next."""

import random
from collections import Counter
from collections.abc import Sequence

GOAL = 20
EACH = GOAL // 10


def next_asked(writer: int, handed_in: Sequence[int], skipped: int = 0) -> int:
    """A digit from 0 to 9, for each writer in an order of its own: each EACH times up to GOAL.

    What has been handed in is counted, in whatever order it came, so that a phone that loads the
    page again goes on where it was; after GOAL it begins anew.
    skipped: how many digits the writer has put off; those come back later
    """
    rounds, had = 0, Counter(handed_in)
    while True:
        open_ones = list((Counter(_round(writer, rounds)) - had).elements())
        if open_ones:
            in_order = [d for d in _round(writer, rounds) if d in open_ones]
            return in_order[skipped % len(in_order)]
        had -= Counter(_round(writer, rounds))
        rounds += 1


def _round(writer: int, number: int) -> list[int]:
    digits = [digit for digit in range(10) for _ in range(EACH)]
    random.Random(f"{writer} {number}").shuffle(digits)
    return digits
