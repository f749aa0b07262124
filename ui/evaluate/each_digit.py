"""How well each of the ten digits is found."""

import streamlit as st

from mnist_core.data.mnist import Digits
from mnist_core.evaluation.metrics import confusion
from ui.evaluate.figures import misses_figure
from ui.evaluate.measured import measured_of
from ui.shared.figures.charts import PLAIN
from ui.shared.glossary import say
from ui.shared.session.networks import Network

RECALL = """
Of a thousand eights, how many are found? That is the **recall** of the digit 8. With $n_{ij}$ for
the cell in row $i$ and column $j$ of the table above, for the digit $k$:
"""
RECALL_SAYS = """
The full bars show what is missing to 100 %. The hatched bars look along the columns instead: of all
that was *read as* an eight, how much is none? That share is one minus the **precision**.
"""


def each_digit(network: Network, digits: Digits) -> None:
    """Recall and precision of the ten digits."""
    logits = measured_of(network.key).logits
    words, chart = st.columns([2, 3], gap="large")
    with words:
        say(RECALL)
        st.latex(r"\text{recall}_k = \frac{n_{kk}}{\sum_j n_{kj}}")
        say(RECALL_SAYS)
    chart.plotly_chart(
        misses_figure(confusion(logits, digits.labels[: len(logits)])),
        key="misses",
        config=PLAIN,
        alt="Share of each digit that is missed, and share of its readings that are wrong",
    )
