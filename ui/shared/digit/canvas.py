"""The digit canvas: white ink on black, with Undo and Clear that a finger can reach."""

import logging

import numpy as np
import streamlit as st
import streamlit_drawable_canvas
from numpy.typing import NDArray
from streamlit_drawable_canvas import st_canvas

from mnist_core.pictures.image_files import decode_picture
from ui.shared.digit.drawing import current_drawing
from ui.shared.state import BRUSH_PX
from ui.shared.widgets import slide

SIDE_PX = 280
KEY = "canvas"

# The component's own toolbar lies invisibly over the canvas's upper right, where it swallows
# strokes and, at a tap, erases the drawing. It has no switch, so its component is declared anew,
# about which Streamlit need not warn.
logging.getLogger("streamlit.components.v2.component_registry").addFilter(
    lambda record: "streamlit-drawable-canvas" not in record.getMessage()
)
streamlit_drawable_canvas.out = st.components.v2.component(
    "streamlit-drawable-canvas.streamlit_drawable_canvas",
    html="<style>.dc-toolbar { display: none !important }</style><div class='canvas-root'></div>",
    css="index-*.css",
    js="index-*.js",
)


def digit_canvas() -> NDArray[np.uint8] | None:
    """Show the canvas; returns the drawing as uint8 (280, 280, 4) RGBA, None before any stroke."""
    drawing = current_drawing()
    if KEY not in st.session_state:  # the canvas is new in the page: on return, too
        drawing.restart_with(drawing.objects)
    st.caption("Draw in here:")
    result = st_canvas(
        stroke_width=BRUSH_PX.get(),
        stroke_color="#FFFFFF",
        background_color="#000000",
        width=SIDE_PX,
        height=SIDE_PX,
        initial_drawing={"objects": drawing.start, "revision": drawing.revision},
        return_image_data=True,
        key=KEY,
    )
    objects = (result.json_data or {}).get("objects", [])
    if result.image_bytes and not drawing.is_outdated(objects):
        drawing.accept(objects, decode_picture(result.image_bytes))
    _canvas_buttons(has_ink=bool(drawing.objects))
    return drawing.picture if drawing.objects else None


def _canvas_buttons(has_ink: bool) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button("Undo", icon=":material/undo:", on_click=undo_stroke, disabled=not has_ink)
        st.button("Clear", icon=":material/delete:", on_click=clear_canvas, disabled=not has_ink)
        with st.popover("Brush", icon=":material/brush:"):
            slide(BRUSH_PX, "Brush width", 6, 40, format="%d px")


def undo_stroke() -> None:
    """Take the last stroke off the canvas."""
    drawing = current_drawing()
    drawing.restart_with(drawing.objects[:-1])


def clear_canvas() -> None:
    """Take everything off the canvas."""
    current_drawing().restart_with([])
