"""Softmax, its temperature and its slope."""

import streamlit as st

from mnist_core.layers.activations import softmax, softmax_jacobian
from mnist_core.models.registry import MODELS
from ui.activations.softmax_figures import jacobian_map
from ui.shared.components.pictures import show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.html import probability_bars
from ui.shared.lesson import try_or_say
from ui.shared.process import shared_reader
from ui.shared.state import SOFTMAX_OF, SOFTMAX_SHIFT, SOFTMAX_TEMPERATURE
from ui.shared.widgets import pick, slide

SOFTMAX_SAYS = """
The last layer gives ten sums, the **logits** $z_0 \\dots z_9$. **Softmax** makes probabilities of
them: all positive, together 1. The **temperature** $T$ flattens them (large) or sharpens them
(small). Adding the same number to all ten changes nothing. The table is the slope of every
probability with respect to every logit.
"""
SOFTMAX_SLOPE = r"""
\begin{gathered} \frac{\partial p_i}{\partial z_j} = \frac{p_i\,(\delta_{ij} - p_j)}{T} \\[4pt]
\delta_{ij} = 1 \text{ if } i = j, \text{ else } 0 \end{gathered}
"""
SOFTMAX_NOTE = """
All rows and all columns add up to 0: what one digit wins, the others lose. When the network is very
sure, the whole table is nearly 0, so no gradient gets through. That is why training uses softmax
together with the logarithm (*cross-entropy*): the gradient of both is $(p - y) / T$, where $y$ is
1 for the right digit and 0 for the others.
"""


@st.fragment
def softmax_and_slopes(digit: LessonDigit) -> None:
    """From a network's logits to probabilities, and the table of slopes."""
    st.subheader("Softmax: from ten sums to ten probabilities", anchor=False)
    st.markdown(SOFTMAX_SAYS)
    left, right = st.columns(2, gap="large")
    with left:
        key = pick(SOFTMAX_OF, "Logits of", {key: entry.title for key, entry in MODELS.items()})
        temperature = slide(SOFTMAX_TEMPERATURE, "Temperature T", 0.2, 10.0, 0.1)
        shift = slide(SOFTMAX_SHIFT, "Add to all ten logits", -50, 50)
        reader = try_or_say(lambda: shared_reader(key), st.warning, icon=None)
        if reader is None:
            return
        logits = reader.model(digit.image)[0].detach().double() + shift
        probabilities = softmax(logits, temperature)
        st.latex(r"p_i = \frac{e^{z_i / T}}{\sum_j e^{z_j / T}}")
        st.html(probability_bars(probabilities.numpy(), int(probabilities.argmax())))
        listed = ", ".join(f"{z:.1f}" for z in logits.tolist())
        st.caption(f"Logits of 0 … 9: {listed}".replace("-", "−"))
    with right:
        st.latex(SOFTMAX_SLOPE)
        slopes = softmax_jacobian(probabilities, temperature)
        show_picture(jacobian_map(slopes.numpy(), temperature), "softmax_slopes")
    st.markdown(SOFTMAX_NOTE)
