"""The same digit through two networks."""

import streamlit as st
import torch

from mnist_core.inside.comparison import Comparison, anatomy, compare
from mnist_core.layers.activations import none_stands_out
from mnist_core.models.registry import MODELS
from mnist_core.words import a_digit, in_percent, percent, spaced
from ui.layer_by_layer.answer import reads
from ui.layer_by_layer.network import DIVERGED
from ui.layer_by_layer.why_figures import (
    explained_map,
    full_limit,
    legend,
    paired_bars,
    scale_or_nothing,
)
from ui.shared.components.pictures import show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.pixel_maps import Look, captioned
from ui.shared.process import shared_reader
from ui.shared.session.networks import Network
from ui.shared.state import FIRST_COMPARED, SECOND_COMPARED
from ui.shared.widgets import choose_network

MAP_PX = 220
SAYS = r"""
The same digit, sent through both. The bars are their probabilities; the maps below them are their
gradient saliency $\partial z_c / \partial x$ for the digit $c$ that the first one reads, and the
difference of the two, all three on one scale.
"""


def show_comparison(networks: dict[str, Network], digit: LessonDigit) -> None:
    """Choose two; their answers, probabilities and saliencies beside each other."""
    st.subheader("Compare two networks", anchor=False)
    st.markdown(SAYS)
    left, right = st.columns(2)
    with left:
        first = choose_network(FIRST_COMPARED, networks, "First network")
    with right:
        second = choose_network(SECOND_COMPARED, networks, "Second network")
    temperatures = (first.temperature, second.temperature)
    compared = compare(first.model, second.model, digit.image, temperatures)
    if not all(p.isfinite().all() for p in compared.probabilities):
        st.info(DIVERGED, icon=":material/info:")
        return
    st.markdown(_verdict(compared))
    bars, table = st.columns([3, 2], gap="large")
    with bars:
        _show_bars((first, second), compared)
    with table:
        st.markdown(_table(first, second))
    _show_saliencies((first, second), compared, digit)


def _verdict(compared: Comparison) -> str:
    """What each reads, and where they differ most."""
    first, second = compared.answers
    p, q = compared.probabilities
    said = f"The first {reads(p)}, the second {reads(q)}. "
    if none_stands_out(torch.stack([p, q])).any():
        return f"{said}So there is no answer in which they could agree."
    disputed = compared.most_disputed
    chances = [percent(float(chance[disputed])) or "0 %" for chance in (p, q)]
    agree = "They agree" if first == second else "They disagree"
    return (
        f"{said}{agree}, and differ most on how likely {a_digit(disputed)} is: "
        f"{chances[0]} against {chances[1]}."
    )


def _show_bars(networks: tuple[Network, Network], compared: Comparison) -> None:
    p, q = (probabilities.numpy() for probabilities in compared.probabilities)
    st.html(legend(*(network.title for network in networks)) + paired_bars(p, q))


def _table(first: Network, second: Network) -> str:
    """How each is built, and how well it reads, as far as that is known."""
    columns = [_facts(network) for network in (first, second)]
    rows = "\n".join(f"| {name} | {columns[0][name]} | {columns[1][name]} |" for name in columns[0])
    return f"| | first | second |\n|---|--:|--:|\n{rows}"


def _facts(network: Network) -> dict[str, str]:
    built = anatomy(network.model)
    return {
        "trained numbers": spaced(built.parameter_count),
        "convolutions": str(built.convolutions),
        "linear layers": str(built.linear_layers),
        "test digits read right": _accuracy(network),
        "temperature": f"{network.temperature:.2f}",
    }


def _accuracy(network: Network) -> str:
    """The card's; of the visitor's own networks the page *Evaluate* measures it."""
    if network.key not in MODELS:
        return "see *Evaluate*"
    return in_percent(shared_reader(network.key).trained.card.mnist_test_accuracy)


def _show_saliencies(
    networks: tuple[Network, Network], compared: Comparison, digit: LessonDigit
) -> None:
    maps = [gradient.numpy() for gradient in (*compared.gradients, compared.difference)]
    limit = full_limit(*maps)
    ink = digit.image[0, 0].numpy()
    names = ["first", "second", "first − second: where they disagree"]
    figures = [
        (explained_map(values, limit, ink, Look(f"Saliency: {name}", width_px=MAP_PX)), name)
        for values, name in zip(maps, names, strict=True)
    ]
    text = f"score of {compared.digit} per unit of ink, one scale for all three"
    show_picture(captioned(figures) + scale_or_nothing(limit, text), key="compared_saliency")
