"""The networks that pages can choose from: the shipped ones, and those of this session."""

from dataclasses import dataclass
from typing import cast

import streamlit as st
from torch import nn

from mnist_core.models.registry import MODELS
from ui.shared.lesson import try_or_say
from ui.shared.process import shared_reader

MAX_NETWORKS = 6


@dataclass(frozen=True)
class Network:
    """A classifier that is ready to be used: images (B, 1, 28, 28) in [0, 1] → logits (B, 10).

    key:         tells it from all others, also from those of other sessions: caches may use it
    title:       for people
    model:       in evaluation mode and frozen; nobody changes it
    temperature: its logits are divided by it before the softmax
    flaw:        a sentence about what makes it unfit to be trusted; empty for all others
    """

    key: str
    title: str
    model: nn.Module
    temperature: float = 1.0
    flaw: str = ""


def shipped_networks() -> dict[str, Network]:
    """Those of the registry, by key. Raises WeightsUnusable."""
    return {key: _shipped(key) for key in MODELS}


def session_networks() -> dict[str, Network]:
    """Those that the visitor has trained and kept, by key; the dictionary is the session's own."""
    return cast(dict[str, Network], st.session_state.setdefault("networks", {}))


def all_networks() -> dict[str, Network]:
    """By key; when the shipped ones cannot be loaded, the page says so and goes on."""
    return (try_or_say(shipped_networks) or {}) | session_networks()


def keep_network(network: Network) -> None:
    """Offer `network` on all pages of this session; beyond MAX_NETWORKS the oldest goes."""
    kept = session_networks()
    kept.pop(network.key, None)
    kept[network.key] = network
    while len(kept) > MAX_NETWORKS:
        del kept[next(iter(kept))]


def _shipped(key: str) -> Network:
    trained = shared_reader(key).trained
    title = f"{MODELS[key].title}, trained on {MODELS[key].trained_on}"
    return Network(key, title, trained.model, trained.card.temperature)


def warn_of(network: Network | None) -> None:
    """Say in the page why this network is not to be trusted, if so."""
    if network is not None and network.flaw:
        st.warning(network.flaw, icon=":material/warning:")


def label_of(key: str, networks: dict[str, Network]) -> str:
    """The title, with a number where several networks have the same."""
    same = [other for other, network in networks.items() if network.title == networks[key].title]
    return networks[key].title + (f" ({same.index(key) + 1})" if len(same) > 1 else "")
