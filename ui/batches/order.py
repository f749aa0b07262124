"""What shuffling does, and a learning rate that falls."""

from typing import Any

import streamlit as st
import torch

from mnist_core.experiments.descent.line_in_batches import fit, loss_on_grid, orders, points
from mnist_core.experiments.descent.noise import BatchStep
from mnist_core.training.helps.schedules import cosine
from ui.batches.walk import BY_STEP, chosen_place, surface
from ui.shared.components.contours import Contours, Line, legend, walked
from ui.shared.figures.colours import FIRST, GREY, SECOND
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.state import BATCH_POINTS, BATCH_RATE

WORDS = """
The network’s **loss** is a mean over all examples, and so is its slope. For one step downhill one
can ask all of them (the **full batch**), a few (a **mini-batch**), or a single one. The fewer, the
cheaper the step, and the more it trembles: a few examples do not know the whole slope.

A **step** is one change of the weights. An **epoch** is over when every example has been seen once:
one step of the full batch, or {steps} steps of {size} points. Compare by *{by_step}*, and the full
batch looks best; compare by points seen, which is what costs time, and it looks slow.

With a constant learning rate small batches never come to rest: they tremble around the lowest point
for ever.
"""
SHUFFLED = """
Here the points lie sorted from left to right. **Not shuffled**, each batch knows one end of the
line only, and the path swings round in the same loop in every epoch. **Shuffled**, each batch is a
small picture of all. A **schedule** lets the learning rate fall, here along a cosine down to 0, and
the trembling dies with it.
"""
LINES = (
    Line("falling", "shuffled, falling η", FIRST),
    Line("unshuffled", "not shuffled", SECOND, dashed=True),
    Line("plain", "shuffled", GREY),
)
ALT = "Three descents in batches: shuffled, not shuffled, and with a learning rate that falls."

show_orders = Contours("batch_orders")


@section
def order() -> None:
    """Words, and three paths with the page's batch size and learning rate."""
    size = BATCH_POINTS.get()
    say(WORDS.format(size=size, steps=len(orders(size)[0]), by_step=BY_STEP))
    st.subheader("In which order, and how fast at the end", anchor=False)
    say(SHUFFLED)
    show_orders(
        {
            **surface(), "name": f"orders {size}", "paths": legend(LINES),
            "shown": [line.key for line in LINES], "fixed": order_paths(size), "alt": ALT,
        },
        "orders",
    )  # fmt: skip


def order_paths(size: int) -> list[dict[str, Any]]:
    """What is sent of each path."""
    start = torch.tensor(chosen_place(), dtype=torch.float64)
    rate = BATCH_RATE.get()
    shuffled = orders(size)
    return [
        _sent("falling", fit(start, shuffled, rate, cosine)),
        _sent("unshuffled", fit(start, orders(size, shuffled=False), rate)),
        _sent("plain", fit(start, shuffled, rate)),
    ]


def _sent(key: str, steps: list[BatchStep]) -> dict[str, Any]:
    places = torch.stack([step.state.weights for step in steps])
    return walked(key, places, loss_on_grid(places, *points()))
