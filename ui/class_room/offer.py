"""The network that the class has taught, offered to everybody in the room."""

from functools import partial

import streamlit as st
from torch import nn

from mnist_core.classroom.networks import Kept
from mnist_core.models.registry import MODELS
from ui.shared.session.networks import Network, keep_network, session_networks
from ui.shared.session.rooms import attempt, shared_store

MOST_LOADED = 8
"""Networks of classes that the process holds at once, some 4 MB each."""
OFFER = "Your teacher has taught the network the handwriting of your class."
IN_USE = "**{title}** stands among the networks on **Draw** and in the lessons of this tab."


@st.cache_resource(show_spinner=False, max_entries=MOST_LOADED)
def _loaded(code: str, kept: Kept) -> nn.Module:
    """One copy for all in the room."""
    return shared_store().networks.load(code, kept)


def offer_network(code: str) -> None:
    """A button for what the room keeps; nothing where it keeps none."""
    kept = shared_store().networks.kept(code)
    if kept is None:
        return
    network = session_networks().get(_key_of(kept))
    with st.container(border=True, key="class_offer"):
        if network is not None:
            st.markdown(IN_USE.format(title=network.title))
            return
        st.markdown(OFFER)
        st.button(
            "Use it on all pages", icon=":material/add:",
            on_click=attempt, args=(partial(use_network, code, kept),),
        )  # fmt: skip


def use_network(code: str, kept: Kept) -> None:
    """Let it stand among the networks of this session. Raises WeightsUnusable, RoomUnknown."""
    title = f"{MODELS[kept.key].title}, taught our handwriting"
    keep_network(Network(_key_of(kept), title, _loaded(code, kept)))


def forget_networks() -> None:
    """Of all rooms, in the memory of the process; those that still go on are loaded again."""
    _loaded.clear()


def _key_of(kept: Kept) -> str:
    """The same for the same weights, in every session and on every copy of the app."""
    return f"class_{kept.sha256[:12]}"
