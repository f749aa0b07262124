"""Two networks on the same digits: two matrices, and the pictures that tell them apart."""

import streamlit as st

from mnist_core.data.mnist import Digits
from mnist_core.evaluation.metrics import Confusion, accuracy, confusion
from mnist_core.evaluation.two_networks import Group, side_by_side
from mnist_core.words import finely, in_percent, spaced
from ui.evaluate.figures import confusion_figure
from ui.evaluate.gallery import Shown, choose_page, judged, show_gallery
from ui.evaluate.measured import PAUSE_S, measured_of, read_on
from ui.shared.figures.charts import PLAIN
from ui.shared.glossary import say
from ui.shared.session.networks import Network, label_of
from ui.shared.state import AGAINST, group_page
from ui.shared.widgets import pick

GROUP_SIZE = 8
GROUPS = {
    "both_right": "Both right",
    "only_first": "Only A right",
    "only_second": "Only B right",
    "both_wrong": "Both wrong",
}
"""By the names that the core gives them."""
ORDER = (
    "Under each picture stands the **lower** of the two probabilities that A and B gave to the "
    "digit that it is, and the lowest comes first. **Click on a picture** to see why: of the "
    "network that is wrong, or of A where both did alike."
)
ALONE = "There is no other network here to set against this one. Train one, and keep it."


def against(network: Network, networks: dict[str, Network], digits: Digits) -> None:
    """The chosen network, A, beside another one, B, which reads what A has read first."""
    others = {key: label_of(key, networks) for key in networks if key != network.key}
    if not others:
        st.caption(ALONE)
        return
    other = networks[pick(AGAINST, "Network B", others, on_change=show_first_pages)]
    if len(measured_of(other.key).logits) < len(measured_of(network.key).logits):
        st.fragment(read_for_a_moment, run_every=PAUSE_S)(network, other, digits)
        return
    count = len(measured_of(network.key).logits)
    labels = digits.labels[:count]
    _show_matrices({"A": network, "B": other}, digits, count)
    first, second = (measured_of(one.key).logits[:count] for one in (network, other))
    found = side_by_side(first, second, labels, (network.temperature, other.temperature))
    if found.unanswered:
        st.caption(
            f"{spaced(found.unanswered)} of the digits stand in none of the four groups, because a "
            "network has no answer for them."
        )
    say(ORDER)
    top, bottom = st.columns(2, gap="large"), st.columns(2, gap="large")
    for column, name in zip((*top, *bottom), GROUPS, strict=True):
        with column:
            explained = other if name == "only_first" else network
            show_group(digits, name, getattr(found, name), explained)


def read_for_a_moment(network: Network, other: Network, digits: Digits) -> None:
    """B reads on, until it has read as many as A."""
    read_on(other, digits)
    done, wanted = (len(measured_of(one.key).logits) for one in (other, network))
    if done >= wanted:
        st.rerun()
    st.progress(done / wanted, f"B is reading the test digits: {done / wanted:.0%}")


def show_group(digits: Digits, name: str, group: Group, explained: Network) -> None:
    """How many there are, and their pictures page by page."""
    st.markdown(f"## {GROUPS[name]}: {spaced(len(group))}")
    page = choose_page(group_page(name), len(group), GROUP_SIZE)
    if len(group):
        show_gallery(digits, shown_of(group.page(page, GROUP_SIZE)), explained, f"group_{name}")


def shown_of(group: Group) -> list[Shown]:
    """Each digit with the lower probability of its label, by which the group is in order."""
    rows = zip(
        group.indices.tolist(),
        group.labels.tolist(),
        group.read.tolist(),
        group.p_label.tolist(),
        strict=True,
    )
    return [
        Shown(
            index,
            f"is {label}, A reads {a}, B reads {b}; "
            f"lower probability of the {label}: {finely(p_label)}",
            f"is <b>{label}</b>: {finely(p_label)}<br>A {judged(a, label)}<br>B {judged(b, label)}",
        )
        for index, label, (a, b), p_label in rows
    ]


def show_first_pages() -> None:
    """Of all four galleries."""
    for name in GROUPS:
        group_page(name).set(1)


def _show_matrices(networks: dict[str, Network], digits: Digits, count: int) -> None:
    """Both on one scale of colours."""
    labels = digits.labels[:count]
    logits = {name: measured_of(one.key).logits[:count] for name, one in networks.items()}
    found = {name: confusion(one, labels) for name, one in logits.items()}
    most = max(_most(one) for one in found.values())
    for column, (name, network) in zip(st.columns(2, gap="large"), networks.items(), strict=True):
        right = in_percent(accuracy(logits[name], labels))
        column.markdown(f"**{name}**: {network.title}, **{right}** read right")
        column.plotly_chart(
            confusion_figure(found[name], most=most),
            key=f"confusion_of_{name}",
            config=PLAIN,
            alt=f"Confusion matrix of {name}: how often each digit was read as each other",
        )


def _most(found: Confusion) -> int:
    return int(found.mistakes.max())
