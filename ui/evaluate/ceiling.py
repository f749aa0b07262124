"""The labels of MNIST's test digits that people do not believe, and the score without them."""

import math

import streamlit as st

from mnist_core.data.mnist import Digits
from mnist_core.evaluation.wrong_labels import AGREED, RATERS, Ceiling, ceiling
from mnist_core.words import in_percent, percent, spaced
from ui.evaluate.gallery import Shown, show_gallery
from ui.evaluate.measured import measured_of
from ui.shared.figures.html import figures_row
from ui.shared.glossary import say
from ui.shared.session.networks import Network

CEILING = f"""
MNIST's labels are people's work, and people make mistakes. Northcutt, Athalye and Mueller (2021)
showed suspicious examples from ten well-known test sets to {RATERS} people each. Of MNIST's test
digits, **{len(AGREED)}** are left whose label at most {max(AGREED.values())} of the {RATERS} saw.
A network that reads them as people do is counted as wrong.
"""
NONE_YET = "The network has not read any of them yet: go on reading."


def labels_in_doubt(network: Network, digits: Digits) -> None:
    """Accuracy as published and without these digits, and the pictures."""
    logits = measured_of(network.key).logits
    found = ceiling(logits, digits.labels[: len(logits)], network.temperature)
    say(CEILING)
    if not len(found.indices):
        st.caption(NONE_YET)
        return
    st.html(
        figures_row(
            {
                "accuracy as published": in_percent(found.published),
                f"without these {len(found.indices)}": in_percent(found.without),
                "the ceiling": in_percent(found.highest),
            }
        )
    )
    say(say_ceiling(found))
    show_gallery(digits, shown_of(found), network, "in_doubt")


def say_ceiling(found: Ceiling) -> str:
    """What the three figures mean."""
    doubted = len(found.indices)
    return (
        f"Of the network's {spaced(found.wrong)} mistakes, **{found.contradicted}** are among "
        f"these {doubted}. A reader who makes no mistakes, but never believes these labels, gets "
        f"{in_percent(found.highest)} on the {spaced(found.count)} digits: **the ceiling**. A "
        "score beyond it tells more about agreeing with doubtful labels than about reading. "
        "**Click on a picture** to see why the network answers so."
    )


def shown_of(found: Ceiling) -> list[Shown]:
    """Each digit with its label and the network's answer, in MNIST's order."""
    rows = zip(
        found.indices.tolist(),
        found.labels.tolist(),
        found.read.tolist(),
        found.p_read.tolist(),
        strict=True,
    )
    shown = []
    for index, label, read, p in rows:
        says, answer = f"read as {read} ({percent(p)})", f"<b>{read}</b><br>{percent(p)} sure"
        if not math.isfinite(p):
            says = answer = "no answer"
        people = f"{AGREED[index]} of {RATERS}"
        shown.append(
            Shown(
                index,
                f"label {label}, {says}; {people} people saw the {label}",
                f"label <b>{label}</b><br>people: {people}<br>network: {answer}",
            )
        )
    return shown
