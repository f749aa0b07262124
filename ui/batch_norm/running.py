"""The running averages that evaluation uses, batch by batch."""

import streamlit as st
from torch import Tensor

from mnist_core.inside.batch_norm import draw_batches
from mnist_core.layers.batch_norm import running_path
from mnist_core.words import spaced
from ui.batch_norm.channel import LARGEST_BATCH, chosen_channel
from ui.batch_norm.figures import running_chart, running_key
from ui.shared.components.pictures import show_picture
from ui.shared.figures.pixel_maps import captioned
from ui.shared.glossary import say
from ui.shared.state import NORM_BATCH, NORM_MOMENTUM
from ui.shared.widgets import slide

STEPS = 30
RUNNING = """
A new layer stores mean 0 and variance 1. After each batch in training it moves a little towards
that batch's statistics $s$, by the *momentum* $m$ (0.1 in PyTorch if you say nothing):
"""
RUNNING_RULE = r"r \leftarrow (1 - m)\, r + m\, s"
RUNNING_SAYS = """
One detail is easily got wrong. To *normalise*, PyTorch divides the squares by $n$ (the biased
variance); to *store*, it divides by $n - 1$ (the unbiased one, which is right on average for
pictures that are not in the batch). For this batch of $n$ = {count} numbers: {biased:.4f} and
{unbiased:.4f}.
"""


@st.fragment
def running_averages(image: Tensor) -> None:
    """How the stored statistics come about."""
    st.subheader("Where the running averages come from", anchor=False)
    say(RUNNING)
    st.latex(RUNNING_RULE)
    slide(NORM_MOMENTUM, "Momentum m", 0.0, 1.0, 0.01)
    everybody = chosen_channel(image, LARGEST_BATCH)
    batches = draw_batches(everybody, NORM_BATCH.get(), STEPS)
    if batches[0].count == 1:
        st.warning(
            "Batches of one number have no variance to store: take more pictures per batch.",
            icon=":material/block:",
        )
        return
    path = running_path(batches, NORM_MOMENTUM.get())
    means = [float(batch.mean) for batch in batches], [float(each.mean) for each in path]
    variances = (
        [float(batch.unbiased_variance) for batch in batches],
        [float(each.variance) for each in path],
    )
    charts = captioned(
        [
            (running_chart("Mean", *means, float(everybody.batch.mean)), "Mean"),
            (
                running_chart("Variance", *variances, float(everybody.batch.unbiased_variance)),
                "Variance",
            ),
        ]
    )
    show_picture(running_key() + charts, "norm_running")
    say(
        f"{STEPS} batches of {NORM_BATCH.get()} of {LARGEST_BATCH} pictures; across: batches seen.",
        small=True,
    )
    say(
        RUNNING_SAYS.format(
            count=spaced(batches[0].count),
            biased=float(batches[0].variance),
            unbiased=float(batches[0].unbiased_variance),
        )
    )
