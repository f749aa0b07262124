"""Where to go from here, with the visitor's own digit."""

import streamlit as st

from mnist_core.experiments.first_steps import first_steps
from mnist_core.reading import Reading, Verdict
from ui.draw.cards_figures import curve, digit_card, slashed
from ui.shared.components.pictures import show_picture
from ui.shared.digit.canvas import add_slash
from ui.shared.figures.html import image
from ui.shared.glossary import say
from ui.shared.state import MODEL
from ui.shared.tour.stops import TEACHERS, THROUGH_THE_NETWORK, TRAIN

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
LESSON = """
**Teach a lesson.** A plan for 45 or 90 minutes: links that set every page up, what to say, and an
answer key.
"""
GO = ":material/arrow_forward:"
PICTURE = "width:100%;height:7rem"
BLIND = "deep_cnn"
"""The network that has hardly seen a slash."""
OWN_DIGIT = 0
"""Of the program's digits, for visitors who have not drawn yet."""


def show_cards(reading: Reading | None) -> None:
    """Three ways on with the visitor's digit in their pictures, and a fourth for teachers."""
    read = None if reading is None or reading.verdict is Verdict.NOTHING else reading
    seen = None if read is None else read.image
    digit = OWN_DIGIT if read is None else read.best_guesses[0]
    st.header("What next?", anchor=False)
    see, teach, fool, lesson = st.columns(4, border=True)
    with see:
        show_picture(digit_card(seen), key="card_see")
        say(SEE)
        st.page_link(THROUGH_THE_NETWORK.file, label="Your digit through the network", icon=GO)
    with teach:
        show_picture(curve(seen, digit, first_steps()), key="card_teach")
        say(TEACH)
        st.page_link(TRAIN.file, label="Train a network", icon=GO)
    with fool:
        show_picture(slashed(seen), key="card_fool")
        say(FOOL)
        st.button("Put a slash through it", on_click=_fool)
    with lesson:
        st.html(image(TEACHERS.picture, "A plan with ticks", PICTURE, "svg+xml"))
        say(LESSON)
        st.page_link(TEACHERS.file, label=TEACHERS.title, icon=GO)


def _fool() -> None:
    add_slash(OWN_DIGIT)
    MODEL.set(BLIND)
