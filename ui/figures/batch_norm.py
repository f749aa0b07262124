"""Pictures of the lesson on batch normalisation: one digit in three companies, running averages."""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mnist_core.inside.batch_norm import Company
from ui.figures.marked import FRAME, Look, signed_map
from ui.figures.tiles import scale_bar, scale_limit

BATCH, RUNNING, TRUTH = "#8A93A8", "#EC7A00", "#4B7BFF"
WIDTH, HEIGHT = 400, 170
LEFT, RIGHT, TOP, BOTTOM = 46, 8, 8, 20


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
    return (
        '<div style="display:grid;grid-template-columns:repeat(3,minmax(0,200px));gap:12px">'
        f"{figures}</div>{scale_bar(limit, 'one scale for all three')}"
    )


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
    return (
        f'<svg role="img" aria-label="{html.escape(said)}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'style="width:{WIDTH}px;max-width:100%;display:block;font-size:11px">'
        f"{_frame(plane)}{dots}"
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{plane.y(truth):.1f}" '
        f'y2="{plane.y(truth):.1f}" stroke="{TRUTH}" stroke-width="1.8" stroke-dasharray="6 4"/>'
        f'<polyline points="{points}" fill="none" stroke="{RUNNING}" stroke-width="2.4"/></svg>'
    )


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
        f'<text x="{plane.x(step):.1f}" y="{bottom + 14}" fill="currentColor" '
        f'text-anchor="{anchor}">{step}</text>'
        for step, anchor in zip(steps, ("start", "middle", "end"), strict=True)
    )
    values = "".join(
        f'<text x="{LEFT - 5}" y="{plane.y(value) + 4:.1f}" fill="currentColor" '
        f'text-anchor="end">{f"{value:.{decimals}f}".replace("-", "−")}</text>'
        for value in np.linspace(plane.low, plane.high, 5)[1:-1]
    )
    return (
        f'<path d="M{LEFT} {TOP}V{bottom}H{WIDTH - RIGHT}" fill="none" stroke="{FRAME}"/>'
        f"{labels}{values}"
    )
