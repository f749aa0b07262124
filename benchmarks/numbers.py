"""How well numbers are read digit by digit, and how rarely a single digit is taken apart."""

import statistics
from functools import partial
from multiprocessing import get_context

import torch

from benchmarks.report import Found, found, limit_row, share_row, table
from mnist_core.models.registry import DEFAULT_MODEL
from mnist_core.reading import load_reader
from mnist_core.shipping.judging import (
    NUMBER_BRUSHES_PX,
    NUMBER_GAPS,
    PLACEMENTS,
    NumberVerdicts,
    judge_letters_apart,
    judge_numbers,
    judge_taken_apart,
)
from mnist_core.words import in_percent

COUNT = 300
BARS = {2: 0.94, 4: 0.88}
MOST_TAKEN_APART_PERCENT = 0.5
LETTERS = "letters"
Cell = tuple[int, float, float]
SAYS = f"""
The judge's digits of one writer side by side on the canvas of 280 px, at most 200 px high: a
number of four with a wide gap and a thick brush is drawn about 50 px high. A gap is what is free
between the ink of two neighbours, as a share of their height. Right: read, and right in every
digit. {COUNT} numbers in each cell.
"""


def judge_cell(every: int, cell: Cell) -> NumberVerdicts:
    """The numbers of one length, gap and brush; every: only each n-th."""
    torch.set_num_threads(1)
    length, gap, brush_px = cell
    return judge_numbers(load_reader(DEFAULT_MODEL), length, gap, brush_px, COUNT // every)


def judge_alone(every: int, name: str) -> float:
    """The share of single digits in a placement, or of letters, that are read as a number."""
    torch.set_num_threads(1)
    reader = load_reader(DEFAULT_MODEL)
    if name == LETTERS:
        return judge_letters_apart(reader, every)
    return judge_taken_apart(reader, name, every)


def measure_numbers(every: int) -> Found:
    """Twos and fours by gap and brush, and single digits taken apart."""
    cells = [
        (length, gap, brush_px)
        for length in BARS
        for gap in NUMBER_GAPS
        for brush_px in NUMBER_BRUSHES_PX
    ]
    with get_context("spawn").Pool(2) as pool:
        verdicts = dict(zip(cells, pool.map(partial(judge_cell, every), cells, 1), strict=True))
        alone = pool.map(partial(judge_alone, every), (*PLACEMENTS, LETTERS), 1)
    rows = []
    for length, bar in BARS.items():
        by_gap = {
            gap: statistics.mean(verdicts[length, gap, brush].right for brush in NUMBER_BRUSHES_PX)
            for gap in NUMBER_GAPS
        }
        worst = min(by_gap, key=by_gap.__getitem__)
        what = f"numbers of {length} digits, the worst gap ({in_percent(worst)})"
        rows.append(share_row(what, by_gap[worst], bar))
    rows += [
        limit_row(f"digits alone taken apart, {name}", share * 100, " %", MOST_TAKEN_APART_PERCENT)
        for name, share in zip(PLACEMENTS, alone[:-1], strict=True)
    ]
    rows.append(share_row("letters read as a number", alone[-1]))
    summary = found(rows, SAYS)
    return Found(f"{summary.text}\n\n{grid(verdicts)}", summary.holds)


def grid(verdicts: dict[Cell, NumberVerdicts]) -> str:
    """Right and not sure, a line for each length and gap, a column for each brush."""
    columns = ["digits", "gap", *(f"brush {brush:g} px" for brush in NUMBER_BRUSHES_PX)]
    lines = [
        [
            str(length),
            in_percent(gap),
            *(
                f"{in_percent(verdict.right)} right, {in_percent(verdict.not_sure)} not sure"
                for verdict in (verdicts[length, gap, brush] for brush in NUMBER_BRUSHES_PX)
            ),
        ]
        for length in BARS
        for gap in NUMBER_GAPS
    ]
    return table(columns, lines)
