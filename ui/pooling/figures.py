"""Pictures of the pooling lesson: the window on the digit, what it sees, how much changed.

Light is ink, as on the canvas; the padding is hatched, for it is not paper. Nothing here takes
text from a visitor.
"""

import html
import math
from collections.abc import Sequence

import numpy as np

from mnist_core.inside.shifts import Stage
from mnist_core.layers.pooling import Window
from mnist_core.pictures.image_files import encode_png
from ui.shared.figures.colours import (
    CHOSEN,
    DARK_INK,
    FIRST,
    GREY,
    LIGHT_INK,
    OUTLINE,
    SECOND,
    SMALL,
    TABULAR,
)
from ui.shared.figures.html import Values, bar, bar_chart, equal_columns, grid
from ui.shared.figures.pixel_maps import Look, Mark, captioned, grey_map, signed_map
from ui.shared.figures.svg import pixels, svg
from ui.shared.figures.tiles import scale_bar, scale_limit

SHOWN_NUMBERS = 9
MOST = 1.5
"""Where a bar ends: 150 %. Two pictures of equal strength that share no ink differ by 141 %."""
WIDTH_PX = 250
FOUR = "repeat(auto-fit,minmax(min(150px,46%),1fr))"
"""Columns: four maps in a row on a desktop, two on a phone."""
BEFORE_POOLING, POOLED, ELSEWHERE = GREY, FIRST, SECOND


def window_and_maps(
    picture: Values, border: int, window: Window, maps: dict[str, Values], cell: tuple[int, int]
) -> str:
    """The window on the picture, what it sees, and the pooled maps with the cell that it makes.

    picture: (H, W) in [0, 1], shown with `border` cells of padding round it
    maps:    by the name of the pooling; a click on one reports that name
    cell:    row and column in the maps
    """
    height, width = next(iter(maps.values())).shape
    rows, columns = (f"{min(at)} to {max(at)}" for at in (window.rows, window.columns))
    digit = f"<div>{_window_on(picture, window, border)}</div>"
    pooled = "".join(_pooled_map(name, values, cell) for name, values in maps.items())
    return (
        f"{grid(digit + pooled, FOUR, '8px 12px', 'max-width:1040px')}"
        f'<div style="{SMALL};margin-top:.5rem">The window stands on rows {rows}, columns '
        f"{columns}. What comes out, {height} × {width}: row {cell[0]}, column {cell[1]} is "
        "marked. Click on a cell to go there.</div>"
    )


def window_in_numbers(window: Window) -> str:
    """What the window sees, and the three results written out."""
    return captioned(
        [(_numbers(window), "What the window sees"), (_computed(window), "What it makes of it")]
    )


def _pooled_map(name: str, values: Values, cell: tuple[int, int]) -> str:
    look = Look(f"the digit after {name} pooling", [Mark(*cell)], 250, name)
    return (
        f'<div style="{SMALL};{TABULAR}">{grey_map(values, look)}'
        f"<b>{name}</b> {values[cell]:.2f}</div>"
    )


def _window_on(picture: Values, window: Window, border: int) -> str:
    height, width = picture.shape
    box = f"{-border} {-border} {width + 2 * border} {height + 2 * border}"
    hatched = (
        '<defs><pattern id="padding" width="1" height="1" patternUnits="userSpaceOnUse">'
        f'<path d="M0 1 1 0" stroke="{OUTLINE}" stroke-width=".12"/></pattern></defs>'
        f'<rect x="{-border}" y="{-border}" width="{width + 2 * border}" '
        f'height="{height + 2 * border}" fill="url(#padding)"/>'
    )
    digit = pixels(encode_png(picture), width, height)
    parts = f"{hatched}{digit}{_extent(window)}{_cells(window)}"
    return svg("the digit with the window framed", box, parts, f"width:{WIDTH_PX}px;max-width:100%")


def _numbers(window: Window) -> str:
    """What the window sees, cell by cell; padding is hatched and has no number."""
    values = window.values.numpy()
    cells = "".join(_number_cell(float(value)) for value in values.flat)
    columns = f"repeat({values.shape[1]}, minmax(0, 2.6rem))"
    return (
        f'<div role="img" aria-label="{values.shape[0]} by {values.shape[1]} numbers in the window"'
        f' style="display:grid;grid-template-columns:{columns};gap:2px;{TABULAR}">{cells}</div>'
    )


def _computed(window: Window) -> str:
    """The three results written out; of many numbers only the first."""
    some = window.inside[:SHOWN_NUMBERS]
    left_out = len(window.inside) - len(some)
    more = [f"… {left_out} more"] if left_out else []
    listed = ", ".join([f"{value:.2f}" for value in some] + more)
    total = " + ".join([f"{value:.2f}" for value in some] + more)
    rows = (
        ("max", f"max({listed})", window.largest),
        ("min", f"min({listed})", window.smallest),
        ("mean", f"({total}) / {window.cells}", window.mean),
    )
    lines = "".join(
        f'<div style="margin-top:.35rem"><b>{name}</b> = {sum_} = '
        f'<b style="color:{CHOSEN}">{result:.2f}</b></div>'
        for name, sum_, result in rows
    )
    return f'<div style="font-size:.9rem;line-height:1.45;{TABULAR}">{lines}</div>'


def shift_maps(stages: Sequence[Stage], channel: int) -> str:
    """One row for each stage: as it was, moved, and the difference, all on the row's own scale."""
    rows = "".join(_before_after_difference(stage, channel) for stage in stages)
    heads = "".join(
        f'<div style="font-size:.85rem;font-weight:600">{head}</div>'
        for head in ("Before", "Moved", "Difference")
    )
    return grid(heads + rows, equal_columns(3, "150px"), "6px 10px")


def change_bars(stages: Sequence[Stage], typical: Sequence[Stage]) -> str:
    """How much each stage changes: a bar for this digit, a tick for the mean of others."""
    rows = "".join(
        _bar(stage.title, stage.change, usual.change)
        for stage, usual in zip(stages, typical, strict=True)
    )
    said = ", ".join(f"{stage.title}: {_in_percent(stage.change)}" for stage in stages)
    label = f"Change by the shift. {said}"
    return bar_chart(label, rows, "max-content 1fr 4em", "gap:5px 8px;font-size:.85rem")


def _in_percent(share: float) -> str:
    return f"{share * 100:.1f} %" if math.isfinite(share) else "was 0"


def _bar(title: str, change: float, usual: float) -> str:
    colour = POOLED if "pooling" in title else BEFORE_POOLING
    if "probabilities" in title:
        colour = ELSEWHERE
    width, tick = (min(np.nan_to_num(value) / MOST, 1) for value in (change, usual))
    mark = (
        f'<span style="position:absolute;top:-2px;bottom:-2px;left:calc({tick * 100:.2f}% - 1px);'
        'width:2px;background:currentColor"></span>'
    )
    return (
        f"<span>{html.escape(title)}</span>"
        f"{bar(width, colour, 'position:relative;height:1em', mark)}"
        f'<span style="text-align:right">{_in_percent(change)}</span>'
    )


def _before_after_difference(stage: Stage, channel: int) -> str:
    shown = channel if stage.before.shape[1] > 1 else 0
    before, after = (maps[0, shown].numpy() for maps in (stage.before, stage.after))
    limit = scale_limit(np.stack([before, after]))
    height, width = before.shape
    title = f"{stage.title}, {height} × {width}"
    return f'<div style="grid-column:1/-1">{scale_bar(limit, title)}</div>' + "".join(
        signed_map(values, limit, Look(f"{stage.title}, {name}", width_px=150))
        for values, name in ((before, "before"), (after, "moved"), (after - before, "difference"))
    )


def _extent(window: Window) -> str:
    """The whole window as a dashed frame."""
    (top, bottom), (left, right) = (
        (places[0], places[-1] + 1) for places in (window.rows, window.columns)
    )
    return (
        f'<rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}" fill="none" '
        f'stroke="{CHOSEN}" stroke-width=".35" stroke-dasharray=".7 .4"/>'
    )


def _cells(window: Window) -> str:
    """The cells that are looked at: with a dilation, not all in the frame are."""
    return "".join(
        f'<rect x="{column + 0.08}" y="{row + 0.08}" width=".84" height=".84" '
        f'fill="{CHOSEN}" fill-opacity=".28" stroke="{CHOSEN}" stroke-width=".16"/>'
        for row in window.rows
        for column in window.columns
    )


def _number_cell(value: float) -> str:
    box = "aspect-ratio:1.15;display:grid;place-items:center;font-size:.8rem;border-radius:3px"
    if math.isnan(value):
        stripes = f"repeating-linear-gradient(135deg,{OUTLINE} 0 1px,transparent 1px 6px)"
        return f'<span style="{box};background:{stripes};border:1px dashed {OUTLINE}"></span>'
    grey = round(255 * value)
    ink = DARK_INK if value > 0.5 else LIGHT_INK
    return (
        f'<span style="{box};background:rgb({grey},{grey},{grey});color:{ink};'
        f'border:1px solid {OUTLINE}">{value:.2f}</span>'
    )
