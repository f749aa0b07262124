"""Through the network: a digit on its way from 28 × 28 pixels to ten probabilities."""

import streamlit as st

from ui.shared.chapters import Chapter, chapters
from ui.shared.digit.choose import LessonDigit, choose_digit
from ui.shared.glossary import say
from ui.shared.inside.answer import is_an_answer
from ui.shared.inside.change import change_digit
from ui.shared.inside.traced import layers_for, traceable
from ui.shared.lesson import open_lesson
from ui.shared.session.networks import Network, all_networks
from ui.shared.state import TRACED
from ui.shared.tour.stops import THROUGH_THE_NETWORK
from ui.shared.widgets import choose_network
from ui.through_the_network.chapters import experts, idea, numbers
from ui.through_the_network.network import choose_maps, show_network
from ui.through_the_network.panel import unit_panel
from ui.through_the_network.questions import ask_how_much_is_seen
from ui.through_the_network.words import ROWS


@st.fragment
def lesson(networks: dict[str, Network], asked: LessonDigit) -> None:
    """Maps on the left, the chosen unit beside them; what changes the digit stands below."""
    maps, beside = st.columns([5, 3], gap="medium")
    with maps:
        figure = st.container()
        with st.container(horizontal=True, key="maps_row"):
            network, size = choose_network(TRACED, networks), choose_maps()
        digit = change_digit(asked, network).digit
        layers = layers_for(network, digit)
        with figure:
            if not is_an_answer(layers[-1].outputs):
                return
            show_network(network, layers, size)
        ask_how_much_is_seen(network, layers)
        say(ROWS, small=True)
    with beside:
        done = unit_panel(network, layers, digit)
    chapters(
        Chapter(lambda: idea(network, layers, digit)),
        Chapter(lambda: numbers(layers, digit, done)),
        Chapter(experts),
    )


open_lesson(THROUGH_THE_NETWORK)
if shown := traceable(all_networks()):
    lesson(shown, choose_digit())
