"""A digit that moves a little, and how much of that each pooling lets through."""

import streamlit as st
from torch import Tensor

from mnist_core.inside.shifts import Stage, pooled_stages, shift_stages
from mnist_core.models.registry import DEFAULT_MODEL
from mnist_core.pictures.own_digits import ten_own_digits
from ui.pooling.figures import change_bars, shift_maps
from ui.shared.components.pictures import show_picture
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.process import shared_reader
from ui.shared.state import SHIFT_CHANNEL, SHIFT_DOWN, SHIFT_KERNEL, SHIFT_RIGHT
from ui.shared.widgets import slide

SHIFT = """
People write digits a little further left or right. Move the digit, and compare what the network
has inside before and after. The chapter *By the numbers* says how the change is measured.
"""
CHANGE_WORDS = """
The change that the bars show is the length of the difference over the length before, over all cells
and all channels $x_1, x_2, \\dots$ together:
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


@section
def shift_lesson(image: Tensor) -> None:
    """The digit moved, and how much of it is left at each stage of the network."""
    st.subheader("Does a small shift disappear?", anchor=False)
    say(SHIFT)
    reader = shared_reader(DEFAULT_MODEL)
    right, down = choose_shift()
    stages = shift_stages(reader.model, image, right, down, reader.temperature)
    maps, bars = st.columns(2, gap="large")
    with maps:
        show_maps(stages)
    with bars:
        st.markdown("#### How much changes in the network")
        st.html(change_bars(stages, usual_stages(right, down)))
        say(
            "Bar: this digit. Black or white tick: the mean over ten digits, 0 to 9, that this "
            "program draws. A bar ends at 150 %. Teal: after a pooling. "
            "Convolutions and linear layers are measured after their batch norm and ReLU.",
            small=True,
        )
        compare_poolings(stages[1], right, down)
    say(SHIFT_SAYS)


def choose_shift() -> tuple[int, int]:
    """By how many pixels to the right and down."""
    left, middle = st.columns(2, gap="large")
    with left:
        right = slide(SHIFT_RIGHT, "Pixels to the right", -3, 3)
    with middle:
        down = slide(SHIFT_DOWN, "Pixels down", -3, 3)
    return right, down


@st.cache_resource(max_entries=8, show_spinner=False)
def usual_stages(right: int, down: int) -> list[Stage]:
    """What becomes of the ten digits that this program draws: the same for all visitors."""
    reader = shared_reader(DEFAULT_MODEL)
    return shift_stages(reader.model, ten_own_digits(), right, down, reader.temperature)


@st.fragment
def show_maps(stages: list[Stage]) -> None:
    """Three stages before and after, of one channel."""
    picture, convolved, pooled = stages[:3]
    channel = slide(SHIFT_CHANNEL, "Channel", 0, convolved.before.shape[1] - 1)
    show_picture(shift_maps([picture, convolved, pooled], channel), "shift_maps")


@st.fragment
def compare_poolings(convolved: Stage, right: int, down: int) -> None:
    """Max, mean and min pooling of the same maps."""
    usual = usual_stages(right, down)[1]
    st.markdown("#### Max, mean and min, with a window of your choice")
    kernel = slide(SHIFT_KERNEL, "Cells on each side", 2, 7)
    st.html(change_bars(pooled_stages(convolved, kernel), pooled_stages(usual, kernel)))
    say(POOLED_SAYS, small=True)
