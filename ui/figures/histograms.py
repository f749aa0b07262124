"""Histograms as HTML, one above the other on the same axes, so that they can be compared."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from mnist_core.inside.batch_norm import Histogram

BLUE, ORANGE = "#4B7BFF", "#EC7A00"
MARK = "#E5484D"
GRID = "rgba(128,138,160,.35)"
HEIGHT_PX = 120
TALL = 4.0
"""A bar more than so many times the next one is cut, and its share written on it."""
SMALL = "font-size:.8rem;font-variant-numeric:tabular-nums"


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
        f'<span style="{SMALL};display:inline-flex;flex-wrap:wrap;gap:2px 12px">{key}</span></div>'
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
            f'white-space:nowrap;{SMALL}">↑ {share * 100:.0f} %</span>'
        )
    return (
        '<span style="flex:1;position:relative;background:'
        f'{colour};height:{height:.2f}%">{label}</span>'
    )


def _line(value: float, dashed: bool, limit: float) -> str:
    """Not drawn where it lies beyond the axis."""
    if abs(value) > limit:
        return ""
    style = "dashed" if dashed else "solid"
    return (
        f'<span style="position:absolute;top:0;bottom:0;left:{_percent(value, limit):.2f}%;'
        f'border-left:2px {style} {MARK}"></span>'
    )


def _key(dashed: bool, words: str) -> str:
    style = "dashed" if dashed else "solid"
    return (
        f'<span style="white-space:nowrap"><span style="display:inline-block;width:1.4em;'
        f'border-top:2px {style} {MARK};vertical-align:middle"></span> {html.escape(words)}</span>'
    )


def _axis(limit: float) -> str:
    ticks = "".join(
        f'<span style="position:absolute;left:{_percent(value, limit):.0f}%;'
        f'transform:translateX({shift}%);white-space:nowrap">{_signed(value)}</span>'
        for value, shift in (
            (-limit, 0), (-limit / 2, -50), (0.0, -50), (limit / 2, -50), (limit, -100),
        )
    )  # fmt: skip
    return f'<div style="position:relative;height:1.5em;{SMALL};opacity:.85">{ticks}</div>'


def _percent(value: float, limit: float) -> float:
    return (value / limit + 1) * 50


def _signed(value: float) -> str:
    return f"{value:g}".replace("-", "−")
