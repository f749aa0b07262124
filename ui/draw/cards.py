"""Where to go from here, with the visitor's own digit."""

import streamlit as st

from mnist_core.experiments.first_steps import first_steps
from mnist_core.reading import Reading, Verdict
from ui.draw.cards_figures import curve, digit_card, slashed
from ui.shared.components.pictures import show_picture
from ui.shared.digit.canvas import add_slash
from ui.shared.state import MODEL
from ui.shared.tour.stops import THROUGH_THE_NETWORK

SEE = """
**See inside it.** Every layer of the network at work on your digit, from pixels to answer.
"""
TEACH = """
**Teach one yourself.** A network starts with no idea. The curve shows how sure of your digit a
small one is after each step of training on digits of ours.
"""
FOOL = """
**Fool it.** Put a slash through a digit, as many people write their zero, and ask the network that
has learnt from MNIST alone.
"""
GO = ":material/arrow_forward:"
BLIND = "deep_cnn"
"""The network that has hardly seen a slash."""
OWN_DIGIT = 0
"""Of the program's digits, for visitors who have not drawn yet."""


def show_cards(reading: Reading | None) -> None:
    """Three ways on; the pictures in them are of the visitor's digit."""
    read = None if reading is None or reading.verdict is Verdict.NOTHING else reading
    image = None if read is None else read.image
    digit = OWN_DIGIT if read is None else read.best_guesses[0]
    st.subheader("What next?", anchor=False)
    see, teach, fool = st.columns(3, border=True)
    with see:
        show_picture(digit_card(image), key="card_see")
        st.markdown(SEE)
        st.page_link(THROUGH_THE_NETWORK.file, label="Your digit through the network", icon=GO)
    with teach:
        show_picture(curve(image, digit, first_steps()), key="card_teach")
        st.markdown(TEACH)
        st.page_link("pages/train.py", label="Train a network", icon=GO)
    with fool:
        show_picture(slashed(image), key="card_fool")
        st.markdown(FOOL)
        st.button("Put a slash through it", on_click=_fool)


def _fool() -> None:
    add_slash(OWN_DIGIT)
    MODEL.set(BLIND)
