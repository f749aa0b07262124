"""How well numbers are read digit by digit, and how rarely a single digit is taken apart."""

import statistics
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import torch

from benchmarks.report import Found, found, limit_row, share_row, table
from mnist_core.models.registry import DEFAULT_MODEL
from mnist_core.pictures.strokes import CANVAS_PX
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

COUNT = 300


@dataclass(frozen=True)
class Kind:
    """Numbers of some digits on a canvas of some pixels, drawn there or uploaded as a picture."""

    length: int
    canvas_px: int = CANVAS_PX
    as_picture: bool = False

    @property
    def place(self) -> str:
        """“280 px”, “280 px, as a picture”."""
        return f"{self.canvas_px} px{', as a picture' if self.as_picture else ''}"


NUMBERS = {
    Kind(2): 0.94,
    Kind(4): 0.88,
    Kind(4, 2 * CANVAS_PX): 0.88,
    Kind(4, as_picture=True): None,
}
"""The least share to be read right."""
MOST_TAKEN_APART_PERCENT = 0.5
LETTERS = "letters"
Cell = tuple[Kind, float, float]
"""Numbers, gap, brush in pixels."""
SAYS = f"""
The judge's digits of one writer side by side on a square canvas, at most 200 px high: a number of
four with a wide gap and a thick brush is about 50 px high on {CANVAS_PX} px, on twice that as high
as one of two. A gap is what is free between the ink of two neighbours, as a share of their height.
Right: read, and right in every digit. Of what is drawn the strokes are known, and each digit of a
number is shown to the network as a thinner pen would have written it; of a picture they are not.
"""


def judge_cell(every: int, cell: Cell) -> NumberVerdicts:
    """The numbers of one length, gap and brush; every: only each n-th."""
    torch.set_num_threads(1)
    kind, gap, brush_px = cell
    return judge_numbers(
        load_reader(DEFAULT_MODEL),
        kind.length,
        gap,
        brush_px,
        count=COUNT // every,
        canvas_px=kind.canvas_px,
        as_picture=kind.as_picture,
    )


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
        (kind, gap, brush_px)
        for kind in NUMBERS
        for gap in NUMBER_GAPS
        for brush_px in NUMBER_BRUSHES_PX
    ]
    with get_context("spawn").Pool(2) as pool:
        verdicts = dict(zip(cells, pool.map(partial(judge_cell, every), cells, 1), strict=True))
        alone = pool.map(partial(judge_alone, every), (*PLACEMENTS, LETTERS), 1)
    rows = []
    for kind, bar in NUMBERS.items():
        by_gap = {
            gap: statistics.mean(verdicts[kind, gap, brush].right for brush in NUMBER_BRUSHES_PX)
            for gap in NUMBER_GAPS
        }
        worst = min(by_gap, key=by_gap.__getitem__)
        what = f"{kind.length} digits on {kind.place}, the worst gap ({worst:.0%})"
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
    columns = ["digits", "canvas", "gap", "each", *(f"{b:g} px" for b in NUMBER_BRUSHES_PX)]
    lines = []
    for kind in NUMBERS:
        for gap in NUMBER_GAPS:
            row = [verdicts[kind, gap, brush] for brush in NUMBER_BRUSHES_PX]
            shares = [f"{one.right:.1%} right, {one.not_sure:.1%} not sure" for one in row]
            cells = [str(kind.length), kind.place, f"{gap:.0%}", str(row[0].count)]
            lines.append([*cells, *shares])
    return table(columns, lines)
