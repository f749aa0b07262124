"""A map of the latent space to point at; the decoder runs in the browser."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui.shared.components.script import read_beside

_component = st.components.v2.component(
    "latent_pad",
    html=read_beside(__file__, "latent_pad.html"),
    css=read_beside(__file__, "latent_pad.css"),
    js=read_beside(__file__, "latent_decoder.js", "latent_pad.js"),
)


def latent_pad(
    data: dict[str, Any], key: str, on_place: Callable[[tuple[float, float]], None]
) -> bool:
    """A map whose decoded digit follows the pointer, as soon as its decoder is there.

    data:     see `ui.map_of_digits.map_data.map_data`; "name" of the map, and of its "decoder";
              whether it "takes" a place

    The diamond stands where the CSS variables --yours-x and --yours-y put it: new `data` would be
    sent as a whole.
    on_place: called as a callback with the place (a, b) that the visitor takes over, within
              ±reach; True is returned in the run that follows it
    """

    def tell() -> None:
        if place := st.session_state[key].get("place"):
            reach = data["reach"]
            a, b = (min(max(-reach, float(place[axis])), reach) for axis in ("a", "b"))
            on_place((a, b))

    return bool(_component(key=key, data=data, on_place_change=tell).get("place"))


def wants_decoder(key: str, name: str) -> bool:
    """Whether somebody has touched the map `name`, which has no decoder before that."""
    return (st.session_state.get(key) or {}).get("wants") == name
