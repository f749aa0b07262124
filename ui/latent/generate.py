"""Digits that nobody wrote, from random numbers."""

import streamlit as st

from mnist_core.latent.generate import draw_class, prior_samples
from mnist_core.models.cvae import ConditionalVAE
from mnist_core.models.registry import MODELS
from mnist_core.pictures.image_files import sheet_png
from mnist_core.words import percent
from ui.latent.figures import file_as_picture, strip
from ui.shared.lesson import section
from ui.shared.process import shared_autoencoder
from ui.shared.state import (
    ASKED_COUNT,
    ASKED_DIGIT,
    ASKED_SEED,
    ASKED_TEMPERATURE,
    PRIOR_SEED,
    Setting,
)
from ui.shared.widgets import SEEDS, dice, number, pills, slide

SHOWN = 10
MOST = 100
COLUMNS = 10
FILE_SCALE, FILE_GAP_PX = 4, 4
TILE_PX = 56
PRIOR = """
Roll the dice 20 times, $z \\sim N(0, I)$, and let the decoder draw what stands there. This is the
picture with which many first tutorials on autoencoders end. Some are fine digits, some are
something between two: the autoencoder was never told which digits there are, so nobody can order
a 3 from it.
"""
ASKED = """
Can a network draw the digit that you ask for? The **conditional** autoencoder can: its decoder
gets the 20 random numbers *and* that digit. The **temperature** $T$ stretches the random numbers,
$z = T \\cdot \\varepsilon$: 0 draws the same plain digit each time, 1 is what the decoder was
trained for, and with more it gets bolder, and wrong more often.
"""
READ = """
How many are what was asked for? Of {count} drawn digits of each kind (at temperature 1), another
network, the *{judge}*, reads **{share}** as the digit that was asked for; of the {digit}s
**{each}**.
"""


def show_generate() -> None:
    """Ten from the prior, and any number of a chosen digit."""
    st.subheader("Generate", anchor=False)
    st.markdown(
        "All pictures in this part are **generated**: a network drew them, no person wrote them."
    )
    st.markdown(PRIOR)
    show_prior()
    st.markdown(ASKED)
    show_asked()


@section
def show_prior() -> None:
    """Ten draws from the prior of the VAE."""
    images = prior_samples(shared_autoencoder("vae").model, SHOWN, PRIOR_SEED.get())
    with st.container(key="prior_row"):
        st.html(strip(images, [""] * SHOWN))
    new_ones(PRIOR_SEED)


def new_ones(setting: Setting[int]) -> None:
    """The seed, and a button for the next one."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number(setting, "Seed", 0, SEEDS - 1, width=150)
        dice(setting, "New ones")


@section
def show_asked() -> None:
    """A sheet of a chosen digit."""
    trained = shared_autoencoder("cvae")
    assert isinstance(trained.model, ConditionalVAE)
    digit, count, temperature = choose_asked()
    new_ones(ASKED_SEED)
    images = draw_class(trained.model, digit, count, ASKED_SEED.get(), temperature)
    columns = min(count, COLUMNS)
    with st.container(key="asked_sheet"):
        alt = f"{count} generated picture{'s' * (count > 1)} of the digit {digit}"
        st.html(file_as_picture(sheet_png(images, columns), "png", alt, columns * TILE_PX))
    st.download_button(
        "Download the sheet as PNG", lambda: sheet_png(images, columns, FILE_SCALE, FILE_GAP_PX),
        f"generated_{digit}.png", "image/png", icon=":material/download:", on_click="ignore",
        key="asked_png",
    )  # fmt: skip
    if read := trained.card.read_as_asked:
        st.markdown(
            READ.format(
                count=read["per_class"], judge=MODELS[read["judge"]].title, digit=digit,
                share=percent(read["share"]), each=percent(read["each"][digit]),
            )
        )  # fmt: skip


def choose_asked() -> tuple[int, int, float]:
    """Digit, how many, temperature."""
    digit = pills(ASKED_DIGIT, "Digit", range(10), wrap=True)
    left, right = st.columns(2, gap="large")
    with left:
        count = slide(ASKED_COUNT, "How many", 1, MOST)
    with right:
        temperature = slide(ASKED_TEMPERATURE, "Temperature T", 0.0, 1.5, 0.05)
    return digit, count, temperature
