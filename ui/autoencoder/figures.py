"""The terms of an autoencoder's loss, and the noise in one latent number, as HTML.

Nothing here takes text from a visitor. Heights and widths are shares of what is given.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mnist_core.words import minus
from ui.shared.figures.colours import (
    CHOSEN,
    FIRST,
    FRAME,
    GREY,
    SECOND,
    SMALL,
    TABULAR,
    TRACK,
)
from ui.shared.figures.html import Values, figure, picture, upright_bar
from ui.shared.figures.svg import letters, line, svg
from ui.shared.figures.tiles import legend

SIDE_PX = 140


def redrawn(digit: Values, drawn: Values) -> str:
    """A digit, the 20 numbers that are left of it, and what is drawn from them."""
    first = picture(digit, "Your digit", SIDE_PX)
    last = picture(drawn, "Your digit, drawn again from one draw of z", SIDE_PX)
    box = f"border:{FRAME};border-radius:6px;padding:.4rem .6rem;font-weight:600;{TABULAR}"
    cells = (
        figure(first, "784 pixels"),
        figure(f'<div style="{box}">20</div>', "numbers z"),
        figure(last, "drawn again"),
    )
    row = '<span aria-hidden="true" style="font-size:1.4rem">→</span>'.join(cells)
    return f'<div style="display:flex;align-items:center;gap:clamp(6px,2vw,20px)">{row}</div>'


def stacked_bars(rows: Sequence[tuple[str, float, float]]) -> str:
    """Bars of two terms in nats: (name, reconstruction, KL) each, all on one scale."""
    longest = max(reconstruction + kl for _, reconstruction, kl in rows)
    bars = "".join(_stacked(*row, longest) for row in rows)
    return f"{legend({'reconstruction, at one draw of z': FIRST, 'KL': SECOND})}<div>{bars}</div>"


def _stacked(name: str, reconstruction: float, kl: float, longest: float) -> str:
    parts = "".join(
        f'<span style="width:{value / longest * 100:.2f}%;background:{colour};height:1.3em"></span>'
        for value, colour in ((reconstruction, FIRST), (kl, SECOND))
    )
    sums = f"{reconstruction:.1f} + {kl:.1f} = {reconstruction + kl:.1f} nats"
    return (
        f'<div role="img" aria-label="{html.escape(name)}: reconstruction + KL = {sums}" '
        f'style="max-width:640px;margin-bottom:.6rem;{TABULAR}">'
        f'<div style="{SMALL};display:flex;flex-wrap:wrap;justify-content:space-between;'
        f'gap:0 12px"><b>{html.escape(name)}</b><span>{sums}</span></div>'
        f'<div style="display:flex;background:{TRACK};border-radius:4px;overflow:hidden">{parts}'
        "</div></div>"
    )


def paired_columns(names: Sequence[str], values: Values, usual: Values, of: str) -> str:
    """For each name two upright bars side by side: of this digit, and of the mean test digit."""
    tallest = float(max(values.max(), usual.max())) or 1.0
    columns = "".join(
        f'<div style="flex:1;min-width:0;text-align:center">'
        f'<div style="display:flex;align-items:flex-end;gap:1px;height:90px;'
        f'border-bottom:{FRAME}">'
        f"{upright_bar(value / tallest * 100, SECOND)}"
        f"{upright_bar(mean / tallest * 100, GREY)}</div>"
        f'<span style="font-size:.7rem;{TABULAR}">{html.escape(name)}</span></div>'
        for name, value, mean in zip(names, values.tolist(), usual.tolist(), strict=True)
    )
    said = ", ".join(
        f"{name}: {value:.1f}" for name, value in zip(names, values.tolist(), strict=True)
    )
    return (
        f"{legend({of: SECOND, 'mean of the test digits': GREY})}"
        f'<div role="img" aria-label="KL of each latent number in nats. {said}" '
        f'class="kl-columns" style="display:flex;gap:3px;max-width:640px">{columns}</div>'
        f'<div style="{SMALL};opacity:.8">tallest bar: {tallest:.1f} nats</div>'
    )


@dataclass(frozen=True)
class Bells:
    """What `bells` draws. reach: of the axis; curves: places and densities, (n,) each."""

    reach: float
    prior: tuple[Values, Values]
    code: tuple[Values, Values]
    mean: float
    value: float


WIDTH, HEIGHT, FLOOR, TOP = 400, 200, 158, 12


def bells(drawn: Bells) -> str:
    """N(0, 1) and q(z_j|x) on one axis, and the way from μ to z on that axis."""
    tallest = float(max(drawn.prior[1].max(), drawn.code[1].max()))
    prior = _curve(drawn.prior, drawn.reach, tallest)
    code = _curve(drawn.code, drawn.reach, tallest)
    mean, value = _across(drawn.mean, drawn.reach), _across(drawn.value, drawn.reach)
    alt = (
        f"The curves of N(0, 1) and of q(z|x), whose mean is {drawn.mean:.2f}; "
        f"z is marked at {drawn.value:.2f}"
    )
    z = letters("z", (value, FLOOR + 35), 13, colour=CHOSEN)
    parts = (
        f'<path d="{prior}" fill="none" stroke="{GREY}" stroke-width="2" '
        f'stroke-dasharray="6 4"/><path d="{code}" fill="{SECOND}" fill-opacity=".18" '
        f'stroke="{SECOND}" stroke-width="2"/>{_axis(drawn.reach)}'
        f"{line((mean, TOP), (mean, FLOOR), SECOND, dash='2 3')}"
        f"{line((mean, FLOOR), (value, FLOOR), CHOSEN, 4)}"
        f'<circle cx="{value:.1f}" cy="{FLOOR}" r="5" fill="{CHOSEN}"/>'
        f"{letters('μ', (mean, FLOOR + 35), 13)}"
        f"{z if abs(value - mean) > 14 else ''}"
    )
    style = "width:100%;max-width:560px;overflow:hidden"
    return svg(alt, f"0 0 {WIDTH} {HEIGHT}", parts, style)


def _across(value: float, reach: float) -> float:
    return (value / reach + 1) / 2 * WIDTH


def _curve(curve: tuple[Values, Values], reach: float, tallest: float) -> str:
    """The path of a curve."""
    places, densities = curve
    across = (places / reach + 1) / 2 * WIDTH
    up = FLOOR - densities / tallest * (FLOOR - TOP)
    points = " L".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, up, strict=True))
    return f"M{points}"


def _axis(reach: float) -> str:
    ticks = np.arange(-int(reach) + 1, int(reach))
    step = next(step for step in (1, 2, 5, 10, 50, 1000) if len(ticks) / step <= 9)
    labels = "".join(
        letters(minus(f"{tick}"), (_across(float(tick), reach), FLOOR + 16), 13)
        for tick in ticks
        if tick % step == 0
    )
    return (
        f'<line x1="0" x2="{WIDTH}" y1="{FLOOR}" y2="{FLOOR}" stroke="currentColor" '
        f'stroke-opacity=".5"/>{labels}'
    )
