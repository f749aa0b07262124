"""One unit of the network taken apart: beside the maps, or on a phone in a sheet over them."""

import streamlit as st

from mnist_core.inside.trace import Layer
from mnist_core.inside.units import SOFTMAX, UnitArithmetic, explain_unit
from ui.shared.components.script import read_beside
from ui.shared.digit.choose import LessonDigit
from ui.shared.glossary import say
from ui.shared.inside.patches import show_patches
from ui.shared.session.networks import Network
from ui.shared.state import UNIT_CHANNEL, UNIT_COLUMN, UNIT_LAYER, UNIT_OPEN, UNIT_ROW
from ui.through_the_network.network import choose_unit
from ui.through_the_network.unit import show_arithmetic, show_summary

CLOSED = "@media (max-width: 900px) { .st-key-unit_panel { display: none } }"
UNIT_SETTINGS = (UNIT_LAYER, UNIT_CHANNEL, UNIT_ROW, UNIT_COLUMN)
EXCITES = "**What excites it most**"
OTHER = "**Another unit**"


def unit_panel(network: Network, layers: list[Layer], digit: LessonDigit) -> UnitArithmetic:
    """The chosen unit: its value number by number, and the nine pictures that excite it most."""
    open_if_asked()
    closed = "" if UNIT_OPEN.get() else CLOSED
    with st.container(key="unit_panel"):
        st.html(f"<style>{read_beside(__file__, 'page.css')}{closed}</style>")
        with st.container(key="unit_close"):
            st.button("Close", icon=":material/close:", on_click=lambda: UNIT_OPEN.set(False))
        above = st.container()
        say(OTHER)
        unit = choose_unit(layers)
        done = explain_unit(layers, unit, network.temperature)
        with above:
            show_summary(layers, digit, done)
            show_arithmetic(done)
            say(EXCITES)
            before_softmax = layers[-1].name if unit.layer == SOFTMAX else unit.layer
            show_patches(network, before_softmax, unit.channel)
    return done


def open_if_asked() -> None:
    """An address that names a unit opens the sheet."""
    named = any(setting.key in st.query_params for setting in UNIT_SETTINGS)
    if named and UNIT_OPEN.key not in st.session_state:
        UNIT_OPEN.set(True)
