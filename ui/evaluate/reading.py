"""All test digits are read, and how many of them right."""

from dataclasses import replace

import streamlit as st

from mnist_core.data.mnist import Digits
from mnist_core.evaluation.metrics import Summary, answered, summarise
from mnist_core.words import in_percent, spaced
from ui.evaluate.measured import PAUSE_S, measured_of, read_on, share_read
from ui.shared.figures.colours import TABULAR
from ui.shared.session.networks import Network
from ui.shared.state import EVALUATION_STOPPED

ON_GENERATED = " on generated digits"


def on_generated(network: Network) -> Network:
    """The same network under a key of its own."""
    return replace(network, key=f"{network.key}{ON_GENERATED}")


def key_elsewhere(network: Network) -> str:
    """The key under which other pages know it."""
    return network.key.removesuffix(ON_GENERATED)


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
    """How many it reads right, and how many wrong."""
    logits = measured_of(network.key).logits
    show_summary(summarise(logits, digits.labels[: len(logits)], network.temperature))


def show_summary(summary: Summary) -> None:
    """Two figures side by side, and a sentence about digits that the network has no answer for."""
    if summary.unanswered:
        st.warning(say_unanswered(summary), icon=":material/warning:")
    shown = (
        (in_percent(summary.accuracy), "read right"),
        (spaced(summary.wrong), f"wrong of {spaced(summary.count)}"),
    )
    cells = "".join(
        f'<div><div style="font-size:3rem;font-weight:700;line-height:1.2">{value}</div>'
        f'<div style="font-size:1rem;opacity:.8">{name}</div></div>'
        for value, name in shown
    )
    st.html(
        '<div class="evaluation-summary" style="display:flex;flex-wrap:wrap;gap:8px 40px;'
        f'{TABULAR}">{cells}</div>'
    )


def say_unanswered(summary: Summary) -> str:
    """For how many digits the network has no answer, and what becomes of them."""
    which = f"{spaced(summary.unanswered)} of the digits"
    if summary.unanswered == summary.count:
        which = "every digit"
    elif summary.unanswered == 1:
        which = "one of the digits"
    return (
        f"For {which} the network has no answer: what it computes are no finite numbers. That "
        "counts as wrong, and stands in none of the tables and pictures. Most likely its training "
        "had diverged."
    )
