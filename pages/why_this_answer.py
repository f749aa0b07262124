"""Why this answer: which pixels speak for it, and how little it takes to change it."""

import streamlit as st

from mnist_core.inside.saliency import probabilities_of
from ui.shared.chapters import Chapter, chapters
from ui.shared.digit.choose import LessonDigit, choose_digit
from ui.shared.inside.answer import is_an_answer
from ui.shared.inside.change import change_digit
from ui.shared.inside.traced import traceable
from ui.shared.lesson import open_lesson
from ui.shared.session.networks import Network, all_networks
from ui.shared.state import ATTACK_MANY, GRADIENT_SHOWN, TRACED, WINDOW_PX, WINDOW_STEP_PX
from ui.shared.tour.stops import WHY_THIS_ANSWER
from ui.shared.widgets import choose_network
from ui.why_this_answer.chapters import experts, idea
from ui.why_this_answer.glance import choose_explained, show_maps
from ui.why_this_answer.questions import ask_what_a_window_costs
from ui.why_this_answer.ways import show_ways


@st.fragment
def lesson(networks: dict[str, Network], asked_digit: LessonDigit) -> None:
    """The maps, below them what is explained and what changes the digit, then the chapters."""
    figure = st.container()
    left, explained = st.columns(2)
    with left:
        network = choose_network(TRACED, networks)
    changed = change_digit(asked_digit, network)
    image = changed.digit.image
    probabilities = probabilities_of(network.model, image, network.temperature)
    with figure:
        if not is_an_answer(probabilities):
            return
    with explained:
        asked = choose_explained(probabilities)
    with figure:
        show_maps(network, image, probabilities, asked)
    ask_what_a_window_costs(network, image, asked)
    chapters(
        Chapter(lambda: idea(network, asked)),
        Chapter(
            lambda: show_ways(network, image, asked), [GRADIENT_SHOWN, WINDOW_PX, WINDOW_STEP_PX]
        ),
        Chapter(lambda: experts(network, changed.before_attack), [ATTACK_MANY]),
    )


open_lesson(WHY_THIS_ANSWER)
if shown := traceable(all_networks()):
    lesson(shown, choose_digit())
