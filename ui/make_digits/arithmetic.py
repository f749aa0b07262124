"""Arithmetic with codes: their means, and one kind of digit exchanged for another."""

import streamlit as st
import torch

from mnist_core.latent.codes import decode, encode
from mnist_core.latent.plane import load_map
from mnist_core.latent.ways import exchange_class
from ui.make_digits.figures import equation
from ui.make_digits.kinds import choose_kind
from ui.shared.digit.choose import LessonDigit, choose_digit
from ui.shared.figures.strips import strip
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.process import shared_autoencoder
from ui.shared.state import GIVEN_CLASS, TAKEN_CLASS
from ui.shared.widgets import pills

MEANS = """
Encode all 6000 or so sevens of the training set and take the mean of their codes: that is the
place of *the* seven. Decoded, the ten means are digits without any character of their own.
"""
EXCHANGE = """
Codes can be added and subtracted like numbers. Take away what all digits of your digit's kind share
(their mean), and add what another kind shares. What stays is *how* you write: slant, thickness,
width. It does not always work, since nothing in the training asked for it.
"""


@section
def show_means() -> None:
    """The ten mean codes, decoded."""
    st.subheader("The mean of all sevens", anchor=False)
    say(MEANS)
    images = decode(shared_autoencoder("vae").model, load_map("vae").class_means)
    st.html(strip(images, [f"mean {k}" for k in range(10)]))


def show_arithmetic() -> None:
    """The visitor's digit, and one kind of digit exchanged for another."""
    st.subheader("Arithmetic with codes", anchor=False)
    say(EXCHANGE)
    st.latex(r"z' = z - \bar z_a + \bar z_b")
    show_exchange(choose_digit())


@section
def show_exchange(digit: LessonDigit) -> None:
    """z − mean(a) + mean(b), as pictures."""
    taken = choose_kind("Take away the mean a of", TAKEN_CLASS, digit)
    given = pills(GIVEN_CLASS, "Add the mean b of", range(10), wrap=True)
    model, means = shared_autoencoder("vae").model, load_map("vae").class_means
    latent = encode(model, digit.image).mean[0]
    result = exchange_class(latent, means, taken, given)
    terms = [latent, means[taken], means[given], result]
    names = [f"{digit.name}, its code z decoded", f"mean {taken}", f"mean {given}"]
    images = decode(model, torch.stack(terms)).numpy()
    with st.container(key="exchange"):
        st.html(
            equation(list(zip(["", "−", "+", "="], images, [*names, "the result"], strict=True)))
        )
