"""What a network reads while a part of the digit is covered, kept for all visitors."""

import streamlit as st
from torch import Tensor

from mnist_core.inside.saliency import Occlusion, occlude
from ui.shared.session.networks import Network

CACHED = 64
LEAST_DROP = 0.01
"""Of a probability: what gets the strongest colour at least."""


def cached_occlusion(network: Network, image_01: Tensor, size: int, stride: int) -> Occlusion:
    """One result for all visitors who ask the same; a network's key tells it from all others."""
    return _occlusion(
        network.key, image_01.numpy().tobytes(), size, stride,
        _network=network, _image_01=image_01,
    )  # fmt: skip


@st.cache_data(max_entries=CACHED, show_spinner=False)
def _occlusion(
    network_key: str, image: bytes, size: int, stride: int, _network: Network, _image_01: Tensor
) -> Occlusion:
    return occlude(_network.model, _image_01, size, stride, _network.temperature)
