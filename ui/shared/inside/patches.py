"""The pictures that excite a unit of a network most, cut at what it sees of them."""

from dataclasses import dataclass
from typing import cast

import streamlit as st

from mnist_core.data.mnist import Digits, mnist_is_here, to_images_01
from mnist_core.errors import MnistLabError
from mnist_core.inside.patches import (
    SAMPLE,
    Exciting,
    Patch,
    find_exciting,
    load_patches,
    own_material,
    patches_of,
)
from mnist_core.inside.trace import Block, block_of
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.registry import MODELS
from mnist_core.words import a_digit
from ui.shared.components.pictures import show_picture
from ui.shared.figures.patches import PatchLook, patch_grid
from ui.shared.glossary import say
from ui.shared.lesson import try_or_say
from ui.shared.process import shared_test_digits
from ui.shared.session.networks import MAX_NETWORKS, Network

SAYS = """
The places where this unit computes the largest values: of each picture the best place, of all
pictures the best nine. Left the **patch**, cut at the unit's receptive field (what it can see);
right the whole digit, with the patch marked. What the patches share is what the unit looks for.
"""
FROM_TEST = "Found among MNIST's 10 000 test digits."
FROM_SAMPLE = (
    f"Found among the first {SAMPLE} of MNIST's test digits, which this network has just read."
)
FROM_OWN = (
    "MNIST is not here, so these were found among 90 digits drawn by this program: the ten that "
    "it can draw, and shifted copies of them."
)
NO_LAYERS = "The layers of this network are not shown one by one, so neither are their units."
NO_UNITS = "This layer only changes the scale of the pixels or their order: choose a later one."
FLAT = "Flatten only puts all places of all channels into one row: choose the layer before it."
DEAD = "Nothing excites this unit: it computes 0 for every one of these pictures. It is *dead*."


@dataclass(frozen=True)
class Source:
    """Where patches come from: pictures, and what has been found among them."""

    digits: Digits
    found: dict[str, Exciting]
    says: str
    is_own: bool = False


def show_patches(network: Network, layer_name: str, channel: int) -> None:
    """The nine patches of one channel, or of one unit of a linear layer, in three rows."""
    model = network.model
    if not isinstance(model, FeatureClassifier):
        say(NO_LAYERS)
        return
    block = block_of(model, layer_name)
    if block is None:
        say(NO_UNITS)
        return
    source = _source(network, model)
    exciting = source.found[block.end]
    if channel >= len(exciting.index):
        say(FLAT)
        return
    patches = patches_of(model, exciting, block.end, channel)
    show_picture(patch_grid([_look(patch, source) for patch in patches]), key="patches")
    say(SAYS)
    st.caption(" ".join([_how_many(patches), _of_which_layer(block, layer_name), source.says]))


def _how_many(patches: list[Patch]) -> str:
    if not patches:
        return DEAD
    if len(patches) < 9:
        return f"Only these {len(patches)} pictures excite it at all."
    return ""


def _of_which_layer(block: Block, layer_name: str) -> str:
    if layer_name == block.end:
        return ""
    return f"The values are those at the end of the block of “{block.title}”, after its ReLU."


def _look(patch: Patch, source: Source) -> PatchLook:
    label = int(source.digits.labels[patch.index])
    name = (
        f"{a_digit(label)} drawn by this program" if source.is_own else f"test digit {patch.index}"
    )
    image = to_images_01(source.digits.images[patch.index : patch.index + 1])[0, 0].numpy()
    what = "" if source.is_own else f" ({a_digit(label)})"
    caption = f"<b>{patch.activation:.2f}</b><br>{name}{what}"
    alt = f"{name}{what}: activation {patch.activation:.2f}"
    return PatchLook(image, patch.field, caption, alt)


def _source(network: Network, model: FeatureClassifier) -> Source:
    digits = _test_digits()
    if digits is None:
        digits = _own_digits()
        return Source(digits, _found_now(network, model, digits), FROM_OWN, is_own=True)
    if network.key in MODELS:
        found = try_or_say(lambda: load_patches(network.key), st.warning, ":material/warning:")
        if found is not None:
            return Source(digits, found, FROM_TEST)
    sample = Digits(digits.images[:SAMPLE], digits.labels[:SAMPLE])
    return Source(sample, _found_now(network, model, sample), FROM_SAMPLE)


def _test_digits() -> Digits | None:
    """None where MNIST is not here, and is not to be fetched without being asked."""
    try:
        return shared_test_digits() if mnist_is_here() else None
    except MnistLabError:
        return None


@st.cache_resource(show_spinner=False)
def _own_digits() -> Digits:
    return own_material()


def _found_now(network: Network, model: FeatureClassifier, digits: Digits) -> dict[str, Exciting]:
    """Kept in the session for as many networks as it may have."""
    kept = cast(
        dict[tuple[str, int], dict[str, Exciting]],
        st.session_state.setdefault("patches_found", {}),
    )
    key = (network.key, len(digits))
    if key not in kept:
        kept[key] = find_exciting(model, digits.images)
    while len(kept) > MAX_NETWORKS:
        del kept[next(iter(kept))]
    return kept[key]
