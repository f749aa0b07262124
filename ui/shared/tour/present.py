"""Present: the page for a projector and a class that takes turns."""

import streamlit as st

from ui.shared.components.script import read_beside
from ui.shared.digit.canvas import clear_canvas
from ui.shared.session.runs import session_runs
from ui.shared.state import GUESS, PRESENT
from ui.shared.tour.share import offer_code


def show_for_class() -> None:
    """Large letters without prose, two buttons and a QR code; nothing when Present is off."""
    if not PRESENT.get():
        return
    st.html(f"<style>{read_beside(__file__, 'present.css')}</style>")
    with st.container(key="class", horizontal=True):
        st.button("Clear", icon=":material/delete:", key="clear_for_class", on_click=clear_canvas)
        st.button("New group", icon=":material/groups:", on_click=welcome_new_group)
        offer_code()


def welcome_new_group() -> None:
    """Clear the drawing, all guesses and all runs, which end; settings stay."""
    clear_canvas()
    session_runs().end()
    for key in [key for key in st.session_state if str(key).startswith(GUESS)]:
        del st.session_state[key]
