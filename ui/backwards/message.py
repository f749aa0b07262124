"""The main figure: the message of each layer for one right answer, and one of its numbers."""

import streamlit as st
from torch import Tensor

from mnist_core.inside.learning.deltas import Backwards, backwards
from mnist_core.words import percent
from ui.backwards.figures import columns_of, message_maps
from ui.shared.components.pictures import Pick, pickable
from ui.shared.glossary import say
from ui.shared.process import shared_reader
from ui.shared.right_answer import choose_right_answer, digit_meant
from ui.shared.state import BACK_LAYER, BACK_UNIT
from ui.shared.widgets import segmented, slide_up_to

NETWORK = "mlp"


def message(image: Tensor) -> tuple[Backwards, int, int]:
    """image: (1, 1, 28, 28). Returns the message, and the layer and unit that are chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="back_row"):
        found = sent_back(image, choose_right_answer())
        titles = {at: f"δ{'¹²³'[at]}" for at in range(len(found.layers))}
        layer = segmented(BACK_LAYER, "Layer", titles)
    units = [len(shown.delta) for shown in found.layers]  # the session keeps what a callback names
    unit = min(BACK_UNIT.get(), units[layer] - 1)
    pickable(message_maps(found, layer, unit), "back_maps", lambda pick: _go_to(pick, units))
    unit = slide_up_to(BACK_UNIT, "Unit", 0, units[layer] - 1)
    say(loss_says(found), small=True)
    return found, layer, unit


def sent_back(image: Tensor, answer: int) -> Backwards:
    """Through the network of this page. answer: from `choose_right_answer`"""
    model = shared_reader(NETWORK).model
    return backwards(model, image, digit_meant(answer, model(image)[0].detach()))


def loss_says(found: Backwards) -> str:
    """What the network gives the right answer, and its loss."""
    chance = percent(float(found.probabilities[found.label]))
    return (
        f"The network gives the {found.label} {chance}: a loss J of {found.loss:.3g}. Each picture "
        "has its own scale of colours: orange is above zero, blue below. Click on a number, or "
        "take the slider, to take it apart under *By the numbers*."
    )


def _go_to(pick: Pick, units: list[int]) -> None:
    layer = int(pick.part.removeprefix("layer"))
    columns = columns_of(units[layer])
    rows = -(-units[layer] // columns)
    BACK_LAYER.set(layer)
    BACK_UNIT.set(min(int(pick.y * rows) * columns + int(pick.x * columns), units[layer] - 1))
