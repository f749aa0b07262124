"""Frames over the canvas, where a number is read digit by digit."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.number import Number
from mnist_core.pictures.strokes import CANVAS_PX
from ui.shared.components.script import read_beside
from ui.shared.state import WHICH_DIGIT


def place_of_frames() -> DeltaGenerator:
    """To be called between the canvas and its buttons."""
    return st.container(key="frames")


def show_frames(place: DeltaGenerator, number: Number | None) -> None:
    """A frame round each digit, a violet one round the digit that is looked at."""
    if number is None or len(number.digits) < 2:
        return
    frames = []
    for which, digit in enumerate(number.digits, start=1):
        box = digit.box
        left, top = box.left / CANVAS_PX, box.top / CANVAS_PX
        width, height = (box.right - box.left) / CANVAS_PX, (box.bottom - box.top) / CANVAS_PX
        sides = {"left": left, "top": top, "width": width, "height": height}
        style = ";".join(f"{side}:{share:.2%}" for side, share in sides.items())
        chosen = ' class="looked-at"' if which == WHICH_DIGIT.get() else ""
        frames.append(f'<span{chosen} style="{style}"></span>')
    label = f"Read digit by digit: {' '.join(number.text)}"
    styles = f"<style>{read_beside(__file__, 'frames.css')}</style>"
    place.html(
        f'{styles}<div class="frames" role="img" aria-label="{label}">{"".join(frames)}</div>'
    )
