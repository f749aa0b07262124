"""Which channel of which batch the lesson on batch normalisation looks at."""

import streamlit as st
import torch
from torch import Tensor

from mnist_core.data.mnist import to_images_01
from mnist_core.inside.batch_norm import Channel, NormLayer, channel_of, inputs_of, norm_layers
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.registry import DEFAULT_MODEL
from mnist_core.pictures.own_digits import varied_own_digits
from ui.shared.digit.test_digits import quiet_test_digits
from ui.shared.process import shared_reader
from ui.shared.state import NORM_BATCH, NORM_CHANNEL, NORM_LAYER
from ui.shared.widgets import pick, slide, slide_up_to

LARGEST_BATCH = 64
FIRST_OTHER = 100
"""Digits from this one on keep the visitor's digit company."""


def choose_channel() -> None:
    """Layer and channel; chapters below it follow. Raises WeightsUnusable."""
    titles = {number: layer.title for number, layer in enumerate(norm_layers(_model()))}
    with st.container(horizontal=True, wrap=False, gap="medium"):
        pick(NORM_LAYER, "Batch normalisation", titles)
        slide_up_to(NORM_CHANNEL, "Channel", 0, chosen_layer().channels - 1)


def choose_company() -> None:
    """How many pictures the batch has."""
    slide(NORM_BATCH, "Pictures in the batch", 1, LARGEST_BATCH)


def chosen_layer() -> NormLayer:
    """Raises WeightsUnusable."""
    return norm_layers(_model())[NORM_LAYER.get()]


def chosen_channel(image: Tensor, size: int | None = None) -> Channel:
    """The chosen channel for a batch of `image` (1, 1, 28, 28) and others, else the chosen size.

    Raises WeightsUnusable.
    """
    layer = chosen_layer()
    others = _inputs_of_others(layer.name, company_says())
    count = (size or NORM_BATCH.get()) - 1
    inputs = torch.cat([inputs_of(_model(), image, layer.name), others[:count]])
    return channel_of(layer.module, inputs, NORM_CHANNEL.get())


def company_says() -> str:
    """Who else is in the batch."""
    found = quiet_test_digits()
    if found is None:
        return "digits that this program draws, each turned, moved and made noisy a little"
    return f"{found.name}s from number {FIRST_OTHER} on"


def _model() -> FeatureClassifier:
    return shared_reader(DEFAULT_MODEL).trained.model


@st.cache_resource(max_entries=12, show_spinner=False)
def _inputs_of_others(name: str, company: str) -> Tensor:
    """What the layer is given for all others; one copy for all visitors, at most 7 MB each.

    company: tells apart what it is computed from
    """
    count = LARGEST_BATCH - 1
    found = quiet_test_digits()
    if found is None:
        return inputs_of(_model(), varied_own_digits(count), name)
    images = found.digits.images[FIRST_OTHER : FIRST_OTHER + count]
    return inputs_of(_model(), to_images_01(images), name)
