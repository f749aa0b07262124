"""Pictures in SVG, which `st.html` would strip, and pictures that tell where they were clicked."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from ui.shared.components.script import read_beside

_component = st.components.v2.component(
    "picture",
    html='<div class="pick-root"></div>',
    css=read_beside(__file__, "pictures.css"),
    js=read_beside(__file__, "pictures.js"),
    isolate_styles=False,
)


@dataclass(frozen=True)
class Pick:
    """A click. part: the `data-pick` of the element hit; x, y: where in it, in [0, 1)."""

    part: str
    x: float
    y: float


def show_picture(html: str, key: str) -> None:
    """Show `html` with SVG in it, made by this program; its `currentColor` is the text's."""
    _component(key=key, data={"html": html})


def pickable(html: str, key: str, on_pick: Callable[[Pick], None]) -> None:
    """Show `html`, made by this program; a click on an element with `data-pick` calls `on_pick`.

    `on_pick` runs before the page (or the fragment around this) is drawn anew, as a callback, so
    it may set the value of any widget. What a click does must also be reachable by keyboard
    through widgets beside the picture.
    """

    def tell() -> None:
        picked = st.session_state[key].get("pick")
        if picked:
            x, y = (min(max(float(picked[axis]), 0.0), 0.999999) for axis in ("x", "y"))
            on_pick(Pick(str(picked["part"]), x, y))

    _component(key=key, data={"html": html}, on_pick_change=tell)
