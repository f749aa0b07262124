"""Your digit, layer by layer: the whole network at work on one digit."""

import streamlit as st

from mnist_core.inside.fields import receptive_field
from mnist_core.inside.trace import trace
from mnist_core.inside.units import explain_unit
from ui.layer_by_layer.change import change_digit
from ui.layer_by_layer.compare import show_comparison
from ui.layer_by_layer.network import are_numbers, layers_for, traceable
from ui.layer_by_layer.whole import whole_network
from ui.layer_by_layer.why import show_why
from ui.shared.digit.choose import LessonDigit, choose_digit
from ui.shared.lesson import close_lesson, open_lesson
from ui.shared.session.networks import Network, all_networks
from ui.shared.state import TRACED
from ui.shared.tour.stops import LAYER_BY_LAYER
from ui.shared.widgets import choose_network

ANSWERS = """
What happens to your digit on its way through a trained network, from 28 × 28 pixels to ten
probabilities? Here is every number that the network computes: pick any of them, and see where it
comes from.
"""
EXPERIMENTS = [
    (
        "Take a Deep CNN and click into the middle of a map of each ReLU in turn: rows 4, 9, 14 "
        "and 19.",
        "the violet frame on the digit grows from 3 × 3 pixels to 8 × 8, to 18 × 18 and to the "
        "whole picture. A unit sees more, the more layers lie before it.",
    ),
    (
        "Under *Turn it, move it, thicken it, attack it*, move the digit two pixels to the right.",
        "the digit moves along in the maps of the first rows, because a convolution does the same "
        "at every place. The ten probabilities at the end hardly change.",
    ),
    (
        "In row 4 of a Deep CNN, click on a place that has the page's own colour.",
        "batch norm gives a negative number, so ReLU makes 0 of it: $\\max(0, x)$. Just above, in "
        "row 3, the same place is blue.",
    ),
]


@st.fragment
def lesson(network: Network, digit: LessonDigit) -> None:
    """Everything that follows the digit; the sliders that change the digit rerun all of it."""
    digit = change_digit(digit, network)
    if not are_numbers(layers_for(network, digit)):
        return
    whole_network(network, digit)
    st.fragment(show_why)(network, digit)
    st.fragment(show_comparison)(all_networks(), digit)


open_lesson(LAYER_BY_LAYER, ANSWERS)
networks = all_networks()
if shown := traceable(networks):
    digit = choose_digit()
    lesson(choose_network(TRACED, shown), digit)
close_lesson(EXPERIMENTS, trace, receptive_field, explain_unit)
