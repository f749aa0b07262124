"""Convolution: a kernel slides over a picture, and channels are added up."""

import streamlit as st

from mnist_core.experiments.kernels import window_at
from mnist_core.layers.convolution import (
    contributions,
    convolve,
    convolve_by_loops,
    output_size,
    same_padding,
)
from mnist_core.layers.transposed_convolution import transposed_convolve
from ui.convolution.channels import RULE, RULE_SAYS, several_channels
from ui.convolution.learnt import choose_learnt
from ui.convolution.one_kernel import one_kernel
from ui.convolution.questions import (
    ask_what_a_wide_window_makes,
    ask_where_it_is_negative,
    ask_where_it_moves,
)
from ui.convolution.sliding import choose_sliding
from ui.convolution.transposed import transposed
from ui.convolution.two_orders import two_orders
from ui.shared import state
from ui.shared.chapters import Chapter, chapters
from ui.shared.digit.choose import LessonDigit, choose_digit
from ui.shared.glossary import say
from ui.shared.lesson import open_lesson, show_code, try_or_say
from ui.shared.tour.stops import CONVOLUTION

ANSWERS = """
Laid on one place of the picture, the kernel makes one number: **multiply each cell by the weight
that lies on it, and add everything up**, with one more number that is learnt, the **bias**. Then it
moves on to the next place. You can follow every one of them.
"""
TURNED = """
Mathematicians call this a *cross-correlation*: in their convolution the kernel is first turned
upside down and back to front. A network does not mind, because it learns its weights, turned or
not.
"""


def idea(digit: LessonDigit) -> None:
    """What a kernel does, those that a network found, and channels."""
    say(ANSWERS)
    try_or_say(choose_learnt)
    several_channels(digit)
    ask_where_it_is_negative(digit.image[0, 0])


def numbers(digit: LessonDigit) -> None:
    """The formulas, the size of the output, and the way back to a larger picture."""
    choose_sliding()
    ask_what_a_wide_window_makes()
    say(RULE_SAYS)
    st.latex(RULE)
    transposed(digit)


def experts(digit: LessonDigit) -> None:
    """What mathematicians call it, rounding, and the code."""
    say(TURNED)
    two_orders(digit)
    show_code(output_size, same_padding, window_at, convolve_by_loops, contributions, convolve,
              transposed_convolve)  # fmt: skip


open_lesson(CONVOLUTION)
shown = choose_digit()
one_kernel(shown)
ask_where_it_moves(shown.image[0, 0])
chapters(
    Chapter(
        lambda: idea(shown),
        [state.KERNEL_OF, state.KERNEL_NUMBER, state.CHANNELS_IN, state.CHANNELS_OUT,
         state.CHANNEL_BIAS],
    ),
    Chapter(
        lambda: numbers(shown),
        [state.KERNEL_SIZE, state.KERNEL_STRIDE, state.KERNEL_DILATION, state.KERNEL_SAME,
         state.KERNEL_PADDING, state.STAMP_STRIDE, state.STAMP_PADDING, state.STAMP_DILATION,
         state.STAMP_OUTPUT_PADDING],
    ),
    Chapter(lambda: experts(shown), [state.SUM_FLOATS]),
)  # fmt: skip
