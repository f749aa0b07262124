"""The digit canvas: white ink on black, with Undo and Clear that a finger can reach."""

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import streamlit as st
import streamlit_drawable_canvas
from numpy.typing import NDArray
from streamlit_drawable_canvas import st_canvas

from mnist_core.pictures.image_files import decode_picture
from mnist_core.pictures.own_digits import DIGITS, in_canvas_pixels, on_canvas, slash_through
from mnist_core.pictures.strokes import (
    CANVAS_PX,
    THICKEST_PX,
    THINNEST_PX,
    BrushStroke,
    Strokes,
)
from ui.shared.components.script import read_beside
from ui.shared.digit.drawing import INK, CanvasObjects, current_drawing, objects_of
from ui.shared.digit.kept import keep_drawing
from ui.shared.state import BRUSH_PX
from ui.shared.widgets import slide

KEY = "canvas"
CONTROLS_KEY = "canvas_controls"
NAME = (
    "Canvas. Draw a digit with the mouse or a finger; or press a key from 0 to 9, and an "
    "example of that digit is put here."
)

# The component's own toolbar lies invisibly over the canvas's upper right, where it swallows
# strokes and, at a tap, erases the drawing; nor can its canvas be named, focused or made to fit.
# It has no switch, so its component is declared anew, about which Streamlit need not warn.
logging.getLogger("streamlit.components.v2.component_registry").addFilter(
    lambda record: "streamlit-drawable-canvas" not in record.getMessage()
)
_canvas: Callable[..., object] = st.components.v2.component(
    "streamlit-drawable-canvas.streamlit_drawable_canvas",
    html=f"<style>{read_beside(__file__, 'canvas.css')}</style>"
    f'<div class="canvas-root" role="application" tabindex="0" aria-label="{NAME}"></div>',
    css="index-*.css",
    js="index-*.js",
)
_controls = st.components.v2.component(
    CONTROLS_KEY, js=read_beside(__file__, "canvas_controls.js"), isolate_styles=False
)


def _as_wide_as_its_place(**arguments: object) -> object:
    return _canvas(**{**arguments, "width": "stretch"})


streamlit_drawable_canvas.out = _as_wide_as_its_place


def digit_canvas(over: Callable[[], None] | None = None) -> NDArray[np.uint8] | None:
    """Show the canvas; returns the drawing as uint8 (280, 280, 4) RGBA, None before any stroke.

    over: shows what lies over the canvas, and between it and its buttons
    """
    drawing = current_drawing()
    if KEY not in st.session_state:  # the canvas is new in the page: on return, too
        drawing.restart_with(drawing.objects)
    st.html(Path(__file__).with_name("canvas_place.css"))
    with st.container(key="canvas_place"):
        result = st_canvas(
            stroke_width=BRUSH_PX.get(),
            stroke_color=INK,
            background_color="#000000",
            width=CANVAS_PX,
            height=CANVAS_PX,
            initial_drawing={"objects": drawing.start, "revision": drawing.revision},
            return_image_data=True,
            key=KEY,
        )
        objects = (result.json_data or {}).get("objects", [])
        if result.image_bytes and not drawing.is_outdated(objects):
            drawing.accept(objects, decode_picture(result.image_bytes))
        if over is not None:
            over()
        _canvas_buttons(has_ink=bool(drawing.objects))
        _controls(
            key=CONTROLS_KEY,
            data={"revision": drawing.revision},
            on_example_change=_load_asked_example,
        )
        keep_drawing("kept_by_canvas")
    return drawing.picture if drawing.objects else None


def _canvas_buttons(has_ink: bool) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button("Undo", icon=":material/undo:", on_click=undo_stroke, disabled=not has_ink)
        st.button("Clear", icon=":material/delete:", on_click=clear_canvas, disabled=not has_ink)
        with st.popover("Brush", icon=":material/brush:"):
            slide(BRUSH_PX, "Brush width", THINNEST_PX, THICKEST_PX, format="%d px")


def undo_stroke() -> None:
    """Take the last stroke off the canvas."""
    drawing = current_drawing()
    drawing.restart_with(drawing.objects[:-1])


def clear_canvas() -> None:
    """Take everything off the canvas."""
    current_drawing().restart_with([])


def load_example(digit: int) -> None:
    """Put a digit of this program's own on the canvas, in the place of what is there."""
    current_drawing().restart_with(_by_brush(in_canvas_pixels(DIGITS[digit])))


def add_slash(digit: int) -> None:
    """Put a slash through what is on the canvas; if that is nothing, through a digit of our own."""
    drawing = current_drawing()
    picture = drawing.picture
    if not drawing.objects or picture is None or not picture[..., 0].any():
        load_example(digit)
        picture = on_canvas(DIGITS[digit])
    drawing.restart_with([*drawing.objects, *_by_brush([slash_through(picture)])])


def _by_brush(points: Strokes) -> CanvasObjects:
    """Straight lines in canvas pixels, with the brush as it is set."""
    return objects_of([BrushStroke(each, BRUSH_PX.get(), smooth=False) for each in points])


def _load_asked_example() -> None:
    asked = st.session_state[CONTROLS_KEY].get("example")
    if asked in DIGITS:
        load_example(int(asked))
