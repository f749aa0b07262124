"""The same digit through two networks."""

import streamlit as st
import torch
from torch import Tensor

from mnist_core.inside.comparison import Comparison, anatomy, compare
from mnist_core.layers.activations import none_stands_out
from mnist_core.models.registry import MODELS
from mnist_core.words import a_digit, in_percent, percent, spaced
from ui.compare_networks.figures import legend, paired_bars
from ui.shared.components.pictures import show_picture
from ui.shared.figures.explained import explained_map, full_limit, scale_or_nothing
from ui.shared.figures.pixel_maps import Look, captioned
from ui.shared.glossary import say
from ui.shared.inside.answer import reads
from ui.shared.process import shared_reader
from ui.shared.session.networks import Network
from ui.shared.state import FIRST_COMPARED, SECOND_COMPARED
from ui.shared.widgets import choose_network

MAP_PX = 220
Pair = tuple[Network, Network]


def choose_two(networks: dict[str, Network]) -> Pair:
    """Two boxes beside each other."""
    left, right = st.columns(2)
    with left:
        first = choose_network(FIRST_COMPARED, networks, "First network")
    with right:
        return first, choose_network(SECOND_COMPARED, networks, "Second network")


def compare_on(pair: Pair, image_01: Tensor) -> Comparison:
    """What both make of a digit (1, 1, 28, 28)."""
    first, second = pair
    temperatures = (first.temperature, second.temperature)
    return compare(first.model, second.model, image_01, temperatures)


def show_answers(pair: Pair, compared: Comparison) -> None:
    """Ten probabilities of each, and what they come to."""
    p, q = (probabilities.numpy() for probabilities in compared.probabilities)
    st.html(legend(*(network.title for network in pair)) + paired_bars(p, q))
    say(_verdict(compared))


def show_table(pair: Pair) -> None:
    """How each is built, and how well it reads, as far as that is known."""
    columns = [_facts(network) for network in pair]
    rows = "\n".join(f"| {name} | {columns[0][name]} | {columns[1][name]} |" for name in columns[0])
    say(f"| | first | second |\n|---|--:|--:|\n{rows}")


def show_saliencies(compared: Comparison, image_01: Tensor) -> None:
    """What each listens to, and the difference, all three on one scale."""
    maps = [gradient.numpy() for gradient in (*compared.gradients, compared.difference)]
    limit = full_limit(*maps)
    ink = image_01[0, 0].numpy()
    names = ["first", "second", "first − second: where they disagree"]
    figures = [
        (explained_map(values, limit, ink, Look(f"Saliency: {name}", width_px=MAP_PX)), name)
        for values, name in zip(maps, names, strict=True)
    ]
    text = f"score of {compared.digit} per unit of ink, one scale for all three"
    show_picture(captioned(figures) + scale_or_nothing(limit, text), key="compared_saliency")


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
