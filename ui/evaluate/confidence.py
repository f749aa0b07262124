"""Whether the network is as often right as it is sure."""

import streamlit as st

from mnist_core.data.mnist import Digits
from mnist_core.evaluation.metrics import calibration, summarise
from mnist_core.words import in_percent
from ui.evaluate.figures import calibration_figure
from ui.evaluate.measured import measured_of
from ui.evaluate.questions import ask_what_stays
from ui.shared.figures.charts import PLAIN
from ui.shared.glossary import say
from ui.shared.session.networks import Network
from ui.shared.state import temperature_of
from ui.shared.widgets import slide

CALIBRATION = """
When the network says “90 % sure”, is it right nine times out of ten? All readings are sorted into
bins $B_m$ by how sure the network was. On the dashed line it is exactly as often right as it
claims; under the line it boasts, above it is too modest. Small points stand for few pictures:
trust them little. The **expected calibration error** is the mean distance between how often it is
right (acc) and how sure it is (conf), where each bin counts as much as it holds pictures (Guo et
al. 2017):
"""
TEMPERATURE = """
The **temperature** divides the logits before the softmax. It never changes *which* digit is read,
only how sure the network claims to be: a high one makes it humble, a low one makes it boast. A
shipped network's own was fitted on other pictures than these, so here another may be better.
"""


def confidence(network: Network, digits: Digits) -> None:
    """The reliability diagram, and what the temperature does to it."""
    ask_what_stays(network, digits)
    logits = measured_of(network.key).logits
    labels = digits.labels[: len(logits)]
    words, chart = st.columns([2, 3], gap="large")
    with words:
        say(CALIBRATION)
        st.latex(r"\text{ECE} = \sum_m \frac{|B_m|}{n}\,\bigl|\text{acc}_m - \text{conf}_m\bigr|")
        say(TEMPERATURE)
        temperature = choose_temperature(network)
        choices = {
            "At this temperature": temperature,
            "With the network's own": network.temperature,
            "Without any": 1.0,
        }
        summaries = {name: summarise(logits, labels, T) for name, T in choices.items()}
        say(
            "\n".join(
                f"- {name} ($T = {choices[name]:.2f}$): "
                f"ECE {in_percent(summary.ece)}, loss {summary.loss:.4f}"
                for name, summary in summaries.items()
            )
        )
    chart.plotly_chart(
        calibration_figure(calibration(logits, labels, temperature)),
        key="calibration",
        config=PLAIN,
        alt="How often the network is right against how sure it is",
    )


def choose_temperature(network: Network) -> float:
    """A slider that starts at the network's own, which may lie between two of its steps."""
    own = round(network.temperature, 2)
    setting = temperature_of(network.key, own)
    chosen = slide(setting, "Temperature", min(own, 0.25), max(own, 4.0), 0.01)
    return network.temperature if chosen == own else chosen
