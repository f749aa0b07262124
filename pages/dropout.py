"""Dropout: values that fall out at random, and what many such accidents say together."""

import streamlit as st

from mnist_core.data.mnist import mnist_is_here
from mnist_core.inside.dropout import predict_with_masks
from mnist_core.layers.dropout import (
    channel_mask,
    dropout,
    dropout_by_loops,
    dropout_gradient,
    element_mask,
    original_dropout,
    original_evaluation,
)
from ui.dropout.conventions import conventions
from ui.dropout.maps import on_maps
from ui.dropout.modes import modes
from ui.dropout.questions import (
    ask_about_a_hard_digit,
    ask_about_a_high_rate,
    ask_about_all_awake,
    ask_about_the_mean,
    ask_when_it_breaks,
)
from ui.dropout.sparser import MASK_RULE, RATE, sparser
from ui.dropout.study import study
from ui.dropout.uncertainty import everything_awake, spread
from ui.shared import state
from ui.shared.chapters import Chapter, chapters
from ui.shared.digit.choose import LessonDigit, choose_digit
from ui.shared.glossary import say
from ui.shared.lesson import open_lesson, show_code
from ui.shared.tour.stops import DROPOUT


def idea(digit: LessonDigit) -> None:
    """What falls out, and whether that helps."""
    say(RATE)
    on_maps(digit)
    study()


def numbers(digit: LessonDigit) -> None:
    """Masks, modes and means."""
    st.latex(MASK_RULE)
    modes(digit)
    conventions(digit)
    ask_about_the_mean(digit.image)


def experts(digit: LessonDigit) -> None:
    """Monte-Carlo dropout, PyTorch's train mode, and the code."""
    spread(digit)
    ask_about_a_high_rate(digit.image)
    if mnist_is_here():
        ask_about_a_hard_digit()
    everything_awake(digit)
    ask_about_all_awake(digit.image)
    show_code(
        element_mask, channel_mask, dropout, original_dropout, original_evaluation,
        dropout_gradient, dropout_by_loops, predict_with_masks,
    )  # fmt: skip


open_lesson(DROPOUT)
shown = choose_digit()
sparser(shown)
ask_when_it_breaks(shown.image)
chapters(
    Chapter(lambda: idea(shown), [state.MAPS_NETWORK, state.MAPS_RATE]),
    Chapter(lambda: numbers(shown), [state.MODES_RATE, state.MEAN_RATE, state.MEAN_OVER]),
    Chapter(
        lambda: experts(shown),
        [state.SPREAD_NETWORK, state.SPREAD_AS_TRAINED, state.SPREAD_RATE],
    ),
)
