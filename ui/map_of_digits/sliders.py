"""A slider for each of the 20 latent numbers, and what is decoded from them."""

from contextlib import suppress
from typing import Any

import streamlit as st

from mnist_core.errors import LatentImpossible
from mnist_core.latent.code_text import (
    by_what_they_carry,
    parse_code,
    random_code,
    shares_of_greatest,
    write_code,
)
from mnist_core.latent.codes import encode
from mnist_core.latent.decoder import plain_decoder
from mnist_core.latent.plane import EXTENT
from ui.map_of_digits.latent_walk import keep_decoder, latent_walk
from ui.map_of_digits.map_data import decoder_data
from ui.map_of_digits.place import COUNT, MAX_CHARS, STEP, get_latent, set_latent
from ui.shared.digit.choose import LessonDigit
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.process import shared_autoencoder
from ui.shared.state import LATENT, LATENT_SEED
from ui.shared.widgets import text

KEY = "vae"
STRIP_STEPS = 13
SLIDERS = """
Here are all 20 numbers of $z$. The strip above each slider shows what the decoder draws if that
number alone goes from −3 to 3. Few of them mean something that has a name, like slant or width:
the training asks for no such thing. They are ordered by how much they **carry**, those with most
first: the mean KL of the test digits, that is how many nats more this number tells about a digit
than a random number from $N(0, 1)$ would.
"""
TEMPERATURE = """
**Random z** rolls the dice: $z = T \\cdot \\varepsilon$ with 20 random numbers
$\\varepsilon \\sim N(0, I)$. The **temperature** $T$ stretches them: 0 is the middle of the
space, 1 is as varied as the training digits, more goes out to where few digits are.
"""
AS_TEXT = "The numbers z1 to z20, to copy, or to put others in (empty: all are 0)"
BOUNDED = (
    f"The sliders go from −{EXTENT:g} to {EXTENT:g} in steps of {STEP:g}; what lies beyond is "
    "brought to the nearer end. The numbers stand in the page's address too: whoever opens that "
    "sees your digit."
)


def show_sliders(digit: LessonDigit) -> None:
    """What the sliders are, and the sliders with all that they draw."""
    st.subheader("All 20 numbers", anchor=False)
    say(SLIDERS)
    say(TEMPERATURE)
    send_decoder(digit)
    show_walk(digit)


@section
def send_decoder(_: LessonDigit) -> None:
    """In a part of its own, so that it rests while the sliders move."""
    keep_decoder(shared_decoder(), "latent_keeper")


@st.cache_resource(show_spinner=False)
def shared_decoder() -> dict[str, str]:
    """What the browser decodes with: the same for all visitors, nobody changes it."""
    return decoder_data(plain_decoder(shared_autoencoder(KEY).model), KEY)


@section
def show_walk(digit: LessonDigit) -> None:
    """The sliders, and where they may start from."""
    kl = shared_autoencoder(KEY).card.kl_per_dimension
    offer_start(digit)
    sliders = st.container()
    show_as_text()  # before the sliders, since it is what takes the numbers out of the address
    walk = {"decoder": KEY, "numbers": numbers_of(kl), "code": write_code(get_latent(), STEP)}
    bounds = {"extent": EXTENT, "step": STEP, "steps": STRIP_STEPS}
    noise = {"noise": random_code(COUNT, LATENT_SEED.get(), 1.0).tolist()}
    with sliders:
        latent_walk({**walk, **bounds, **noise}, "latent_walk", take_code, roll)


def offer_start(digit: LessonDigit) -> None:
    """The digit above as a place to start from."""
    st.button(
        "Start from the digit above", icon=":material/edit:", key="z_from_digit",
        help="The 20 means that the encoder finds for it.",
        on_click=lambda: set_latent(
            encode(shared_autoencoder(KEY).model, digit.image).mean[0].tolist()
        ),
    )  # fmt: skip


def numbers_of(kl: list[float]) -> list[dict[str, Any]]:
    """For each slider what it is called and how much it carries, in the order of that."""
    shares = shares_of_greatest(kl)
    return [
        {"index": i, "name": f"z{i + 1}", "share": shares[i], "carries": f"{kl[i]:.2f} nats"}
        for i in by_what_they_carry(kl)
    ]


def take_code(written: str) -> None:
    """Where the sliders have come to rest."""
    with suppress(LatentImpossible):  # it comes from the browser, from which anything may come
        set_latent(parse_code(written[:MAX_CHARS], COUNT))


def roll(temperature: float) -> None:
    """Other random numbers into the sliders."""
    LATENT_SEED.set(LATENT_SEED.get() + 1)
    set_latent(random_code(COUNT, LATENT_SEED.get(), temperature).tolist())


def show_as_text() -> None:
    """All numbers in one line that can be copied and changed."""
    written = text(LATENT, AS_TEXT, max_chars=MAX_CHARS)
    try:
        parse_code(written, COUNT)
    except LatentImpossible as error:
        st.warning(f"{error} Until then the sliders stand at 0.", icon=":material/edit:")
    say(BOUNDED, small=True)
