"""First-layer weights: what looks at the picture itself, before, during and after training."""

import streamlit as st

from mnist_core.inside.first_layer import (
    bias_on_pixels,
    decoder_columns,
    on_pixels,
    responses,
    squared_norms,
    use_of_units,
    vote,
)
from ui.first_layer.decoder import columns
from ui.first_layer.kernels import KERNELS, RESPONSE_RULE, RESPONSE_SAYS, kernels, kernels_walk
from ui.first_layer.questions import (
    ask_how_large_they_begin,
    ask_what_it_responds_to,
    ask_what_the_last_units_are,
)
from ui.first_layer.templates import (
    TEMPLATES,
    VOTE_RULE,
    VOTE_RULE_SAYS,
    templates,
    templates_walk,
    votes,
)
from ui.first_layer.units import UNITS, USE, USE_RULE, units, units_walk
from ui.shared.chapters import Chapter, chapters
from ui.shared.digit.choose import LessonDigit, choose_digit
from ui.shared.glossary import say
from ui.shared.lesson import open_lesson, section, show_code
from ui.shared.state import KERNELS_OF, UNITS_BY
from ui.shared.tour.stops import FIRST_LAYER


def idea(digit: LessonDigit) -> None:
    """How templates vote, and what kernels respond to."""
    say(TEMPLATES)
    votes(digit)
    st.subheader("Kernels and what they respond to", anchor=False)
    say(KERNELS)
    section(kernels, kernels_walk.run_every)(digit)
    ask_what_it_responds_to(digit.image)


def numbers(digit: LessonDigit) -> None:
    """The formulas, and 512 filters sorted by two of them."""
    say(VOTE_RULE_SAYS)
    st.latex(VOTE_RULE)
    say(RESPONSE_SAYS)
    st.latex(RESPONSE_RULE)
    st.subheader("512 filters", anchor=False)
    say(UNITS + USE)
    st.latex(USE_RULE)
    section(units, units_walk.run_every)(digit)
    ask_what_the_last_units_are()


def experts(digit: LessonDigit) -> None:
    """The other end of an autoencoder, and the code."""
    columns(digit)
    show_code(
        vote, on_pixels, bias_on_pixels, squared_norms, use_of_units, responses, decoder_columns
    )


open_lesson(FIRST_LAYER)
shown = choose_digit()
section(templates, templates_walk.run_every)(shown)
ask_how_large_they_begin()
chapters(
    Chapter(lambda: idea(shown), [KERNELS_OF]),
    Chapter(lambda: numbers(shown), [UNITS_BY]),
    Chapter(lambda: experts(shown)),
)
