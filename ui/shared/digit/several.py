"""A number of several digits: which of them is looked at."""

from typing import cast

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.errors import WeightsUnusable
from mnist_core.models.registry import DEFAULT_MODEL
from mnist_core.number import Number, find_number
from mnist_core.reading import DigitReader, Reading
from mnist_core.words import ordinal
from ui.shared.digit.drawing import current_drawing
from ui.shared.process import shared_reader
from ui.shared.state import WHICH_DIGIT
from ui.shared.widgets import pills

READ_IN = "number_read_in_drawing"


def number_in(picture: NDArray[np.uint8], reader: DigitReader) -> Number:
    """What the reader reads; of the visitor's own drawing it knows the strokes."""
    return find_number(reader, picture, strokes=current_drawing().strokes_of(picture))


def choose_among(number: Number) -> Reading:
    """The reading of the digit that is looked at; there is a choice where there are several."""
    count = len(number.digits)
    if count < 2:
        return number.whole
    if WHICH_DIGIT.get() > count:
        WHICH_DIGIT.set(1)
    digits = {
        place: f"{ordinal(place)}: {one.reading.digit}"  # the browser sends back the text
        for place, one in enumerate(number.digits, start=1)
    }
    pills(WHICH_DIGIT, f"You wrote {number.text}. Which digit to look at", digits)
    return looked_at(number)[1]


def looked_at(number: Number) -> tuple[int, Reading]:
    """Which digit is looked at, from 1 on, and its reading; the whole's where it is none or one."""
    count = len(number.digits)
    if count < 2:
        return 1, number.whole
    which = min(WHICH_DIGIT.get(), count)
    return which, number.digits[which - 1].reading


def drawn_number() -> Number | None:
    """What the shipped network reads on the visitor's canvas, which may be several digits.

    None where nothing is drawn, or where the network cannot be loaded.
    """
    drawing = current_drawing()
    picture = drawing.picture
    if picture is None or not drawing.objects:
        return None
    read_in = cast(tuple[NDArray[np.uint8], Number] | None, st.session_state.get(READ_IN))
    if read_in is None or read_in[0] is not picture:
        try:
            read_in = (picture, number_in(picture, shared_reader(DEFAULT_MODEL)))
        except WeightsUnusable:
            return None
        st.session_state[READ_IN] = read_in
    return read_in[1]
