"""Pooling: the window, its three ways to sum up what it sees, and what it does to a shift."""

import streamlit as st

from mnist_core.inside.shifts import relative_change
from mnist_core.layers.pooling import (
    max_pool,
    max_pool_by_loops,
    mean_pool,
    min_pool,
    pooled_size,
    windows,
)
from ui.pooling.questions import ask_what_is_refused, ask_what_stays, ask_what_thickens
from ui.pooling.shift import CHANGE_RULE, CHANGE_WORDS, shift_lesson
from ui.pooling.windows import RULE, for_experts, in_numbers, window_by_window
from ui.shared.chapters import Chapter, chapters
from ui.shared.digit.choose import LessonDigit, choose_digit
from ui.shared.glossary import say
from ui.shared.lesson import open_lesson, show_code
from ui.shared.state import (
    POOL_CEIL,
    POOL_COUNTS_PADDING,
    POOL_DILATION,
    POOL_PADDING,
    SHIFT_DOWN,
    SHIFT_RIGHT,
)
from ui.shared.tour.stops import POOLING


def idea(digit: LessonDigit) -> None:
    """What the window does, and what becomes of a shift."""
    say(RULE)
    shift_lesson(digit.image)
    ask_what_stays(digit.image)


def numbers() -> None:
    """The formulas."""
    in_numbers()
    st.subheader("How much changes", anchor=False)
    say(CHANGE_WORDS)
    st.latex(CHANGE_RULE)


def experts() -> None:
    """PyTorch's conventions, and the code."""
    for_experts()
    ask_what_is_refused()
    show_code(
        max_pool_by_loops, windows, max_pool, min_pool, mean_pool, pooled_size, relative_change
    )


open_lesson(POOLING)
digit = choose_digit()
window_by_window(digit.image[0, 0])
ask_what_thickens(digit.image[0, 0])
chapters(
    Chapter(lambda: idea(digit), [SHIFT_RIGHT, SHIFT_DOWN]),
    Chapter(numbers, [POOL_DILATION, POOL_PADDING]),
    Chapter(experts, [POOL_CEIL, POOL_COUNTS_PADDING]),
)
