"""Yes or no: a neuron, the border that it learns, and the loss that pulls at it."""

import streamlit as st

from mnist_core.experiments.regression import softmax
from mnist_core.experiments.regression.logistic import (
    boundary_in_square,
    boundary_on_axis,
    cross_entropy,
    cross_entropy_slope,
    descend,
    gradient,
    squared_error,
    squared_error_slope,
)
from ui.shared.chapters import Chapter, chapters
from ui.shared.digit.choose import choose_digit
from ui.shared.glossary import say
from ui.shared.lesson import open_lesson, show_code
from ui.shared.state import LESSON_OWN_DIGIT, LESSON_SOURCE, RIGHT_ANSWER, TEST_DIGIT, YES_DIGIT
from ui.shared.tour.stops import YES_OR_NO
from ui.yes_or_no.digits import one_digit
from ui.yes_or_no.figure import figure
from ui.yes_or_no.numbers import show_numbers
from ui.yes_or_no.questions import ask_about_the_slope, ask_which_loss_is_faster
from ui.yes_or_no.ten import TEN, ten_neurons
from ui.yes_or_no.words import BORDER, EXPERTS, IDEA, RULE, RULE_SAYS


def numbers() -> None:
    """The neuron, its losses and their slopes; with the numbers of the figure."""
    st.latex(RULE)
    say(RULE_SAYS)
    ask_about_the_slope()
    say(BORDER)
    show_numbers()


def experts() -> None:
    """784 inputs, ten classes, conventions, and the code."""
    one_digit()
    st.subheader("Ten neurons: which digit is it?", anchor=False)
    say(TEN)
    ten_neurons(choose_digit().image)
    say(EXPERTS)
    show_code(
        cross_entropy, cross_entropy_slope, squared_error, squared_error_slope, gradient, descend,
        boundary_on_axis, boundary_in_square, softmax.cross_entropy, softmax.cross_entropy_slope,
        softmax.gradient, softmax.rivals,
    )  # fmt: skip


open_lesson(YES_OR_NO)
figure()
ask_which_loss_is_faster()
chapters(
    Chapter(lambda: say(IDEA)),
    Chapter(numbers),
    Chapter(experts, [YES_DIGIT, RIGHT_ANSWER, LESSON_SOURCE, LESSON_OWN_DIGIT, TEST_DIGIT]),
)
