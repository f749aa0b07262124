"""What the lesson on first-layer weights loads: moments of the trainings, and autoencoders."""

import streamlit as st
from torch import Tensor

from mnist_core.errors import WeightsUnusable
from mnist_core.inside.first_layer import FirstLayer, first_and_last, kept_moments
from mnist_core.models.vae import VAE
from mnist_core.weights import FIRST_LAYER_DIR, WEIGHTS_DIR, load_autoencoder
from mnist_core.words import spaced
from ui.shared.glossary import say
from ui.shared.process import shared_reader
from ui.shared.session.runs import session_runs
from ui.shared.state import Setting
from ui.shared.walk import Walk, walk_through
from ui.shared.widgets import slide_up_to

TRAINED_AGAIN = ("deep_cnn",)
"""Networks whose moments are of another training by the recipe of the shipped weights."""
ON_A_PAGE = 64


@st.cache_resource(show_spinner=False)
def shared_moments(key: str) -> list[FirstLayer]:
    """The first layer of a shipped network through its training. Raises WeightsUnusable."""
    return kept_moments(key, shared_reader(key).trained.model, FIRST_LAYER_DIR)


@st.cache_resource(show_spinner=False)
def shared_ends(key: str) -> list[FirstLayer]:
    """Its first layer before and after its training. Raises WeightsUnusable."""
    return first_and_last(key, shared_reader(key).trained.model)


def moments_of(key: str) -> list[FirstLayer]:
    """All moments, or only the first and the last and a sentence about those that cannot be had."""
    try:
        return shared_moments(key)
    except WeightsUnusable as error:
        ends = shared_ends(key)
        st.warning(f"{error} Until then: only before and after.", icon=":material/warning:")
        return ends


def say_moment(moment: FirstLayer) -> str:
    """For people, since a walk's slider counts moments, not batches."""
    if moment.step is None:
        return "after training: the shipped weights"
    if moment.step == 0:
        return "before training: random numbers"
    return f"after {spaced(moment.step)} batches"


def autoencoders() -> dict[str, VAE]:
    """By name: the shipped VAE where there is one, and those that the visitor is training."""
    found: dict[str, VAE] = {}
    if (WEIGHTS_DIR / "vae.json").exists():
        found["VAE, shipped"] = load_autoencoder("vae").model
    runs = session_runs()
    for name, player in zip(runs.names, runs.players, strict=True):
        model = player.run.trainer.model
        if isinstance(model, VAE):
            found[f"Your run: {name}, {spaced(player.run.step_count)} batches"] = model
    return found


def choose_moment(walk: Walk, moments: list[FirstLayer]) -> FirstLayer:
    """Walk through the training."""
    chosen = moments[walk_through(walk, len(moments), "Moment of the training")]
    say(f"**{say_moment(chosen).capitalize()}**")
    return chosen


def choose_page(setting: Setting[int], order: Tensor) -> Tensor:
    """The places of `order` that are on the chosen page."""
    pages = -(-len(order) // ON_A_PAGE)
    page = slide_up_to(setting, f"Page, of {ON_A_PAGE} each", 1, pages)
    return order[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
