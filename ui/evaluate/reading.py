"""All test digits are read, and how many of them right."""

from dataclasses import replace

import streamlit as st

from mnist_core.data.mnist import Digits
from mnist_core.evaluation.metrics import answered, summarise
from ui.evaluate.gallery import show_summary
from ui.evaluate.measured import PAUSE_S, measured_of, read_on, share_read
from ui.shared.session.networks import Network
from ui.shared.state import EVALUATION_STOPPED


def on_generated(network: Network) -> Network:
    """The same network under a key of its own."""
    return replace(network, key=f"{network.key} on generated digits")


def measure(network: Network, digits: Digits) -> None:
    """Read the test digits a moment at a time, until all are read or the visitor says stop."""
    share = share_read(network, digits)
    if share == 1:
        return
    if EVALUATION_STOPPED.get():
        st.caption(f"Stopped after {share:.0%} of the test digits: all figures are of those.")
        st.button(
            "Go on",
            icon=":material/play_arrow:",
            on_click=lambda: EVALUATION_STOPPED.set(False),
        )
    else:
        st.button("Stop", icon=":material/stop:", on_click=lambda: EVALUATION_STOPPED.set(True))
        st.fragment(read_for_a_moment, run_every=PAUSE_S)(network, digits)


def read_for_a_moment(network: Network, digits: Digits) -> None:
    """One step, and what is known after it."""
    read_on(network, digits)
    share = share_read(network, digits)
    if share == 1:
        st.rerun()
    st.progress(share, f"Reading the test digits: {share:.0%}")
    headline(network, digits)


def has_answers(network: Network) -> bool:
    """Whether there is anything that it has read."""
    return bool(answered(measured_of(network.key).logits).any())


def headline(network: Network, digits: Digits) -> None:
    """Accuracy, mistakes, loss and calibration error in one line."""
    logits = measured_of(network.key).logits
    show_summary(summarise(logits, digits.labels[: len(logits)], network.temperature))
