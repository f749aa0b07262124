"""What a slice is, how its directions are chosen, and what it does not show."""

import numpy as np
import streamlit as st

from mnist_core.inside.learning.landscape_study import Path2d
from mnist_core.words import spaced
from ui.loss_landscape.slice import shared_study
from ui.shared.figures.charts import CHART_FRAME, LiveChart, named_lines, quantity
from ui.shared.figures.colours import FIRST, SECOND
from ui.shared.glossary import say
from ui.shared.widgets import show_chart

WHAT = """
Each setting of all weights has a loss, so the loss is a landscape over the weights, and training
goes downhill in it. With two weights one could draw it whole. This network has {parameters}, so one
looks at a **slice**: stand at the trained network, choose two directions, and measure the loss of
all networks that one comes to by going along them.

A slice is honest about the networks on it, and silent about all others. It can look smooth where
the landscape is rough elsewhere, and a hollow on it need not be one in the other directions. And
the training only passes near it: at {lower} of its {moments} moments the loss of the slice under
the path was lower than the one that the network had.
"""
PLANE = r"\theta(a, b) = \theta^* + a\, d_1 + b\, d_2"
RANDOM = (
    r"d_{k,\text{row}} \leftarrow \lVert \theta^*_{\text{row}} \rVert \,"
    r"\frac{d_{k,\text{row}}}{\lVert d_{k,\text{row}} \rVert}"
)
DIRECTIONS = """
All $\\theta$ on the slice are the trained weights $\\theta^*$ and $a$ times one direction, $b$
times the other.

**At random**, every row of a direction (the weights of one unit) is drawn from the normal
distribution and made as long as the network’s own row. Without that, a network with large weights
would look flatter only because a step of length 1 is small for it.
"""
BY_PATH = """
**Along the training**, the directions are the two principal components of the differences
$\\theta_t - \\theta^*$ between {moments} moments of the training and its end. They have length 1,
so $a$ and $b$ are distances in the space of all weights.
"""
GAP = """
The loss that the network had, and the loss under its path on the slice. They meet at the end, which
lies on the slice, and differ before it: the training was up to {off:.2f} off the slice.
"""
HAD, UNDER = "loss of the network", "loss of the slice under it"
MADE = """
Measured by `{command}`: {network}, {optimizer} with a learning rate of {rate:g} and batches of
{batch}, one pass over MNIST’s training digits; each loss is the mean over {digits} of them.
"""


def idea() -> None:
    """What a slice is."""
    study = shared_study()
    pairs = zip(study.path.on_plane, study.path.on_path, strict=True)
    lower = sum(on_plane < on_path for on_plane, on_path in pairs)
    moments = len(study.path.steps)
    say(WHAT.format(parameters=spaced(study.parameters), lower=lower, moments=moments))


def in_numbers() -> None:
    """The formula, the directions, and both losses."""
    study = shared_study()
    st.subheader("Two directions of very many", anchor=False)
    st.latex(PLANE)
    say(DIRECTIONS)
    st.latex(RANDOM)
    say(BY_PATH.format(moments=len(study.path.steps)))
    st.subheader("On the slice, and really", anchor=False)
    show_chart(gap_chart(study.path))
    say(GAP.format(off=max(study.path.off)))
    say(
        MADE.format(
            command=study.command, network=study.network, optimizer=study.optimizer,
            rate=study.learning_rate, batch=study.batch_size, digits=spaced(study.digits),
        ),
        small=True,
    )  # fmt: skip


def gap_chart(path: Path2d) -> LiveChart:
    """Both losses over the steps."""
    table = {
        "step": np.tile(np.array(path.steps, dtype=float), 2),
        "loss": np.array([*path.on_path, *path.on_plane]),
        "line": np.repeat(np.array([HAD, UNDER], dtype=object), len(path.steps)),
    }
    spec = {
        **CHART_FRAME,
        "data": {"name": "losses"},
        "mark": {"type": "line", "strokeWidth": 2.5},
        "encoding": {
            "x": quantity("step", "step", axis={"grid": False}),
            "y": quantity("loss", "loss, in nats", scale={"zero": True}),
            **named_lines([HAD, UNDER], [SECOND, FIRST], [[1, 0], [6, 4]]),
        },
    }
    alt = "The loss of the network at each step, and the loss of the slice under its path."
    return LiveChart({"losses": table}, spec, alt, "")
