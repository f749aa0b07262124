"""From a picture of a test digit to the page that explains what a network reads in it."""

import streamlit as st

from mnist_core.inside.trace import can_be_traced
from ui.evaluate.reading import key_elsewhere
from ui.shared.session.networks import Network
from ui.shared.state import LESSON_SOURCE, TEST, TEST_DIGIT, TRACED, WHY_ASKED
from ui.shared.tour.stops import WHY_THIS_ANSWER


def ask_why(network: Network, index: int) -> None:
    """Have the lessons look at test digit `index`, with this network where it can be traced.

    Only in a callback, which cannot leave the page: `leave_if_asked` does that.
    """
    LESSON_SOURCE.set(TEST)
    TEST_DIGIT.set(index)
    if can_be_traced(network.model):
        TRACED.set(key_elsewhere(network))
    WHY_ASKED.set(True)


def leave_if_asked() -> None:
    """Go to the explanation when a picture has been clicked; at the top of the page."""
    if WHY_ASKED.get():
        WHY_ASKED.set(False)
        st.switch_page(WHY_THIS_ANSWER.file)


def leave_soon_if_asked() -> None:
    """The same from a part of the page: the whole page runs again, and leaves."""
    if WHY_ASKED.get():
        st.rerun()
