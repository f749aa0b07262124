"""The whole network in one picture, and one unit of it taken apart."""

import streamlit as st

from mnist_core.inside.units import SOFTMAX, explain_unit
from ui.layer_by_layer.network import choose_unit, layers_for, show_network
from ui.layer_by_layer.patches import show_patches
from ui.layer_by_layer.unit import show_summary, show_unit
from ui.shared.digit.choose import LessonDigit
from ui.shared.session.networks import Network

UNIT = """
### One unit, number by number

A **unit** is one number that a layer computes. Its **receptive field** is the part of the digit
that it can see: nothing outside can change it. Below is how the network works it out: the numbers
under a small window, each times a weight that was learnt, all added up; then the block's other
steps.
"""


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
