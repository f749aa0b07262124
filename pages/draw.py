"""Draw a digit and watch a convolutional network read it."""

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.layers.activations import softmax
from mnist_core.models.registry import READERS
from mnist_core.pictures.preprocessing import canvas_to_mnist, normalise_stroke
from ui import draw
from ui.draw.answer import show_answer
from ui.draw.cards import show_cards
from ui.draw.chapters import name_of, show_chapters
from ui.draw.frames import place_of_frames, show_frames
from ui.draw.hand import show_hand
from ui.draw.pen import follow_pen
from ui.draw.readers import load_readers
from ui.draw.strip import show_strip
from ui.draw.turns import turns
from ui.shared.digit.several import choose_among, number_in
from ui.shared.digit.sources import choose_picture
from ui.shared.glossary import begin_glosses
from ui.shared.lesson import show_code
from ui.shared.process import open_through_app
from ui.shared.session.networks import session_networks, warn_of
from ui.shared.state import MODEL
from ui.shared.tour.stops import DRAW
from ui.shared.widgets import segmented


@st.fragment
@turns.final()
def lesson() -> None:
    """Everything that follows the pen; a stroke reruns only this."""
    readers = load_readers()
    with st.container(key="first_screen"):
        answer = st.container(key="first_answer")
        canvas = st.container(key="first_canvas")
        strip = st.container(key="first_strip")
    with strip:
        which, pictures = st.container(), st.container()
        own = session_networks()
        titles = {key: name_of(key) for key in [*READERS, *own]}
        key = segmented(MODEL, "The network has learnt from", titles, only_here=own)
        warn_of(own.get(key))
    reader = readers.get(key)
    with canvas:
        frames: list[DeltaGenerator] = []
        pen: list[DeltaGenerator] = []

        def over() -> None:
            show_hand(key if key in readers else "")
            frames.append(place_of_frames())
            pen.append(st.container())

        picture = choose_picture(over)
    number = None if picture is None or reader is None else number_in(picture, reader)
    with which:
        reading = None if number is None else choose_among(number)
    with answer:
        show_answer(number)
    for place in frames:
        show_frames(place, number)
    with pictures:
        show_strip(reader, reading, picture)
    for place in pen:
        with place:  # its news come last: it takes its own answer back when the final one is there
            follow_pen(reader)
    show_cards(reading)
    show_chapters(key, readers, reading)


open_through_app()
begin_glosses()
st.html(Path(draw.__file__).with_name("first_screen.css"))
with st.container(key="draw_title"):
    st.title(DRAW.question, anchor=False)
    st.markdown(
        "Draw a digit, 0 to 9, or several side by side. A neural network reads along as you draw."
    )
lesson()
show_code(canvas_to_mnist, normalise_stroke, softmax)
