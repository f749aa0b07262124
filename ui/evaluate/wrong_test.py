"""What a test says that looks at some digits often, at others never, and names its loss wrongly."""

import math

import streamlit as st
import torch.nn.functional as F

from mnist_core.data.mnist import Digits
from mnist_core.evaluation.metrics import answered, read_right
from mnist_core.experiments.weighted_draws import weighted_test
from mnist_core.words import in_percent
from ui.evaluate.draws_figures import looks_bars
from ui.evaluate.measured import measured_of
from ui.shared.glossary import say
from ui.shared.session.networks import Network
from ui.shared.state import TEST_DRAW
from ui.shared.widgets import dice

MISTAKE = """
A course tests its network on digits that it *draws*, with weights 0, 1, 2, …: the first digit can
never come up, the last one is the most likely. And it writes the mean loss into its log under the
name “accuracy”. The bars show where in the test set such a test looks; a fair one would look at
each tenth equally often.
"""


def wrong_test(network: Network, digits: Digits) -> None:
    """The right test beside one with both mistakes, on the same readings."""
    logits = measured_of(network.key).logits
    labels = digits.labels[: len(logits)].long()
    losses = F.cross_entropy(logits / network.temperature, labels, reduction="none")
    losses[~answered(logits)] = math.nan
    test = weighted_test(read_right(logits, labels), losses, TEST_DRAW.get())
    words, bars = st.columns([3, 2], gap="large")
    with words:
        say(MISTAKE)
        dice(TEST_DRAW, "Draw again")
        st.markdown(
            "| | each digit once | drawn with weights |\n|---|---|---|\n"
            f"| digits looked at | all | {in_percent(test.looked_at)} |\n"
            f"| accuracy | **{in_percent(test.accuracy)}** | {in_percent(test.drawn_accuracy)} |\n"
            f"| mean loss (nats) | {test.loss:.4f} | {test.drawn_loss:.4f} |\n"
            f"| what its log would call “accuracy” | | {test.drawn_loss:.4f} |"
        )
        st.markdown(
            f"On average over all draws it says {in_percent(test.expected_accuracy)}: how well the "
            "network reads the *late* test digits, and every draw says something else. And an "
            "“accuracy” that falls while the network learns is a loss."
        )
    bars.html(looks_bars(test.looks))
