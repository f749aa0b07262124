"""Pictures of the lesson on batch normalisation: one digit in three companies, running averages."""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from mnist_core.inside.batch_norm import Company, Histogram
from mnist_core.layers.batch_norm import batch_statistics
from mnist_core.words import minus
from ui.shared.figures.colours import (
    FIRST,
    GREY,
    GRID,
    OUTLINE,
    SECOND,
    TABULAR,
)
from ui.shared.figures.html import equal_columns, grid, upright_bar
from ui.shared.figures.pixel_maps import Look, signed_map
from ui.shared.figures.svg import letters, line, svg
from ui.shared.figures.tiles import scale_bar, scale_limit

BATCH, RUNNING, TRUTH = GREY, SECOND, FIRST
WIDTH, HEIGHT = 400, 170
LEFT, RIGHT, TOP, BOTTOM = 46, 8, 8, 20
BEFORE, AFTER = FIRST, SECOND
LETTERS = 11
HEIGHT_PX = 120
TALL = 4.0
"""A bar more than so many times the next one is cut, and its share written on it."""
TINY = f"font-size:.8rem;{TABULAR}"


def company_maps(company: Company, titles: tuple[str, str, str]) -> str:
    """The first picture's map among others, alone, and in evaluation, on one scale."""
    maps = [
        each.numpy()
        for each in (company.in_batch, company.alone, company.in_evaluation)
        if each is not None
    ]
    limit = scale_limit(np.stack(maps))
    figures = "".join(
        f'<div style="font-size:.85rem"><div style="min-height:2.6em;display:flex;'
        f'align-items:flex-end">{html.escape(title)}</div>'
        f"{signed_map(values, limit, Look(title, width_px=200))}</div>"
        for values, title in zip(maps, titles, strict=True)
    )
    side_by_side = grid(figures, equal_columns(3, "200px"), "12px")
    return side_by_side + scale_bar(limit, "one scale for all three")


@dataclass(frozen=True)
class _Plane:
    """From steps 0 … count and values low … high to places in the picture."""

    count: int
    low: float
    high: float

    def x(self, step: float) -> float:
        return LEFT + step / self.count * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        share = (self.high - value) / (self.high - self.low)
        return TOP + share * (HEIGHT - TOP - BOTTOM)


def running_chart(
    title: str, batches: Sequence[float], running: Sequence[float], truth: float
) -> str:
    """Batch statistics as dots, the running average as a line, the truth as a dashed line.

    batches: one for each batch; running: one more, for it begins before the first batch
    """
    plane = _plane_around([*batches, *running, truth], len(batches))
    said = f"{title}: the running average ends at {running[-1]:.3f}, all pictures have {truth:.3f}"
    points = " ".join(f"{plane.x(k):.1f},{plane.y(value):.1f}" for k, value in enumerate(running))
    dots = "".join(
        f'<circle cx="{plane.x(k):.1f}" cy="{plane.y(value):.1f}" r="2.6" fill="{BATCH}"/>'
        for k, value in enumerate(batches, start=1)
    )
    height = plane.y(truth)
    parts = (
        f"{_frame(plane)}{dots}"
        f"{line((LEFT, height), (WIDTH - RIGHT, height), TRUTH, 1.8, '6 4')}"
        f'<polyline points="{points}" fill="none" stroke="{RUNNING}" stroke-width="2.4"/>'
    )
    return svg(said, f"0 0 {WIDTH} {HEIGHT}", parts, f"width:{WIDTH}px;max-width:100%")


def running_key() -> str:
    """What the dots and lines of `running_chart` are."""
    entries = (
        (f"width:.6em;height:.6em;border-radius:50%;background:{BATCH}", "one batch"),
        (f"width:1.6em;border-top:3px solid {RUNNING}", "running average"),
        (f"width:1.6em;border-top:2px dashed {TRUTH}", "all pictures together"),
    )
    spans = "".join(
        f'<span style="white-space:nowrap"><span style="display:inline-block;{style};'
        f'vertical-align:middle"></span> {words}</span>'
        for style, words in entries
    )
    return f'<div style="font-size:.85rem;display:flex;flex-wrap:wrap;gap:4px 16px">{spans}</div>'


def _plane_around(values: Sequence[float], count: int) -> _Plane:
    low, high = min(values), max(values)
    margin = (high - low or 1.0) * 0.06
    return _Plane(count, low - margin, high + margin)


def _frame(plane: _Plane) -> str:
    """The axes with a few numbers, with so many decimals that they differ."""
    decimals = max(1, 2 - math.floor(math.log10(plane.high - plane.low)))
    bottom = HEIGHT - BOTTOM
    steps = (0, plane.count // 2, plane.count)
    labels = "".join(
        letters(str(step), (plane.x(step), bottom + 14), LETTERS, anchor)
        for step, anchor in zip(steps, ("start", "middle", "end"), strict=True)
    )
    values = "".join(
        letters(minus(f"{v:.{decimals}f}"), (LEFT - 5, plane.y(v) + 4), LETTERS, "end")
        for v in np.linspace(plane.low, plane.high, 5)[1:-1]
    )
    return (
        f'<path d="M{LEFT} {TOP}V{bottom}H{WIDTH - RIGHT}" fill="none" stroke="{OUTLINE}"/>'
        f"{labels}{values}"
    )


def plain(value: float) -> str:
    """Three decimals; never “-0.000”."""
    return minus(f"{value:z.3f}")


def mean_line(values: Tensor) -> tuple[float, bool, str]:
    """For a histogram of these values."""
    mean = float(batch_statistics(values).mean)
    return mean, False, f"mean {plain(mean)}"


@dataclass(frozen=True)
class Shown:
    """A histogram and how it stands in the page.

    lines: (value, dashed, words) marked on the axis
    """

    histogram: Histogram
    title: str
    colour: str
    lines: Sequence[tuple[float, bool, str]] = ()


def stacked_histograms(shown: Sequence[Shown]) -> str:
    """All on one scale of values (which they must share) and one scale of shares."""
    top = _top(shown)
    return "".join(_histogram(each, top) for each in shown) + _axis(shown[0].histogram.limit)


def _top(shown: Sequence[Shown]) -> float:
    """The share that a full bar stands for."""
    tops = []
    for each in shown:
        *_, second, first = sorted(each.histogram.shares)
        tops.append(TALL * second if second > 0 and first > TALL * second else first)
    return max(tops)


def _histogram(shown: Shown, top: float) -> str:
    limit, shares = shown.histogram.limit, shown.histogram.shares
    bars = "".join(_bar(share, top, shown.colour) for share in shares)
    lines = "".join(_line(value, dashed, limit) for value, dashed, _ in shown.lines)
    key = "".join(_key(dashed, words) for _, dashed, words in shown.lines)
    said = ", ".join(words for *_, words in shown.lines)
    return (
        f'<div style="font-size:.9rem;margin-top:.6rem"><b>{html.escape(shown.title)}</b> '
        f'<span style="{TINY};display:inline-flex;flex-wrap:wrap;gap:2px 12px">{key}</span></div>'
        f'<div role="img" aria-label="Histogram: {html.escape(shown.title)}. {html.escape(said)}" '
        f'style="position:relative;height:{HEIGHT_PX}px;display:flex;align-items:flex-end;gap:1px;'
        f'border-bottom:1px solid {GRID};margin-top:1rem">{bars}{lines}</div>'
    )


def _bar(share: float, top: float, colour: str) -> str:
    height = min(share / top, 1) * 100
    label = ""
    if share > top:
        label = (
            f'<span style="position:absolute;bottom:100%;left:50%;transform:translateX(-50%);'
            f'white-space:nowrap;{TINY}">↑ {share * 100:.0f} %</span>'
        )
    return upright_bar(height, colour, "position:relative", label)


def _line(value: float, dashed: bool, limit: float) -> str:
    """Not drawn where it lies beyond the axis."""
    if abs(value) > limit:
        return ""
    style = "dashed" if dashed else "solid"
    return (
        f'<span style="position:absolute;top:0;bottom:0;left:{_percent(value, limit):.2f}%;'
        f'border-left:2px {style} currentColor"></span>'
    )


def _key(dashed: bool, words: str) -> str:
    style = "dashed" if dashed else "solid"
    return (
        f'<span style="white-space:nowrap"><span style="display:inline-block;width:1.4em;'
        f'border-top:2px {style} currentColor;vertical-align:middle"></span> '
        f"{html.escape(words)}</span>"
    )


def _axis(limit: float) -> str:
    ticks = "".join(
        f'<span style="position:absolute;left:{_percent(value, limit):.0f}%;'
        f'transform:translateX({shift}%);white-space:nowrap">{_signed(value)}</span>'
        for value, shift in (
            (-limit, 0), (-limit / 2, -50), (0.0, -50), (limit / 2, -50), (limit, -100),
        )
    )  # fmt: skip
    return f'<div style="position:relative;height:1.5em;{TINY};opacity:.85">{ticks}</div>'


def _percent(value: float, limit: float) -> float:
    return (value / limit + 1) * 50


def _signed(value: float) -> str:
    return minus(f"{value:g}")
