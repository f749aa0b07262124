"""A window on its way over the picture, its products and their sum, the learnt kernels."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from torch import Tensor

from mnist_core.experiments.kernels import Kernel, Window
from mnist_core.layers.convolution import Sliding, output_size, same_padding
from ui.convolution.figures import bracketed, cell, colour, shared_limit, short
from ui.shared.figures.colours import CHOSEN, DARK_INK, SECOND_MARK, SMALL, TABULAR
from ui.shared.figures.html import equal_columns, figure, grid
from ui.shared.figures.pixel_maps import Look, Mark, grey_map, number_map, signed_map
from ui.shared.figures.tiles import scale_bar

INPUT, OUTPUT, LEARNT = "input", "output", "learnt"
"""Names under which clicks arrive."""
CELL_PX = 10
LONG_SUM = 3
"""Kernels up to this size have every product written out."""


@dataclass(frozen=True)
class Slide:
    """A kernel on its way over a picture, and how to show it.

    padded:  (H + 2p, W + 2p);  outputs: (H′, W′)
    limit:   what gets the strongest colour in kernel, products and output
    input_limit: the same for the picture; None where its values lie in [0, 1] and stand for ink
    """

    padded: Tensor
    outputs: Tensor
    window: Window
    sliding: Sliding
    limit: float
    input_limit: float | None


def slide_picture(slide: Slide) -> str:
    """The padded input with the window on it, and the output with the cell that it makes."""
    height, width = slide.padded.shape
    rows, columns = slide.outputs.shape
    what = "Padded input" if sum(slide.sliding.padding) else "Input"
    seen = _padded_input(slide)
    marked = Mark(slide.window.row - 0.5, slide.window.column - 0.5, 2, 2)
    made = signed_map(
        slide.outputs.numpy(),
        slide.limit,
        Look(f"Output of {rows} × {columns} cells", [marked], columns * CELL_PX, OUTPUT),
    )
    return (
        '<div style="display:flex;gap:18px;align-items:flex-start">'
        f"{_captioned(seen, f'{what} {height} × {width}', width)}"
        f"{_captioned(made, f'Output {rows} × {columns}', columns)}</div>"
    )


def products_picture(slide: Slide) -> str:
    """Three small maps with numbers: what lies under the kernel × the kernel = the products."""
    window, limit = slide.window, slide.limit
    whole = bool((window.weights == window.weights.round()).all())
    maps = [
        (window.inputs, slide.input_limit, "Under the window", 2),
        (window.weights, limit, "Kernel", 0 if whole else 2),
        (window.products, limit, "Products", 2),
    ]
    least = 33 * len(window.weights)
    figures = [
        cell(_numbers(values, top, title, decimals), f"{sign} {title}")
        for (values, top, title, decimals), sign in zip(maps, ("", "×", "="), strict=True)
    ]
    columns = f"repeat(auto-fit,minmax(min(100%,max({least}px,28%)),1fr))"
    if len(window.weights) <= LONG_SUM:
        columns = "repeat(3,minmax(0,190px))"
    return grid("".join(figures), columns, "8px 14px", "max-width:860px")


def written_sum(window: Window) -> str:
    """The products added up, with the bias and the cell that they make, rounded."""
    if len(window.weights) <= LONG_SUM:
        pairs = zip(
            window.inputs.flatten().tolist(), window.weights.flatten().tolist(), strict=True
        )
        terms = [f"{bracketed(x)}·{bracketed(w)}" for x, w in pairs]
        of = "Products"
    else:
        terms = [bracketed(value) for value in window.row_sums]
        of = f"The products of each of the {len(terms)} rows"
    return (
        f'<div style="{TABULAR};line-height:1.7;margin-top:.6rem">'
        f"{of} and bias: "
        f"{' + '.join(terms)} + {bracketed(window.bias)} = "
        f'<strong style="border:2px solid {CHOSEN};border-radius:4px;padding:0 .35em;'
        f'white-space:nowrap">{short(window.output)}</strong> '
        f'<span style="{SMALL};opacity:.8">in row {window.row + 1}, column {window.column + 1} '
        "of the output; all rounded</span></div>"
    )


def scales(slide: Slide) -> str:
    """What the colours stand for."""
    ours = scale_bar(slide.limit, "kernel, products and output")
    if slide.input_limit is None:
        return f'{ours}<div style="{SMALL};opacity:.85">Input: black is 0, white is 1.</div>'
    return f"{ours}{scale_bar(slide.input_limit, 'input')}"


def size_formula(size: int, kernel_size: int, sliding: Sliding) -> str:
    """Markdown: the formula of the output's size, with its numbers, and what it gives.

    Raises LayerImpossible.
    """
    before, after = sliding.padding
    padding = rf"2 \cdot {before}" if before == after else f"({before} + {after})"
    stride, room = sliding.stride, sliding.room(size, kernel_size)
    count = output_size(size, kernel_size, sliding)
    return (
        r"Size of the output: $\lfloor (n + 2p - d(k-1) - 1) / s \rfloor + 1$ "
        rf"$= \lfloor ({size} + {padding} - {sliding.dilation} \cdot ({kernel_size} - 1) - 1) "
        rf"/ {stride} \rfloor + 1$ $= \lfloor {room} / {stride} \rfloor + 1 =$ **{count}**"
    )


def same_sentence(kernel_size: int, dilation: int) -> str:
    """How much padding would keep the size at stride 1, in words."""
    before, after = same_padding(kernel_size, dilation)
    shared = (
        f"{before} before the picture and {after} after it"
        if before == after
        else f"which is odd: {before} above and on the left, {after} below and on the right"
    )
    return (
        f"“Same” padding here: {dilation} · ({kernel_size} − 1) = {before + after} zeros in each "
        f"direction, {shared}."
    )


def kernel_strip(kernels: Sequence[Kernel], chosen: int) -> str:
    """All learnt kernels on one scale, the chosen one marked; each can be clicked."""
    limit = shared_limit(*(kernel.weights for kernel in kernels))
    tiles = []
    for number, kernel in enumerate(kernels):
        look = Look(f"learnt kernel {number + 1}", width_px=60, pick=f"{LEARNT} {number}")
        chosen_too = f"outline:3px solid {CHOSEN};outline-offset:1px" if number == chosen else ""
        tile = signed_map(kernel.weights.numpy(), limit, look)
        tiles.append(f'<div style="{chosen_too}">{tile}</div>')
    strip = grid("".join(tiles), equal_columns(8), "8px", "padding:5px;max-width:420px")
    return strip + scale_bar(limit, "weights of all these kernels")


def cell_texts(kernel: Kernel) -> list[tuple[str, str, str]]:
    """Of each weight, row by row, then of the bias: its name, as it is shown, and exactly."""
    size = kernel.size
    names = [f"Weight in row {u + 1}, column {v + 1}" for u in range(size) for v in range(size)]
    values = [*kernel.weights.flatten().tolist(), kernel.bias]
    return [(n, short(v), repr(v)) for n, v in zip([*names, "Bias"], values, strict=True)]


def cell_colours(kernel: Kernel, limit: float) -> list[tuple[str, str]]:
    """Background and ink of each weight, row by row, then of the bias, as CSS colours."""
    values = [*kernel.weights.flatten().tolist(), kernel.bias]
    return [(colour(v, limit), DARK_INK if v > limit / 2 else "inherit") for v in values]


def _padded_input(slide: Slide) -> str:
    height, width = slide.padded.shape
    window, limit = slide.window, slide.input_limit
    reach = slide.sliding.extent(len(window.weights))
    is_spread = slide.sliding.dilation > 1 and reach > 1
    outline = Mark(window.top, window.left, reach, reach, dashed=is_spread)
    alt = f"The input with its padding, {height} × {width} cells, and the window on it"
    look = Look(alt, [outline], width * CELL_PX, INPUT)
    values = slide.padded.numpy()
    shown = grey_map(values, look) if limit is None else signed_map(values, limit, look)
    over = f"{_hatched_padding(slide)}{_cells_looked_at(slide) if is_spread else ''}"
    return (
        f'<div style="position:relative;max-width:{width * CELL_PX}px">{shown}'
        f'<svg aria-hidden="true" viewBox="0 0 {width} {height}" '
        f'style="position:absolute;inset:0;width:100%;pointer-events:none">{over}</svg></div>'
    )


def _hatched_padding(slide: Slide) -> str:
    """Slanted lines over the padding, and dashes round the picture that it is not part of."""
    height, width = slide.padded.shape
    before, after = slide.sliding.padding
    if before + after == 0:
        return ""
    rows, columns = height - before - after, width - before - after
    around = f"M{before} {before}h{columns}v{rows}h-{columns}Z"
    return (
        '<pattern id="padding" width="1" height="1" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><path d="M0 0V1" stroke="{SECOND_MARK}" '
        'stroke-width=".5"/></pattern><path fill="url(#padding)" fill-rule="evenodd" '
        f'd="M0 0H{width}V{height}H0Z{around}"/><path d="{around}" fill="none" '
        f'stroke="{SECOND_MARK}" stroke-width=".3" stroke-dasharray=".8"/>'
    )


def _cells_looked_at(slide: Slide) -> str:
    """Those that a spread window does not leave out."""
    window = slide.window
    steps = [step * slide.sliding.dilation for step in range(len(window.weights))]
    return "".join(
        f'<rect x="{window.left + v + 0.15:g}" y="{window.top + u + 0.15:g}" width=".7" '
        f'height=".7" fill="none" stroke="{CHOSEN}" stroke-width=".3"/>'
        for u, v in product(steps, steps)
    )


def _captioned(picture: str, caption: str, cells: int) -> str:
    """A map that keeps its share of the width, so that all cells of a row are equally large."""
    style = f"flex:0 1 {cells * CELL_PX}px;min-width:84px"
    return figure(picture, caption, style, "margin-bottom:.3rem", above=True)


def _numbers(values: Tensor, limit: float | None, title: str, decimals: int) -> str:
    rounded = np.round(values.numpy(), decimals) + np.float32(0)  # no −0.00
    return number_map(rounded, limit, Look(_spoken(title, values), width_px=300), decimals)


def _spoken(title: str, values: Tensor) -> str:
    rows = "; ".join(" ".join(short(v) for v in row) for row in values.tolist())
    return f"{title}, row by row: {rows}"
