"""From your drawing into the latent space and back."""

import streamlit as st
import torch

from mnist_core.latent.codes import Codes, decode, encode, sample_codes
from mnist_core.weights import TrainedAutoencoder
from ui.map_of_digits.place import open_sliders_at
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.strips import strip
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.process import shared_autoencoder
from ui.shared.state import CODE_SEED
from ui.shared.widgets import dice

SAMPLES = 8
CODE = """
The **encoder** turns the 784 pixels into 20 numbers. Or rather into 20 little clouds: for each
number it gives a mean μ and a spread σ, since it is never quite sure. The **decoder** turns 20
numbers back into a picture. First you see your digit, then what becomes of it when all numbers
stand at their means, then from draws out of the cloud.
"""
BLANK = (
    "Your canvas is blank: there is no ink to encode. Draw something with *Change the digit*; "
    "until then you see {says}."
)


@section
def show_your_code(digit: LessonDigit) -> None:
    """The digit, drawn again from the mean and from samples."""
    st.subheader("From your drawing", anchor=False)
    say(CODE)
    if digit.unmet:
        st.info(BLANK.format(says=digit.name), icon=":material/draw:")
    trained = shared_autoencoder("vae")
    codes = encode(trained.model, digit.image)
    show_codes(trained, digit, codes)
    offer_ways_on(codes)


def show_codes(trained: TrainedAutoencoder, digit: LessonDigit, codes: Codes) -> None:
    """One row: the input, from the mean, from samples."""
    latents = torch.cat([codes.mean, sample_codes(codes, SAMPLES, CODE_SEED.get())])
    images = torch.cat([digit.image[0], decode(trained.model, latents)])
    captions = ["<b>input</b> x", "<b>mean</b> μ"]
    captions += [f"sample {k}" for k in range(1, SAMPLES + 1)]
    with st.container(key="your_code"):
        st.html(strip(images, captions))


def offer_ways_on(codes: Codes) -> None:
    """Other samples, and the mean as a start for the sliders."""
    with st.container(horizontal=True):
        dice(CODE_SEED, "Other samples")
        walks = st.button(
            "Walk from here", icon=":material/directions_walk:", key="walk_from_here",
            on_click=lambda: walk_from(codes.mean[0].tolist()),
            help="Opens the sliders, and puts the 20 means of your digit into them.",
        )  # fmt: skip
    if walks:
        st.rerun()  # the sliders are in another part of the page


def walk_from(code: list[float]) -> None:
    """The sliders stand in another chapter: say what has happened to them."""
    open_sliders_at(code)
    st.toast("These 20 sliders now stand where your digit is.", icon=":material/directions_walk:")
