"""Sums over channels: a digit in colour, and kernels for each of its colours."""

from collections.abc import Callable

import streamlit as st

from mnist_core.experiments.kernels import position_at, sum_channels, tinted
from ui.convolution.channels_figures import channel_grid, channel_sentences
from ui.shared.components.pictures import pickable, show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.state import CHANNEL_BIAS, CHANNEL_CELL, CHANNELS_IN, CHANNELS_OUT, Setting
from ui.shared.widgets import slide

WORDS = """
A colour picture has three numbers at each place: red, green and blue, its **input channels**. And a
layer has many kernels, each of which makes a map of its own, an **output channel**. Every output
channel has one kernel for *each* input channel. What they make is added up, cell by cell, and then
the bias of that output channel.
"""
RULE_SAYS = """
With several channels, output channel $o$ has one kernel $w_{oc}$ for each input channel $c$ and one
bias $b_o$. The star is the sum above:
"""
RULE = r"y_o = b_o + \sum_{c=1}^{C_{in}} w_{oc} \star x_c"


def small_slider(
    setting: Setting[int],
    label: str,
    lowest: int,
    highest: int,
    on_change: Callable[[], None] | None = None,
) -> int:
    """A slider that leaves room for another beside it."""
    with st.container(width=150):
        return slide(setting, label, lowest, highest, on_change=on_change)


@section
def several_channels(digit: LessonDigit) -> None:
    """A digit in colour: every output channel adds up what all input channels give it."""
    st.subheader("Several channels", anchor=False)
    say(WORDS)
    with st.container(horizontal=True):
        c_in = small_slider(CHANNELS_IN, "Input channels", 1, 3)
        c_out = small_slider(CHANNELS_OUT, "Output channels", 1, 4)
        with st.container(width=220):
            bias = slide(CHANNEL_BIAS, "Bias b₁ of output channel 1", -1.0, 1.0, 0.05)
    sums = sum_channels(tinted(digit.image[0, 0]), c_in, c_out, bias)
    rows, columns = sums.outputs.shape[1:]
    say(
        f"Kernels of shape {c_out} × {c_in} × 3 × 3 (outputs × inputs × rows × columns), "
        f"and {c_out} {'bias' if c_out == 1 else 'biases'}: **{sums.parameter_count} numbers** to "
        "learn. Stride 1, padding 1."
    )
    position = slide(CHANNEL_CELL, "Marked cell, row by row", 0, rows * columns - 1)
    pickable(
        channel_grid(sums, position),
        "channel_grid",
        lambda pick: CHANNEL_CELL.set(position_at(pick.y, pick.x, rows, columns)),
    )
    show_picture(channel_sentences(sums, position), "channel_sums")
