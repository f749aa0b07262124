"""Kernels that a network has found in training: which one slides over the digit."""

from dataclasses import dataclass

import streamlit as st
from torch import Tensor

from mnist_core.experiments.kernels import Kernel
from mnist_core.inside.first_layer import learnt_kernels
from mnist_core.models.registry import MODELS
from ui.convolution.kernel_cells import forget_edits
from ui.convolution.one_kernel_figures import LEARNT, kernel_strip
from ui.shared.address import choices, numbers, take_ahead
from ui.shared.components.pictures import Pick, pickable
from ui.shared.glossary import say
from ui.shared.process import shared_reader
from ui.shared.state import KERNEL, KERNEL_NUMBER, KERNEL_OF, KERNEL_STANDARDISED
from ui.shared.widgets import pick, slide_up_to, toggle

LEARNT_START = "Learnt"
NETWORKS = {
    key: f"{MODELS[key].title}, {MODELS[key].trained_on}"
    for key in ("deep_cnn_pen", "deep_cnn", "convnet")
}
NETWORK_LABEL, NUMBER_LABEL = "Network", "Which of its kernels"
SAYS = """
People wrote the first five kernels. A network starts from random weights and finds its own. Click
on one of them: it slides over your digit above. At stride and dilation 1, on the standardised
picture, the output is a map of the network's first layer, which has padding 1 in the deep networks
and 0 in the small one.
"""


@dataclass(frozen=True)
class Chosen:
    """One of the kernels of a network, and what it looks at: (28, 28)."""

    kernel: Kernel
    picture: Tensor
    is_standardised: bool


def chosen_learnt(image_01: Tensor) -> Chosen:
    """As the widgets of the chapter have it, which may be folded. Raises WeightsUnusable."""
    key = take_ahead(KERNEL_OF, NETWORK_LABEL, choices(list(NETWORKS), NETWORKS.__getitem__))
    kernels = _kernels_of(key)
    number = take_ahead(KERNEL_NUMBER, NUMBER_LABEL, numbers(1, len(kernels)))
    kernel = kernels[min(number, len(kernels)) - 1]
    if not KERNEL_STANDARDISED.get():
        return Chosen(kernel, image_01[0, 0], False)
    model = shared_reader(key).trained.model
    return Chosen(kernel, model.get_submodule("standardise")(image_01)[0, 0], True)


def choose_learnt() -> None:
    """Network and kernel. Raises WeightsUnusable."""
    st.subheader("Kernels that nobody wrote", anchor=False)
    say(SAYS)
    key = pick(KERNEL_OF, NETWORK_LABEL, NETWORKS, on_change=_take)
    kernels = _kernels_of(key)
    number = slide_up_to(KERNEL_NUMBER, NUMBER_LABEL, 1, len(kernels), on_change=_take)
    pickable(kernel_strip(kernels, number - 1), "kernel_strip", _take_from_strip)
    toggle(
        KERNEL_STANDARDISED,
        "Standardise the picture first",
        help="As the network does: it takes the mean of all training pixels off and divides by "
        "their standard deviation.",
    )


def _kernels_of(key: str) -> list[Kernel]:
    return learnt_kernels(shared_reader(key).trained.model)


def _take() -> None:
    KERNEL.set(LEARNT_START)
    forget_edits()


def _take_from_strip(pick: Pick) -> None:
    KERNEL_NUMBER.set(int(pick.part.removeprefix(LEARNT)) + 1)
    _take()
