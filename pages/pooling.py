"""Pooling: the window, its three ways to sum up what it sees, and what it does to a shift."""

import streamlit as st
from torch import Tensor

from mnist_core.errors import MnistLabError
from mnist_core.inside.shifts import Stage, pooled_stages, relative_change, shift_stages
from mnist_core.layers.pooling import (
    Axis,
    Pooling,
    look_at,
    max_pool,
    max_pool_by_loops,
    mean_pool,
    min_pool,
    pooled_size,
    windows,
)
from mnist_core.models.registry import DEFAULT_MODEL
from mnist_core.pictures.own_digits import ten_own_digits
from ui.figures.pooling import change_bars, shift_maps, window_and_maps
from ui.lesson import choose_digit, close_lesson, open_lesson
from ui.pictures import Pick, pickable, show_picture
from ui.runtime import shared_reader
from ui.state import (
    POOL_CEIL,
    POOL_COUNTS_PADDING,
    POOL_DILATION,
    POOL_KERNEL,
    POOL_PADDING,
    POOL_PLAYING,
    POOL_POSITION,
    POOL_STRIDE,
    SHIFT_CHANNEL,
    SHIFT_DOWN,
    SHIFT_KERNEL,
    SHIFT_RIGHT,
)
from ui.walk import Walk, walk_through

WALK = Walk(POOL_POSITION, POOL_PLAYING)
SIDE = 28

ANSWERS = """
How can a network make its picture smaller without losing what matters, and what does it gain by
that? Here you move the window of a pooling layer over your digit by hand, compare the largest, the
smallest and the mean value, and measure how much of a small shift is left after each pooling.
"""
RULE = """
A window moves over the picture $x$, and each time **one** number comes out. Max pooling takes the
largest value that it sees, min pooling the smallest, mean pooling the average. Nothing here is
learned: there are no weights.
"""
MAX_RULE = r"y_{ij} = \max_{0 \le a,\,b < k}\; x_{\,i s + a d - p,\;\; j s + b d - p}"
SETTINGS = """
$k$ is the **kernel** (how many cells the window looks at on each side), $s$ the **stride** (how far
it jumps), $d$ the **dilation** (2: it looks at every second cell only), $p$ the **padding** (extra
cells all round). What is in the padding must never win: it counts as $-\\infty$ for the maximum, as
$+\\infty$ for the minimum, and as 0 for the mean.
"""
MISTAKE = """
**A mistake that is easily made.** The pooling in the course material that this lesson replaces let
the window start one step past the last valid position, for some sizes. With your settings, windows
begin in rows {starts}. One step further, the window would begin in row {start} and end in row
{end}, but the last row, with the padding, is {last}. So the steps must be counted with care: our
count is compared with PyTorch's for hundreds of random settings.
"""
REACHES_OVER = """
(You have allowed the last window to reach over the edge. What it does not find there counts as
padding.)
"""
SHIFT = """
People write digits a little further left or right. Move the digit, and compare what the network
has inside before and after. The change is the length of the difference over the length before,
over all cells (and all channels) $x_1, x_2, \\dots$ together:
"""
CHANGE_RULE = (
    r"\begin{gathered}\text{change} = \frac{\lVert x' - x \rVert}{\lVert x \rVert} \\[6pt]"
    r"\lVert x \rVert = \sqrt{x_1^2 + x_2^2 + \dots}\end{gathered}"
)
SHIFT_SAYS = """
0 % means that nothing changed; at 141 % two pictures of equal strength have nothing in common.
**Convolution does not help:** when the digit moves by one pixel, so do its maps. **One max pooling
helps a little, several help a lot:** the maximum of a window stays when the stroke moves inside
the window, but where the stroke crosses the window's edge, it changes. So a shift by one pixel does
*not* disappear after one pooling; it shrinks at each, and a shift by three pixels both ways is
still nearly all there after the second. The linear layers at the end do the rest: they have learned
from many digits, each in a slightly different place. (Be careful with such figures: cells where
there is only paper count, too, and they hardly change.)
"""
POOLED_SAYS = """
These are the maps of convolution 1, pooled in three ways. A larger window forgives more, but keeps
less: with 7×7 only 4×4 cells of 28×28 are left. Min pooling leaves so little of thin strokes that
a small change is many percent of it.
"""
TRY_IT = [
    (
        "**Set the kernel to 3 and the stride to 1**, then compare the three pictures.",
        "max pooling makes the stroke thicker, min pooling makes it thinner or eats it up, mean "
        "pooling blurs it. All three are 26 × 26, for 28 − 3 + 1 = 26.",
    ),
    (
        "**Set the kernel to 3 and the padding to 2.**",
        "a sentence that refuses it, as PyTorch does: with more than half a kernel of padding a "
        "window in the corner could see nothing of the picture. Set the padding to 1: it works.",
    ),
    (
        "**Move the digit by 1 to the right**, and read the bars from top to bottom; then by 2.",
        "convolution 1 changes about as much as the picture, or more. Each max pooling lowers the "
        "bar. After a shift by 2 nearly all bars are longer, but the ten probabilities, and so "
        "the digit that is read, nearly always stay.",
    ),
]


@st.fragment
def window_by_window(picture: Tensor) -> None:
    """Settings, the output's size, and one window at a time."""
    st.subheader("One window at a time", anchor=False)
    words, formulas = st.columns(2, gap="large")
    words.markdown(RULE)
    formulas.latex(MAX_RULE)
    formulas.caption(SETTINGS)
    pooling = choose_pooling()
    try:
        shape = pooling.output_shape(SIDE, SIDE)
    except MnistLabError as error:
        st.warning(str(error), icon=":material/block:")
        return
    st.latex(size_in_numbers(SIDE, pooling.axes[0]))
    st.fragment(walk, run_every=WALK.run_every)(picture, pooling, shape)
    st.markdown(mistake(pooling.axes[0]))


def choose_pooling() -> Pooling:
    """Square windows, from sliders."""
    kernel, stride, dilation, padding = st.columns(4)
    with kernel:
        st.slider("Kernel k", 1, 8, POOL_KERNEL.default, key=POOL_KERNEL.key, bind="query-params")
    with stride:
        st.slider("Stride s", 1, 8, POOL_STRIDE.default, key=POOL_STRIDE.key, bind="query-params")
    with dilation:
        st.slider(
            "Dilation d", 1, 5, POOL_DILATION.default, key=POOL_DILATION.key, bind="query-params"
        )
    with padding:
        st.slider(
            "Padding p", 0, 4, POOL_PADDING.default, key=POOL_PADDING.key, bind="query-params"
        )
    with st.container(horizontal=True):
        st.toggle(
            "Let the last window reach over the edge", POOL_CEIL.default,
            key=POOL_CEIL.key, bind="query-params",
            help="PyTorch calls this `ceil_mode`: it rounds up, ⌈ ⌉ instead of ⌊ ⌋. Still no "
            "window may begin beyond the picture's last cell.",
        )  # fmt: skip
        st.toggle(
            "The mean counts the padding's cells", POOL_COUNTS_PADDING.default,
            key=POOL_COUNTS_PADDING.key, bind="query-params",
            help="PyTorch calls this `count_include_pad`. It matters only with padding.",
        )  # fmt: skip
    return Pooling(
        POOL_KERNEL.get(), POOL_STRIDE.get(), POOL_PADDING.get(), POOL_DILATION.get(),
        POOL_CEIL.get(),
    )  # fmt: skip


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
    pickable(
        window_and_maps(picture.numpy(), pooling.axes[0].reach(SIDE), window, pictures, cell),
        "pool_walk",
        go_to,
    )


def mistake(axis: Axis) -> str:
    """What would go wrong one step past the last window, with the numbers of these settings."""
    start, end, last = axis.one_step_past(SIDE)
    starts = in_short(axis.starts(SIDE))
    says = MISTAKE.format(starts=starts, start=start, end=end, last=last)
    return says + REACHES_OVER * axis.ceil_mode


def in_short(numbers: list[int]) -> str:
    """“0, 2, 4, …, 26”"""
    shown = [str(number).replace("-", "−") for number in numbers]
    return ", ".join(shown if len(shown) <= 5 else [*shown[:3], "…", shown[-1]])


@st.fragment
def shift_lesson(image: Tensor) -> None:
    """The digit moved, and how much of it is left at each stage of the network."""
    st.subheader("Does a small shift disappear?", anchor=False)
    words, formula = st.columns(2, gap="large")
    words.markdown(SHIFT)
    formula.latex(CHANGE_RULE)
    try:
        reader = shared_reader(DEFAULT_MODEL)
    except MnistLabError as error:
        st.error(str(error), icon=":material/error:")
        return
    right, down = choose_shift()
    stages = shift_stages(reader.model, image, right, down, reader.temperature)
    maps, bars = st.columns(2, gap="large")
    with maps:
        show_maps(stages)
    with bars:
        st.markdown("##### How much changes in the network")
        st.html(change_bars(stages, usual_stages(right, down)))
        st.caption(
            "Bar: this digit. Black or white tick: the mean over ten digits, 0 to 9, that this "
            "program draws. A bar ends at 150 %. Blue: after a pooling. "
            "Convolutions and linear layers are measured after their batch norm and ReLU."
        )
        compare_poolings(stages[1], right, down)
    st.markdown(SHIFT_SAYS)


def choose_shift() -> tuple[int, int]:
    """By how many pixels to the right and down."""
    columns = st.columns(2, gap="large")
    for column, setting, label in zip(
        columns, (SHIFT_RIGHT, SHIFT_DOWN), ("Pixels to the right", "Pixels down"), strict=True
    ):
        with column:
            st.slider(label, -3, 3, setting.default, key=setting.key, bind="query-params")
    return SHIFT_RIGHT.get(), SHIFT_DOWN.get()


@st.cache_resource(max_entries=8, show_spinner=False)
def usual_stages(right: int, down: int) -> list[Stage]:
    """What becomes of the ten digits that this program draws: the same for all visitors."""
    reader = shared_reader(DEFAULT_MODEL)
    return shift_stages(reader.model, ten_own_digits(), right, down, reader.temperature)


@st.fragment
def show_maps(stages: list[Stage]) -> None:
    """Three stages before and after, of one channel."""
    picture, convolved, pooled = stages[:3]
    channels = convolved.before.shape[1]
    st.slider("Channel", 0, channels - 1, SHIFT_CHANNEL.default, key=SHIFT_CHANNEL.key)
    show_picture(shift_maps([picture, convolved, pooled], SHIFT_CHANNEL.get()), "shift_maps")


@st.fragment
def compare_poolings(convolved: Stage, right: int, down: int) -> None:
    """Max, mean and min pooling of the same maps."""
    usual = usual_stages(right, down)[1]
    st.markdown("##### Max, mean and min, with a window of your choice")
    st.slider("Cells on each side", 2, 7, SHIFT_KERNEL.default, key=SHIFT_KERNEL.key)
    kernel = SHIFT_KERNEL.get()
    st.html(change_bars(pooled_stages(convolved, kernel), pooled_stages(usual, kernel)))
    st.caption(POOLED_SAYS)


open_lesson("Pooling", ANSWERS)
digit = choose_digit()
window_by_window(digit.image[0, 0])
shift_lesson(digit.image)
close_lesson(
    TRY_IT, max_pool_by_loops, windows, max_pool, min_pool, mean_pool, pooled_size, relative_change
)
