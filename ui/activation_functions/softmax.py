"""Softmax, its temperature and its slope."""

import streamlit as st
from torch import Tensor

from mnist_core.layers.activations import softmax, softmax_jacobian
from mnist_core.models.registry import MODELS
from mnist_core.words import minus
from ui.activation_functions.softmax_figures import jacobian_map
from ui.shared.components.pictures import show_picture
from ui.shared.figures.html import probability_bars
from ui.shared.glossary import say
from ui.shared.lesson import try_or_say
from ui.shared.process import shared_reader
from ui.shared.state import SOFTMAX_OF, SOFTMAX_SHIFT, SOFTMAX_TEMPERATURE
from ui.shared.widgets import pick, slide

SOFTMAX_SAYS = """
The last layer gives ten sums, the **logits** $z_0 \\dots z_9$. **Softmax** makes probabilities of
them: all positive, together 1. The **temperature** $T$ flattens them (large) or sharpens them
(small).
"""
SOFTMAX_RULE = r"p_i = \frac{e^{z_i / T}}{\sum_j e^{z_j / T}}"
TABLE = """
The table is the slope of every probability with respect to every logit. All rows and all columns
add up to 0: what one digit wins, the others lose.
"""
SOFTMAX_SLOPE = r"""
\begin{gathered} \frac{\partial p_i}{\partial z_j} = \frac{p_i\,(\delta_{ij} - p_j)}{T} \\[4pt]
\delta_{ij} = 1 \text{ if } i = j, \text{ else } 0 \end{gathered}
"""
CROSS_ENTROPY = """
When the network is very sure, the whole table of softmax's slopes is nearly 0, so no gradient gets
through. That is why training uses softmax together with the logarithm (*cross-entropy*): the
gradient of both is $(p - y) / T$, where $y$ is 1 for the right digit and 0 for the others. Softmax
does not see a number that is added to all ten logits; programs subtract the largest logit before
they compute $e^z$, so that nothing gets too large.
"""


@st.fragment
def softmax_and_slopes(image: Tensor) -> None:
    """From a network's logits to probabilities, and the table of slopes."""
    st.subheader("Softmax: from ten sums to ten probabilities", anchor=False)
    say(SOFTMAX_SAYS)
    st.latex(SOFTMAX_RULE)
    left, right = st.columns(2, gap="large")
    with left:
        key = pick(SOFTMAX_OF, "Logits of", {key: entry.title for key, entry in MODELS.items()})
        temperature = slide(SOFTMAX_TEMPERATURE, "Temperature T", 0.2, 10.0, 0.1)
        shift = slide(SOFTMAX_SHIFT, "Add to all ten logits", -50, 50)
        logits = try_or_say(lambda: logits_of(key, image), st.warning, icon=None)
        if logits is None:
            return
        probabilities = softmax(logits + shift, temperature)
        st.html(probability_bars(probabilities.numpy(), int(probabilities.argmax())))
        listed = ", ".join(f"{z:.1f}" for z in (logits + shift).tolist())
        say(minus(f"Logits of 0 … 9: {listed}"), small=True)
    with right:
        say(TABLE)
        st.latex(SOFTMAX_SLOPE)
        slopes = softmax_jacobian(probabilities, temperature)
        show_picture(jacobian_map(slopes.numpy(), temperature), "softmax_slopes")


def logits_of(key: str, image: Tensor) -> Tensor:
    """Of the shipped network `key` for one digit: float64 (10,). Raises WeightsUnusable."""
    logits: Tensor = shared_reader(key).model(image)[0].detach().double()
    return logits
