"""A hand that writes on the empty canvas until the visitor draws; the network reads along."""

from typing import Any

import streamlit as st

from mnist_core.models.registry import READERS
from mnist_core.pictures.own_digits import DIGITS, drawn_so_far, in_canvas_pixels, on_canvas
from mnist_core.pictures.strokes import CANVAS_PX
from mnist_core.reading import DigitReader
from ui.draw.answer import answer_of
from ui.draw.strip import pictures_of
from ui.shared.components.script import read_beside
from ui.shared.digit.drawing import current_drawing
from ui.shared.process import shared_reader
from ui.shared.state import HAND_RESTS

WRITTEN = (2, 8, 5)
MOMENTS = 8
"""Of each digit: so often the network reads what is there by then."""
WRITING_MS, STANDING_MS = 1200, 400
BRUSH_PX = 20
_hand = st.components.v2.component(
    "hand",
    html=read_beside(__file__, "hand.html"),
    css=read_beside(__file__, "hand.css"),
    js=read_beside(__file__, "moment.js", "hand.js"),
    isolate_styles=False,
)


def show_hand(key: str) -> None:
    """Over the canvas; it is gone for good when the visitor has drawn.

    key: of the network that reads along; only shipped ones do
    """
    if current_drawing().objects:
        HAND_RESTS.set(True)
    writes = not HAND_RESTS.get() and key in READERS
    _hand(key="hand", data=shared_writing(key) if writes else {})


@st.cache_resource(show_spinner=False)
def shared_writing(key: str) -> dict[str, Any]:
    """All that the hand writes and what the network `key` reads of it, for `hand.js`.

    Raises WeightsUnusable.
    """
    reader = shared_reader(key)
    return {
        "writing_ms": WRITING_MS,
        "standing_ms": STANDING_MS,
        "brush": BRUSH_PX / CANVAS_PX,
        "blank": {"by": "hand", "answer": answer_of(None), "pictures": {}},
        "digits": [
            {
                "strokes": [(s / CANVAS_PX).round(3).tolist() for s in in_canvas_pixels(DIGITS[d])],
                "moments": [moment(reader, d, (n + 1) / MOMENTS) for n in range(MOMENTS)],
            }
            for d in WRITTEN
        ],
    }


def moment(reader: DigitReader, digit: int, share: float) -> dict[str, Any]:
    """The answer, and the strip's pictures, when a share of the digit has been written."""
    picture = on_canvas(drawn_so_far(DIGITS[digit], share), BRUSH_PX)
    reading = reader.read(picture)
    return {
        "by": "hand",
        "answer": answer_of(reading),
        "pictures": pictures_of(reader, reading, picture),
    }
