"""Pictures of dropout as HTML: sparse digits, grids of maps, and what many masks answer."""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.words import minus, percent
from ui.shared.figures.colours import FIRST, GREY, OUTLINE, SECOND, TABULAR, TRACK
from ui.shared.figures.html import Values, bar, bar_chart, figure, grid
from ui.shared.figures.pixel_maps import Look, grey_map, number_map, signed_map
from ui.shared.figures.svg import letters, line, svg
from ui.shared.figures.tiles import legend

EVALUATION, WITH_MASKS = FIRST, SECOND
TOP = 40
GONE = f"outline:2px dashed {GREY};outline-offset:-2px"
CELL = f"border-bottom:1px solid {TRACK};padding:.25rem .8rem;text-align:right"


@dataclass(frozen=True)
class Sparse:
    """A digit at one rate. read, probability: what a network makes of it."""

    rate: float
    kept: float
    values_01: Values
    read: int
    probability: float


def sparse_row(digits: Sequence[Sparse]) -> str:
    """Digits side by side, five to a row on a phone; below each its rate and what is read."""
    cells = "".join(
        figure(
            grey_map(d.values_01, _sparse_look(d)),
            f"<b>p = {d.rate:.1f}</b><br>kept {d.kept * 100:.0f} %<br>"
            f"reads {d.read}<br>{percent(d.probability)}",
        )
        for d in digits
    )
    return grid(cells, "repeat(auto-fit,minmax(62px,1fr))", "8px 6px")


def _sparse_look(digit: Sparse) -> Look:
    return Look(f"the digit with {digit.kept * 100:.0f} % of its pixels kept", width_px=120)


def map_grid(maps: Values, limit: float, alt: str, gone: Sequence[int] = ()) -> str:
    """Maps (n, h, w) in rows of eight, on the scale ±limit; those in `gone` get a dashed frame."""
    cells = "".join(
        f'<div style="{GONE if index in gone else ""}">'
        f"{signed_map(values, limit, Look('', width_px=60))}</div>"
        for index, values in enumerate(maps)
    )
    return (
        f'<div role="img" aria-label="{html.escape(alt)}" style="display:grid;width:350px;'
        f'max-width:100%;grid-template-columns:repeat(8,minmax(0,1fr));gap:3px">{cells}</div>'
    )


def numbers(values: Values, limit: float, alt: str, width_px: int = 168) -> str:
    """A small map with its numbers, on the scale ±limit."""
    return number_map(values, limit, Look(alt, width_px=width_px), decimals=1)


def answers(evaluation: NDArray[np.float64], counts: NDArray[np.int64]) -> str:
    """For each digit its probability in evaluation mode above how many masks read it."""
    masks = int(counts.sum())
    rows = "".join(
        f'<b style="grid-row:span 2;align-self:center">{k}</b>'
        f"{_bar(float(evaluation[k]), EVALUATION, percent(float(evaluation[k])), 3)}"
        f"{_bar(counts[k] / masks, WITH_MASKS, f'{counts[k]} of {masks}', 0)}"
        for k in range(10)
    )
    said = "; ".join(
        f"{k}: {percent(float(evaluation[k])) or '0 %'} and {counts[k]} of {masks}"
        for k in range(10)
    )
    label = f"For each digit its probability in evaluation mode, and how many masks read it. {said}"
    columns, style = "1.2em 1fr 5.6em", "gap:1px 8px;font-size:.85rem"
    names = legend({"evaluation mode": EVALUATION, f"{masks} masks": WITH_MASKS})
    return names + bar_chart(label, rows, columns, style, "mask-answers")


def _bar(share: float, colour: str, text: str, above_px: int) -> str:
    return (
        f"{bar(share, colour, f'height:.7em;margin-top:{above_px}px')}"
        f'<span style="text-align:right;line-height:1.1;min-height:1.1em;margin-top:{above_px}px">'
        f"{text}</span>"
    )


def probability_histogram(
    counts: NDArray[np.int64], evaluation: float, mean: float, digit: int
) -> str:
    """Bars over [0, 1]: how many masks give the digit such a probability; two marked values."""
    width, height, floor = 400, 190, 165
    step = width / len(counts)
    heights = counts / max(int(counts.max()), 1) * 130
    bars = "".join(
        f'<rect x="{i * step + 1:.1f}" y="{floor - tall:.1f}" width="{step - 2:.1f}" '
        f'height="{tall:.1f}" fill="{WITH_MASKS}"/>'
        f"{letters(str(counts[i]), ((i + 0.5) * step, floor - tall - 5), 12)}"
        for i, tall in enumerate(heights.tolist())
        if counts[i]
    )
    ticks = "".join(
        letters(f"{share * 100:.0f} %", (share * width, floor + 17), 13, anchor)
        for share, anchor in ((0, "start"), (0.25, "middle"), (0.5, "middle"),
                              (0.75, "middle"), (1, "end"))
    )  # fmt: skip
    alt = (
        f"How many masks give the {digit} which probability; their mean is {mean:.1%}, "
        f"evaluation mode says {evaluation:.1%}"
    )
    lines = (
        line((0, floor), (width, floor), OUTLINE),
        line((evaluation * width, TOP), (evaluation * width, floor), EVALUATION, 2.5),
        line((mean * width, TOP), (mean * width, floor), "currentColor", 2.5, "5 4"),
    )
    return svg(
        alt,
        f"-2 -6 {width + 4} {height}",
        f"{bars}{''.join(lines)}{ticks}",
        "width:100%;max-width:520px;overflow:visible",
    )


@dataclass(frozen=True)
class Misread:
    """Shares misread at one rate of dropout, each with its standard error."""

    rate: float
    own: tuple[float, float]
    test: tuple[float, float]


def misread_bars(found: Sequence[Misread]) -> str:
    """For each rate, how many of the training and of the test digits are misread; one scale."""
    longest = max(share for one in found for share, _ in (one.own, one.test)) or 1.0
    rows = "".join(
        f'<b style="grid-row:span 2;align-self:center">p = {one.rate:g}</b>'
        f"{_bar(one.own[0] / longest, GREY, _with_error(one.own), 3)}"
        f"{_bar(one.test[0] / longest, FIRST, _with_error(one.test), 0)}"
        for one in found
    )
    said = "; ".join(
        f"p = {one.rate:g}: {_with_error(one.own)} of its training digits, "
        f"{_with_error(one.test)} of the test digits"
        for one in found
    )
    names = legend({"its training digits misread": GREY, "test digits misread": FIRST})
    columns, style = "4.2em 1fr 7em", "gap:2px 10px;font-size:.9rem;max-width:620px"
    return names + bar_chart(f"Share misread. {said}", rows, columns, style, "misread")


def _with_error(share: tuple[float, float]) -> str:
    return f"{share[0] * 100:.2f} ± {share[1] * 100:.2f} %"


@dataclass(frozen=True)
class Sums:
    """A sum under one convention: measured in training with its error (NaN for one mask), exact."""

    mean: float
    standard_error: float
    exact: float


def sums_table(rows: dict[str, Sums]) -> str:
    """Measured beside exact, one row for each convention."""
    cells = "".join(
        f'<tr><th style="{CELL};text-align:left">{html.escape(name)}</th>'
        f'<td style="{CELL}">{_signed(sums.mean)}{_error(sums.standard_error)}</td>'
        f'<td style="{CELL}">{_signed(sums.exact)}</td></tr>'
        for name, sums in rows.items()
    )
    return (
        f'<table style="border-collapse:collapse;{TABULAR}">'
        f'<tr><th style="{CELL}"></th><th style="{CELL}">z in training, mean ± its error</th>'
        f'<th style="{CELL}">expectation = z in eval mode</th></tr>{cells}</table>'
    )


def _error(standard_error: float) -> str:
    return f" ± {standard_error:.2f}" if math.isfinite(standard_error) else ""


def _signed(value: float) -> str:
    return minus(f"{value:.2f}")
