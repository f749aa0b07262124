"""Sums over channels: a digit in colour, and kernels for each of its colours."""

import streamlit as st

from mnist_core.experiments.kernels import position_at, sum_channels, tinted
from ui.convolution.channels_figures import channel_grid, channel_sentences
from ui.shared.components.pictures import pickable, show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.state import CHANNEL_BIAS, CHANNEL_CELL, CHANNELS_IN, CHANNELS_OUT, Setting
from ui.shared.widgets import slide


def small_slider(setting: Setting[int], label: str, lowest: int, highest: int) -> int:
    """A slider that leaves room for another beside it."""
    with st.container(width=150):
        return slide(setting, label, lowest, highest)


@st.fragment
def several_channels(digit: LessonDigit) -> None:
    """A digit in colour: every output channel adds up what all input channels give it."""
    with st.container(horizontal=True):
        c_in = small_slider(CHANNELS_IN, "Input channels", 1, 3)
        c_out = small_slider(CHANNELS_OUT, "Output channels", 1, 4)
        with st.container(width=220):
            bias = slide(CHANNEL_BIAS, "Bias b₁ of output channel 1", -1.0, 1.0, 0.05)
    sums = sum_channels(tinted(digit.image[0, 0]), c_in, c_out, bias)
    rows, columns = sums.outputs.shape[1:]
    st.markdown(
        f"Kernels of shape $C_{{out}} × C_{{in}} × k × k$ = {c_out} × {c_in} × 3 × 3, "
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
