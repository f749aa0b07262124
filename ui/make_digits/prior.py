"""Digits for which nobody has asked, from random numbers alone."""

import streamlit as st

from mnist_core.latent.generate import prior_samples
from ui.shared.figures.strips import strip
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.process import shared_autoencoder
from ui.shared.state import PRIOR_SEED
from ui.shared.widgets import SEEDS, dice, number

SHOWN = 10
PRIOR = """
Roll the dice 20 times, and let the decoder draw what stands there. This is the picture with which
many first tutorials on autoencoders end. Some are fine digits, some are something between two.
"""


@section
def show_prior() -> None:
    """Ten draws from the prior of the VAE."""
    st.subheader("Without asking for a digit", anchor=False)
    say(PRIOR)
    images = prior_samples(shared_autoencoder("vae").model, SHOWN, PRIOR_SEED.get())
    with st.container(key="prior_row"):
        st.html(strip(images, [""] * SHOWN))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number(PRIOR_SEED, "Seed", 0, SEEDS - 1, width=150)
        dice(PRIOR_SEED, "New ones")
