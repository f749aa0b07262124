"""Deep stacks: what many layers do to numbers, and where weights begin."""

import streamlit as st

from mnist_core.experiments.deep_stack import run_stack
from mnist_core.experiments.equal_weights import learn_ten_digits
from mnist_core.experiments.matrix_powers import power_by_eigenvalues, power_by_multiplication
from mnist_core.layers.initialisation import draw_weight, kaiming_uniform_std
from ui.deep_stacks.deep_stack import MISTAKE, STACK_NOTE, STACK_SAYS, deep_stack, in_numbers
from ui.deep_stacks.eigenvalues import linear_case, many_eigenvalues
from ui.deep_stacks.equal_weights import (
    EQUAL_RULE,
    EQUAL_RULE_SAYS,
    EQUAL_SAYS,
    WALK,
    equal_weights,
)
from ui.deep_stacks.questions import ask_what_equals_learn, ask_what_is_left, ask_who_keeps_it
from ui.shared import state
from ui.shared.chapters import Chapter, chapters
from ui.shared.digit.choose import LessonDigit, choose_digit
from ui.shared.glossary import say
from ui.shared.lesson import open_lesson, section, show_code
from ui.shared.tour.stops import DEEP_STACKS


def idea(digit: LessonDigit) -> None:
    """What the chart shows, and two networks of which one begins with equal weights."""
    say(STACK_SAYS)
    say(STACK_NOTE)
    st.subheader("All weights equal", anchor=False)
    say(EQUAL_SAYS)
    section(equal_weights, WALK.run_every)(digit)
    ask_what_equals_learn()


def numbers(digit: LessonDigit) -> None:
    """The formulas, where weights begin, and eigenvalues."""
    in_numbers()
    ask_who_keeps_it(digit.image)
    linear_case(digit)
    st.subheader("Why equal units stay equal", anchor=False)
    say(EQUAL_RULE_SAYS)
    st.latex(EQUAL_RULE)


def experts(digit: LessonDigit) -> None:
    """What PyTorch does, the eigenvalues of a whole layer, and the code."""
    say(MISTAKE)
    many_eigenvalues(digit)
    show_code(
        kaiming_uniform_std, draw_weight, run_stack, power_by_multiplication,
        power_by_eigenvalues, learn_ten_digits,
    )  # fmt: skip


open_lesson(DEEP_STACKS)
shown = choose_digit()
deep_stack(shown)
ask_what_is_left(shown.image)
chapters(
    Chapter(lambda: idea(shown)),
    Chapter(
        lambda: numbers(shown),
        [state.STACK_WIDTH, state.PAIR, state.FIRST_EIGENVALUE, state.SECOND_EIGENVALUE,
         state.EIGEN_ANGLE, state.PAIR_SIZE, state.PAIR_ANGLE, state.EIGEN_TIMES],
    ),
    Chapter(lambda: experts(shown), [state.SPECTRUM_START, state.SPECTRUM_TIMES]),
)  # fmt: skip
