"""Draw a digit and watch a convolutional network read it."""

from functools import partial

import streamlit as st

from mnist_core.layers.activations import softmax
from mnist_core.models.registry import READERS
from mnist_core.pictures.preprocessing import canvas_to_mnist, normalise_stroke
from mnist_core.reading import DigitReader, PlainReader, read_with_all
from ui.draw.answer import show_answer, show_probabilities
from ui.draw.explain import explain, name_of, show_other_opinions, xray
from ui.shared.digit.sources import choose_picture
from ui.shared.lesson import show_code, try_or_say
from ui.shared.process import open_through_app, shared_reader
from ui.shared.session.networks import session_networks, warn_of
from ui.shared.state import MODEL
from ui.shared.widgets import segmented


def load_readers() -> dict[str, DigitReader]:
    """The shipped networks and the visitor's own; each that cannot be loaded gets a sentence."""
    readers: dict[str, DigitReader] = {}
    for key in READERS:
        reader = try_or_say(partial(shared_reader, key))
        if reader is not None:
            readers[key] = reader
    for key, network in session_networks().items():
        readers[key] = PlainReader(network.model, network.temperature)
    return readers


@st.fragment
def lesson() -> None:
    """Everything that follows the pen; a stroke reruns only this."""
    readers = load_readers()
    canvas_column, answer_column, bars_column = st.columns([320, 260, 400], gap="medium")
    with canvas_column:
        picture = choose_picture()
    with bars_column:
        bars, choices = st.container(), st.container()
    with choices:
        titles = {key: name_of(key) for key in [*READERS, *session_networks()]}
        own = session_networks()
        key = segmented(MODEL, "The network has learnt from", titles, only_here=own)
        warn_of(own.get(key))
    readings = {} if picture is None else read_with_all(readers, picture)
    reading = readings.get(key)
    with answer_column:
        show_answer(reading)
    with bars:
        show_probabilities(reading)
    with choices:
        show_other_opinions(key, readings)
    xray(readers.get(key), reading)
    explain(key, readers)


open_through_app()
st.title("Draw a digit", anchor=False)
st.markdown("Draw one digit, 0 to 9. A neural network reads it after every stroke.")
lesson()
show_code(canvas_to_mnist, normalise_stroke, softmax)
