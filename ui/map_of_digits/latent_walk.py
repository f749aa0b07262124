"""A slider for each latent number, with the decoder in the browser: the digit follows at once."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui.shared.components.script import read_beside

HOTTEST = 1.5
_keeper = st.components.v2.component(
    "latent_keeper", js=read_beside(__file__, "latent_decoder.js", "latent_keeper.js")
)
_walk = st.components.v2.component(
    "latent_walk",
    html=read_beside(__file__, "latent_walk.html").replace("{HOTTEST}", str(HOTTEST)),
    css=read_beside(__file__, "latent_walk.css"),
    js=read_beside(__file__, "latent_decoder.js", "latent_walk.js"),
    isolate_styles=False,
)


def keep_decoder(data: dict[str, str], key: str) -> None:
    """Send a decoder to the browser; see `ui.map_of_digits.map_data.decoder_data`."""
    _keeper(key=key, data=data)


def latent_walk(
    data: dict[str, Any], key: str, on_code: Callable[[str], None], on_roll: Callable[[float], None]
) -> None:
    """Sliders, and the digit and the strips that a decoder draws which `keep_decoder` has sent.

    data:    "decoder": its name; "code": where the sliders stand, as `write_code` writes it;
             "numbers": for each slider its "index" in the code, "name", what it "carries" and
             that as a "share" of the greatest; "noise": what the temperature stretches to a
             code; "extent", "step", and "steps" of a strip
    on_code: called as a callback with the code when the sliders have come to rest; the text comes
             from outside, so it may be anything
    on_roll: called as a callback with the temperature, in [0, 1.5], when other random numbers
             are wanted
    """

    def tell_code() -> None:
        if (code := st.session_state[key].get("code")) is not None:
            on_code(str(code))

    def tell_roll() -> None:
        if (temperature := st.session_state[key].get("roll")) is not None:
            on_roll(min(max(0.0, float(temperature)), HOTTEST))

    _walk(key=key, data=data, on_code_change=tell_code, on_roll_change=tell_roll)
