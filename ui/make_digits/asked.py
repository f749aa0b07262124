"""As many as wanted of a digit that is asked for."""

import streamlit as st

from mnist_core.latent.generate import draw_class
from mnist_core.models.cvae import ConditionalVAE
from mnist_core.models.registry import MODELS
from mnist_core.pictures.image_files import sheet_png
from mnist_core.weights import TrainedAutoencoder
from mnist_core.words import percent
from ui.shared.figures.strips import file_as_picture
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.process import shared_autoencoder
from ui.shared.state import ASKED_COUNT, ASKED_DIGIT, ASKED_SEED, ASKED_TEMPERATURE
from ui.shared.widgets import SEEDS, dice, number, pills, slide

KEY = "cvae"
MOST = 100
COLUMNS = 10
FILE_SCALE, FILE_GAP_PX = 4, 4
TILE_PX = 56
GENERATED = """
All these pictures are **generated**: a network drew them, no person wrote them. The **temperature**
says how far they may go from the plainest one.
"""
CONDITIONAL = """
A plain autoencoder has never been told which digits there are, so nobody can order a 3 from it. The
**conditional** autoencoder was told, for every picture that it learned from, which digit it is. So
its decoder gets 20 random numbers *and* the digit that you ask for.
"""
TEMPERATURE = """
The dice give 20 random numbers $\\varepsilon \\sim N(0, I)$, and the **temperature** $T$ stretches
them before the decoder sees them. 0 draws the same plain digit each time, 1 is what the decoder was
trained for, and with more it gets bolder, and wrong more often.
"""
STRETCHED = r"z = T \cdot \varepsilon"
READ = """
How many are what was asked for? Of {count} drawn digits of each kind (at temperature 1), another
network, the *{judge}*, reads **{share}** as the digit that was asked for; of the {digit}s
**{each}**.
"""


def conditional() -> tuple[TrainedAutoencoder, ConditionalVAE]:
    """The autoencoder that is told which digit it is to draw. Raises WeightsUnusable."""
    trained = shared_autoencoder(KEY)
    assert isinstance(trained.model, ConditionalVAE)
    return trained, trained.model


@section
def show_asked() -> None:
    """The main figure: a sheet of a chosen digit, and what is below it."""
    _, model = conditional()
    digit = pills(ASKED_DIGIT, "Digit", range(10), wrap=True)
    place = st.container(key="asked_sheet")
    with st.container(horizontal=True, vertical_alignment="bottom", width=COLUMNS * TILE_PX):
        temperature = slide(ASKED_TEMPERATURE, "Temperature T", 0.0, 1.5, 0.05)
        dice(ASKED_SEED, "New ones")
    say(GENERATED, small=True)
    with st.expander("How many, which dice, and the sheet as a file", icon=":material/tune:"):
        count = slide(ASKED_COUNT, "How many", 1, MOST)
        number(ASKED_SEED, "Seed", 0, SEEDS - 1, width=150)
        images = draw_class(model, digit, count, ASKED_SEED.get(), temperature)
        columns = min(count, COLUMNS)
        st.download_button(
            "Download the sheet as PNG",
            lambda: sheet_png(images, columns, FILE_SCALE, FILE_GAP_PX),
            f"generated_{digit}.png", "image/png", icon=":material/download:", on_click="ignore",
            key="asked_png",
        )  # fmt: skip
    alt = f"{count} generated picture{'s' * (count > 1)} of the digit {digit}"
    place.html(file_as_picture(sheet_png(images, columns), "png", alt, columns * TILE_PX))


@section
def show_temperature() -> None:
    """What the temperature does to the random numbers, and how many can be read."""
    st.subheader("What the temperature stretches", anchor=False)
    say(TEMPERATURE)
    st.latex(STRETCHED)
    trained, _ = conditional()
    digit = ASKED_DIGIT.get()
    if read := trained.card.read_as_asked:
        say(
            READ.format(
                count=read["per_class"], judge=MODELS[read["judge"]].title, digit=digit,
                share=percent(read["share"]), each=percent(read["each"][digit]),
            )
        )  # fmt: skip
