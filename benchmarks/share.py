"""How drawings come back from the links that visitors share."""

import torch

from benchmarks.report import Found, found, limit_row, share_row
from mnist_core.models.registry import DEFAULT_MODEL
from mnist_core.pictures.stroke_text import MAX_CHARS
from mnist_core.reading import load_reader
from mnist_core.shipping.judging import judge_links

COUNT = 500
FURTHEST = 0.02
SAYS = """
The judge's digits in all placements in turn, read as drawn and as a link brings them back. Each is
drawn by `draw_brushed`. The probability is that of the digit that was the likeliest before.
"""


def measure_links(every: int) -> Found:
    """Digits and probabilities before and after; every: only each n-th."""
    torch.set_num_threads(1)
    verdicts = judge_links(load_reader(DEFAULT_MODEL), COUNT // every)
    rows = [
        share_row(f"the same digit ({verdicts.count})", verdicts.same_digit, 1),
        limit_row("largest difference of its probability", verdicts.furthest, "", FURTHEST),
        limit_row("longest text of a drawing", verdicts.longest, " characters", MAX_CHARS),
    ]
    return found(rows, SAYS)
