"""The map of the latent space: where the test digits lie, and what is drawn at each place."""

from typing import Any

import streamlit as st
import torch

from mnist_core.latent.codes import encode
from mnist_core.latent.decoder import planar_decoder, within_reach
from mnist_core.latent.plane import REACH, LatentMap, count_outside, load_map, manifold_picture
from mnist_core.words import percent
from ui.map_of_digits.latent_pad import latent_pad, wants_decoder
from ui.map_of_digits.latent_walk import keep_decoder
from ui.map_of_digits.map_data import decoder_data, diamond_style, map_data
from ui.map_of_digits.place import open_sliders_at
from ui.shared.digit.choose import LessonDigit
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.process import shared_autoencoder
from ui.shared.state import MAP_OF
from ui.shared.widgets import segmented

TWO, TWENTY = "2 numbers", "20 numbers"
KEYS = {TWO: "vae2d", TWENTY: "vae"}
PAD = "latent_pad"
DOTS = """
A **variational autoencoder** (VAE) learns to squeeze each picture of 784 pixels into a few numbers,
the **latent code**, and to draw the picture again from them. Its **encoder** finds the numbers, its
**decoder** draws. Then *any* numbers can be drawn, and their space can be walked through: that is
how a machine draws digits that nobody ever wrote.

Each dot is one of MNIST's 10 000 test digits, at the place where the encoder puts it. Nobody told
the autoencoder which digit is which (the colours were added afterwards), and still equal digits
lie together. The decoder draws what belongs to a place also where no dot is.
"""
SAYS = {
    TWO: "This autoencoder has **2** latent numbers, so the map shows its whole latent space: "
    "across is $z_1$, upwards $z_2$. Two numbers are few for all that handwriting: some digits "
    "overlap, and all come out a little blurred.",
    TWENTY: "This autoencoder has **20** latent numbers, and no map has 20 directions. Shown are "
    "the two along which the codes vary most (*principal component analysis*, PCA). They hold "
    "only **{share}** of the variance, so this is a flat shadow of the space: digits that "
    "overlap here may lie far apart in the other directions.",
}
PLANE = r"z = \bar z + a \, u_1 + b \, u_2"
PLANE_SAYS = (
    "On the map of *20 numbers*, the digit beside it is decoded from this $z$: $\\bar z$ is the "
    "mean of all codes, $u_1$ and $u_2$ are the two directions, $a$ (across) and $b$ (upwards) "
    "are the place."
)


@section
def show_map(digit: LessonDigit) -> None:
    """The plane that the visitor chooses, with its dots, its digits and theirs."""
    place = st.container()
    chosen = segmented(MAP_OF, "Autoencoder with", [TWO, TWENTY])
    key = KEYS[chosen]
    model, found = shared_autoencoder(key).model, load_map(key)
    with place:
        st.html(diamond_style(found.plane.project(encode(model, digit.image).mean)[0], REACH))
        is_taken = latent_pad(shared_pad(key), PAD, lambda place: take_place(found, place))
        if wants_decoder(PAD, key):
            keep_decoder(shared_flat_decoder(key), "pad_decoder")
        if is_taken:
            st.rerun()  # the sliders are in another part of the page
    say(SAYS[chosen].format(share=percent(sum(found.plane.explained))))
    say(say_what_stands(digit, found), small=True)


@st.cache_resource(show_spinner="Drawing the map …")
def shared_pad(key: str) -> dict[str, Any]:
    """What the browser gets to draw the map: the same for all visitors, nobody changes it."""
    model, found = shared_autoencoder(key).model, load_map(key)
    middle = planar_decoder(model, found.plane).decode(torch.zeros(1, 2))[0]
    drawn = map_data(found, manifold_picture(model, found.plane), middle, REACH)
    return {**drawn, "name": key, "decoder": flat(key), "takes": key == KEYS[TWENTY]}


@st.cache_resource(show_spinner=False)
def shared_flat_decoder(key: str) -> dict[str, str]:
    """What decodes on the map, half a megabyte: it is sent when somebody touches the map."""
    model, found = shared_autoencoder(key).model, load_map(key)
    decoder = within_reach(planar_decoder(model, found.plane), REACH)
    return decoder_data(decoder, flat(key))


def flat(key: str) -> str:
    """What the decoder is called on the map, where it decodes from two coordinates."""
    return f"{key} on the map"


def take_place(found: LatentMap, place: tuple[float, float]) -> None:
    """Put a place of the plane into the sliders."""
    open_sliders_at(found.plane.at(torch.tensor(place)).tolist())


def say_what_stands(digit: LessonDigit, found: LatentMap) -> str:
    """What the signs in the map are, what is not in it, and how one moves."""
    outside = count_outside(found.coordinates)
    beyond = f" {outside} of the test digits lie outside of it." if outside else ""
    return (
        f"◆ {digit.name} · the large figures stand in the middle of their digit's dots · "
        f"*Digits drawn there* shows 20 × 20 decoded digits, each from its own middle. The map "
        f"reaches from −{REACH:g} to {REACH:g}.{beyond} Click to stay at a place; with the arrow "
        "keys you walk."
    )


def show_plane() -> None:
    """How a place of the map becomes a code."""
    st.subheader("A flat map of 20 directions", anchor=False)
    st.latex(PLANE)
    say(PLANE_SAYS)
