"""One window on its way over the picture, its settings, and a well-known mistake."""

import streamlit as st
from torch import Tensor

from mnist_core.layers.pooling import (
    Axis,
    Pooling,
    look_at,
    max_pool,
    mean_pool,
    min_pool,
    pooled_size,
)
from mnist_core.words import minus
from ui.pooling.figures import window_and_maps, window_in_numbers
from ui.shared.address import numbers, switches, take_ahead
from ui.shared.components.pictures import Pick, pickable
from ui.shared.glossary import say
from ui.shared.lesson import try_or_say
from ui.shared.state import (
    POOL_CEIL,
    POOL_COUNTS_PADDING,
    POOL_DILATION,
    POOL_KERNEL,
    POOL_PADDING,
    POOL_PLAYING,
    POOL_POSITION,
    POOL_STRIDE,
)
from ui.shared.walk import Walk, walk_through
from ui.shared.widgets import slide, toggle

WALK = Walk(POOL_POSITION, POOL_PLAYING)
SIDE = 28
RULE = """
A window moves over the picture, and each time **one** number comes out. Max pooling takes the
largest value that it sees, min pooling the smallest, mean pooling the average. Nothing here is
learned: there are no weights.
"""
MAX_RULE = r"y_{ij} = \max_{0 \le a,\,b < k}\; x_{\,i s + a d - p,\;\; j s + b d - p}"
DILATION, MOST_DILATION = "Dilation d", 5
PADDING, MOST_PADDING = "Padding p", 4
CEIL = "Let the last window reach over the edge"
SETTINGS = """
$k$ is the **kernel** (how many cells the window looks at on each side), $s$ the **stride** (how far
it jumps), $d$ the **dilation** (2: it looks at every second cell only), $p$ the **padding** (extra
cells all round). What is in the padding must never win: it counts as $-\\infty$ for the maximum, as
$+\\infty$ for the minimum, and as 0 for the mean.
"""
MISTAKE = """
**A mistake that is easily made** is one step too many: the window then starts past the last valid
position. With your settings, windows begin in rows {starts}. One step further, the window would
begin in row {start} and end in row {end}, but the last row, with the padding, is {last}. So the
steps must be counted with care: our count is compared with PyTorch's for hundreds of random
settings.
"""
REACHES_OVER = """
(You have allowed the last window to reach over the edge. What it does not find there counts as
padding.)
"""


def window_by_window(picture: Tensor) -> None:
    """The main figure: one window at a time over the digit, and what comes out of it."""
    with st.container(horizontal=True, wrap=False, gap="medium"):
        slide(POOL_KERNEL, "Kernel k", 1, 8)
        slide(POOL_STRIDE, "Stride s", 1, 8)
    pooling = chosen_pooling()
    shape = try_or_say(lambda: pooling.output_shape(SIDE, SIDE), st.warning, ":material/block:")
    if shape is not None:
        st.fragment(walk, run_every=WALK.run_every)(picture, pooling, shape)


def chosen_pooling() -> Pooling:
    """Square windows, as the sliders of all chapters have it."""
    return Pooling(
        POOL_KERNEL.get(),
        POOL_STRIDE.get(),
        take_ahead(POOL_PADDING, PADDING, numbers(0, MOST_PADDING)),
        take_ahead(POOL_DILATION, DILATION, numbers(1, MOST_DILATION)),
        take_ahead(POOL_CEIL, CEIL, switches()),
    )


def in_numbers() -> None:
    """The formula, its other two sizes, and the output's size with its numbers filled in."""
    st.latex(MAX_RULE)
    say(SETTINGS)
    left, right = st.columns(2, gap="medium")
    with left:
        slide(POOL_DILATION, DILATION, 1, MOST_DILATION)
    with right:
        slide(POOL_PADDING, PADDING, 0, MOST_PADDING)
    axis = chosen_pooling().axes[0]
    if try_or_say(lambda: pooled_size(SIDE, axis), st.warning, ":material/block:") is not None:
        st.latex(size_in_numbers(SIDE, axis))
        say(mistake(axis))


def for_experts() -> None:
    """What PyTorch does at the edges."""
    toggle(
        POOL_CEIL,
        CEIL,
        help="PyTorch calls this `ceil_mode`: it rounds up, ⌈ ⌉ instead of ⌊ ⌋. Still no "
        "window may begin beyond the picture's last cell.",
    )
    toggle(
        POOL_COUNTS_PADDING,
        "The mean counts the padding's cells",
        help="PyTorch calls this `count_include_pad`. It matters only with padding.",
    )


def size_in_numbers(size: int, axis: Axis) -> str:
    """The formula of the output's size, in letters and in numbers."""
    left, right = (r"\lceil", r"\rceil") if axis.ceil_mode else (r"\lfloor", r"\rfloor")
    equals = r"\;\to\;" if axis.ceil_mode else "="
    n, p, d, k, s = size, axis.padding, axis.dilation, axis.kernel, axis.stride
    return (
        r"\begin{gathered}"
        rf"\left{left} \frac{{n + 2p - d(k-1) - 1}}{{s}} \right{right} + 1 \\[4pt]"
        rf"= \left{left} \frac{{{n} + 2\cdot {p} - {d}\cdot({k}-1) - 1}}{{{s}}} \right{right} + 1"
        rf"{equals} {pooled_size(size, axis)}"
        r"\end{gathered}"
    )


def walk(picture: Tensor, pooling: Pooling, shape: tuple[int, int]) -> None:
    """The window on the digit, what it sees, and the three cells that it makes."""
    place = st.container()
    position = walk_through(WALK, shape[0] * shape[1], "Position of the window")
    cell = divmod(position, shape[1])
    counts = POOL_COUNTS_PADDING.get()
    maps = {
        "max": max_pool(picture, pooling),
        "min": min_pool(picture, pooling),
        "mean": mean_pool(picture, pooling, counts),
    }
    window = look_at(picture, pooling, *cell, counts)

    def go_to(pick: Pick) -> None:
        row, column = int(pick.y * shape[0]), int(pick.x * shape[1])
        POOL_POSITION.set(row * shape[1] + column)

    pictures = {name: pooled.numpy() for name, pooled in maps.items()}
    border = pooling.axes[0].reach(SIDE)
    with place:
        pickable(
            window_and_maps(picture.numpy(), border, window, pictures, cell), "pool_walk", go_to
        )
    st.html(window_in_numbers(window))


def mistake(axis: Axis) -> str:
    """What would go wrong one step past the last window, with the numbers of these settings."""
    start, end, last = axis.one_step_past(SIDE)
    starts = in_short(axis.starts(SIDE))
    says = MISTAKE.format(starts=starts, start=start, end=end, last=last)
    return says + REACHES_OVER * axis.ceil_mode


def in_short(numbers: list[int]) -> str:
    """“0, 2, 4, …, 26”"""
    shown = [minus(str(number)) for number in numbers]
    return ", ".join(shown if len(shown) <= 5 else [*shown[:3], "…", shown[-1]])
