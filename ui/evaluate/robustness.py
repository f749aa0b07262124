"""How accuracy falls when digits are turned, shifted, thickened or noisy."""

import streamlit as st

from mnist_core.data.mnist import Digits
from mnist_core.evaluation.robustness import CHANGES, SAMPLE, Change
from ui.evaluate.figures import curves_figure
from ui.evaluate.gallery import show_changed
from ui.evaluate.measured import PAUSE_S, measure_on, measured_of, next_change, share_of_curves
from ui.evaluate.questions import ask_what_fools
from ui.shared.figures.charts import PLAIN
from ui.shared.glossary import say
from ui.shared.session.networks import Network, label_of
from ui.shared.state import CHANGED_DIGIT, COMPARED, MEASURING_CURVES
from ui.shared.widgets import number, pick_many

ROBUSTNESS = f"""
A person reads a tilted 4 without noticing. Does the network? The first {SAMPLE} test digits are
changed, more and more, and read again. Beside each curve you see one of them, and what the network
chosen above reads in it (red with ✗ where that is wrong). The band around each line is one standard
error, $\\sqrt{{p\\,(1-p)/n}}$ for a share $p$ of $n = {SAMPLE}$: on other digits each point would
lie about that far away. Compare two networks: more data helps only against what is in it.
"""


def robustness(network: Network, networks: dict[str, Network], digits: Digits) -> None:
    """Four curves, on request, of this network and of others to compare it with."""
    say(ROBUSTNESS)
    ask_what_fools(network, digits)
    compared = choose_compared(network, networks)
    running = start_or_stop(list(compared.values()), digits)
    for change in CHANGES.values():
        st.markdown(f"## {change.title}")
        chart, pictures = st.columns(2, gap="large")
        with chart:
            pause_s = PAUSE_S if change is running else None
            st.fragment(curve, run_every=pause_s)(compared, digits, change)
        with pictures:
            show_changed(network, digits, CHANGED_DIGIT.get(), change)


def choose_compared(network: Network, networks: dict[str, Network]) -> dict[str, Network]:
    """This network and those to compare it with, by what they are called in the legend."""
    compare, example = st.columns(2, gap="large")
    with compare:
        others = {key: label_of(key, networks) for key in networks if key != network.key}
        chosen = pick_many(COMPARED, "Compare with", others, "another network")
    with example:
        number(CHANGED_DIGIT, f"Test digit to look at (0 to {SAMPLE - 1})", 0, SAMPLE - 1)
    keys = [network.key, *(key for key in chosen if key in networks)]
    return {label_of(key, networks): networks[key] for key in keys}


def start_or_stop(compared: list[Network], digits: Digits) -> Change | None:
    """The button that the curves need next, if any; returns the change that is being measured."""
    missing = next_change(compared, digits)
    if missing is None:
        return None
    is_running = MEASURING_CURVES.get()
    st.button(
        "Stop measuring" if is_running else "Measure the curves",
        icon=":material/stop:" if is_running else ":material/play_arrow:",
        type="secondary" if is_running else "primary",
        on_click=lambda: MEASURING_CURVES.set(not is_running),
    )
    return missing if is_running else None


def curve(compared: dict[str, Network], digits: Digits, change: Change) -> None:
    """One curve as far as it has been measured, and some more of it when it is its turn."""
    networks = list(compared.values())
    if MEASURING_CURVES.get() and next_change(networks, digits) is change:
        measure_on(networks, digits, change)
        if next_change(networks, digits) is not change:
            st.rerun()
        share = share_of_curves(networks, digits)
        st.progress(share, f"Measuring the four curves: {share:.0%}")
    st.plotly_chart(
        curves_figure(
            change, {title: measured_of(n.key).curve(change) for title, n in compared.items()}
        ),
        key=f"curve_{change.key}",
        config=PLAIN,
        alt=f"Accuracy against: {change.title}, {change.unit}",
    )
