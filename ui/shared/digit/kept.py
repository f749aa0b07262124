"""The drawing as a text: in links, and in the tab, which brings it back after a reload."""

import streamlit as st

from mnist_core.errors import StrokesUnusable
from mnist_core.pictures.stroke_text import unpack_strokes
from ui.shared.address import refuse, take_once
from ui.shared.components.script import read_beside
from ui.shared.digit.drawing import current_drawing

IN_LINK = "strokes"
"""The name that the drawing has in a link."""
UNREADABLE = (
    "The drawing in this link cannot be read, perhaps because a part of the link is missing. "
    "All that the link says besides holds."
)
_kept = st.components.v2.component(
    "kept_drawing", js=read_beside(__file__, "kept.js"), isolate_styles=False
)


def take_linked_drawing() -> None:
    """Put the strokes of a link on the canvas, once; of one that is broken the page says so."""
    text = take_once(IN_LINK)
    if text is None:
        return
    try:
        current_drawing().show(unpack_strokes(text))
    except StrokesUnusable:
        refuse(IN_LINK, UNREADABLE)


def keep_drawing(key: str) -> None:
    """Let the browser's tab keep the drawing; its component has this key.

    It stands once in each page, so that a reload of any brings the drawing back, and once beside
    the canvas, whose reruns leave the rest of the page alone.
    """

    def bring_back() -> None:
        drawing = current_drawing()
        drawing.heard = True
        if drawing.objects:
            return
        try:
            drawing.show(unpack_strokes(str(st.session_state[key].get("drawing"))))
        except StrokesUnusable:  # nobody has been promised this one
            drawing.show([])

    drawing = current_drawing()
    data = {
        "name": IN_LINK,
        "text": drawing.text,
        "session": drawing.session,
        "change": drawing.changes,
        "heard": drawing.heard,
    }
    _kept(key=key, data=data, on_drawing_change=bring_back)
