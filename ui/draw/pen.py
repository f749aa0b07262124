"""The answer follows the pen: what the network reads while a stroke is being drawn.

Why not the whole network in the browser: each phone would fetch 3.9 MB, compute 9.5 million
products a picture, and need a second preprocessing that must equal Python's for ever.
"""

import streamlit as st

from mnist_core.pictures.strokes import CANVAS_PX
from mnist_core.reading import DigitReader
from ui.draw.moment import live_moment
from ui.draw.turns import turns
from ui.shared.components.script import read_beside
from ui.shared.digit.canvas import KEY as CANVAS
from ui.shared.digit.drawing import current_drawing
from ui.shared.state import MODEL, SOURCE

KEY = "pen"
ANSWERED, FINALS, SEEN = "pen_answered", "pen_finals", "pen_seen"
"""The number of the last picture that was answered; how often the final answer was worked out, and
what it was worked out from."""
_pen = st.components.v2.component(
    "pen", js=read_beside(__file__, "moment.js", "pen.js"), isolate_styles=False
)


def follow_pen(reader: DigitReader | None) -> None:
    """Beside the canvas; to be called when a final answer has been worked out and shown.

    A picture that comes together with the final drawing is left to the final answer.
    """
    st.session_state[FINALS] = st.session_state.get(FINALS, 0) + 1
    st.session_state[ANSWERED] = _asked()[0]
    st.session_state[SEEN] = _seen()
    _answer(reader)


@st.fragment
def _answer(reader: DigitReader | None) -> None:
    if _seen() != st.session_state[SEEN]:
        # The browser has sent a picture and something else in one message. Streamlit then reruns
        # the fragment of the first alone, and the final answer would never come.
        st.rerun()
    number, png = _asked()
    moment, is_busy = None, False
    if reader is not None and number != st.session_state[ANSWERED]:
        st.session_state[ANSWERED] = number
        with turns.live() as mine:
            is_busy = not mine
            moment = live_moment(reader, png) if mine else None
    drawing = current_drawing()
    _pen(
        key=KEY,
        data={
            "side": CANVAS_PX,
            "number": number,
            "moment": moment,
            "busy": is_busy,
            "final": st.session_state[FINALS],
            "strokes": len(drawing.objects),
            "restarts": drawing.revision,
        },
    )


def _seen() -> tuple[object, ...]:
    """What a final answer is worked out from."""
    canvas = (st.session_state.get(CANVAS) or {}).get("drawing") or {}
    objects = (canvas.get("raw") or {}).get("objects")
    return objects, current_drawing().revision, MODEL.get(), SOURCE.get()


def _asked() -> tuple[int, str]:
    """Number and data address of the newest picture; it is sent back in the run that it began."""
    state = st.session_state.get(KEY) or {}
    asked = state.get("picture")
    if not isinstance(asked, dict):
        return 0, ""
    number, png = asked.get("number"), asked.get("png")
    return number if isinstance(number, int) else 0, png if isinstance(png, str) else ""
