"""Your digit, layer by layer: the whole network at work on one digit."""

import streamlit as st

from mnist_core.inside.fields import receptive_field
from mnist_core.inside.trace import trace
from mnist_core.inside.units import SOFTMAX, explain_unit
from ui.change_view import change_digit
from ui.compare_view import show_comparison
from ui.layers_view import (
    are_numbers,
    choose_network,
    choose_unit,
    layers_for,
    show_network,
    traceable,
)
from ui.lesson import LessonDigit, choose_digit, close_lesson, open_lesson
from ui.networks import Network, all_networks
from ui.patches_view import show_patches
from ui.unit_view import show_summary, show_unit
from ui.why_view import show_why

ANSWERS = """
What happens to your digit on its way through a trained network, from 28 × 28 pixels to ten
probabilities? Here is every number that the network computes: pick any of them, and see where it
comes from.
"""
UNIT = """
### One unit, number by number

A **unit** is one number that a layer computes. Its **receptive field** is the part of the digit
that it can see: nothing outside can change it. Below is how the network works it out: the numbers
under a small window, each times a weight that was learnt, all added up; then the block's other
steps.
"""
EXPERIMENTS = [
    (
        "Take a Deep CNN and click into the middle of a map of each ReLU in turn: rows 4, 9, 14 "
        "and 19.",
        "the red frame on the digit grows from 3 × 3 pixels to 8 × 8, to 18 × 18 and to the whole "
        "picture. A unit sees more, the more layers lie before it.",
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


@st.fragment
def whole_network(network: Network, digit: LessonDigit) -> None:
    """The picture of the network; a click in it reruns this."""
    st.subheader("The whole network", anchor=False)
    show_network(network, layers_for(network, digit))
    one_unit(network, digit)


@st.fragment
def one_unit(network: Network, digit: LessonDigit) -> None:
    """One unit of the network; choosing another one by a widget reruns only this."""
    layers = layers_for(network, digit)
    summary = st.container(key="unit_summary")
    st.markdown(UNIT)
    unit = choose_unit(layers)
    done = explain_unit(layers, unit, network.temperature)
    with summary:
        show_summary(layers, digit, done)
    show_unit(layers, digit, done)
    before_softmax = layers[-1].name if unit.layer == SOFTMAX else unit.layer
    show_patches(network, before_softmax, unit.channel)


open_lesson("Your digit, layer by layer", ANSWERS)
networks = all_networks()
if shown := traceable(networks):
    digit = choose_digit()
    lesson(choose_network(shown), digit)
close_lesson(EXPERIMENTS, trace, receptive_field, explain_unit)
