"""The activation functions as curves, with their slopes."""

import streamlit as st

from mnist_core.experiments.activation_curves import (
    ASLEEP_BELOW,
    REACH,
    curve,
    histogram,
    share_asleep,
)
from mnist_core.inside.trace import first_sums
from mnist_core.layers.activations import (
    ACTIVATIONS,
    Activation,
    elu_with,
    leaky_relu_with,
    maxout_with,
)
from mnist_core.words import percent
from ui.activations.curves_figures import function_chart
from ui.shared.digit.choose import LessonDigit
from ui.shared.lesson import try_or_say
from ui.shared.process import shared_reader
from ui.shared.state import (
    CURVE_AT,
    CURVE_OF,
    ELU_ALPHA,
    FIRST_HEIGHT,
    FIRST_SLOPE,
    LEAK,
    SECOND_HEIGHT,
    SECOND_SLOPE,
)
from ui.shared.widgets import pick, show_chart, slide

TITLES = {key: activation.title for key, activation in ACTIVATIONS.items()} | {"maxout": "Maxout"}
FORMULAS = {
    "sigmoid": (
        r"\sigma(z) = \frac{1}{1 + e^{-z}}", r"\sigma'(z) = \sigma(z)\,(1 - \sigma(z))",
        "Squeezes every number to between 0 and 1. Its slope is ¼ at most, and far from 0 almost "
        "nothing.",
    ),
    "tanh": (
        r"\tanh(z) = \frac{e^z - e^{-z}}{e^z + e^{-z}}", r"\tanh'(z) = 1 - \tanh^2(z)",
        "A sigmoid from −1 to 1. Its slope is 1 in the middle, and far from 0 almost nothing.",
    ),
    "relu": (
        r"\text{ReLU}(z) = \max(0, z)",
        r"\text{ReLU}'(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}",
        "Lets positive numbers pass and makes 0 of all others. Where it is 0 its slope is 0, too: "
        "that unit learns nothing from this digit.",
    ),
    "leaky_relu": (
        r"f(z) = \begin{cases} z & z > 0 \\ a\,z & z \le 0 \end{cases}",
        r"f'(z) = \begin{cases} 1 & z > 0 \\ a & z \le 0 \end{cases}",
        "A ReLU that lets a little of the negative side leak through, so that no unit is ever "
        "wholly cut off.",
    ),
    "elu": (
        r"f(z) = \begin{cases} z & z > 0 \\ \alpha\,(e^z - 1) & z \le 0 \end{cases}",
        r"f'(z) = \begin{cases} 1 & z > 0 \\ \alpha\,e^z & z \le 0 \end{cases}",
        "A ReLU that bends smoothly to −α instead of stopping at 0.",
    ),
    "maxout": (
        r"f(z) = \max(w_1 z + b_1,\; w_2 z + b_2)",
        r"f'(z) = \text{the } w \text{ of the higher line}",
        "Each unit has two sums (or more) and takes the larger one. So the network learns the "
        "shape of the function itself.",
    ),
}  # fmt: skip
CURVE = """
A layer computes sums $z = w \\cdot x + b$. If that were all, any number of layers would be no more
than one: straight lines put together give a straight line. The **activation function** $f$ bends
it. Learning goes backwards through the network, and there each unit multiplies the message by the
**slope** $f'(z)$. The grey bars are the sums that the first layer of the *MLP* computes for the
digit above.
"""
ASLEEP = """
With {title}, **{share}** of these {units} units would have a slope of less than {below}: hardly
anything that is to be learned would get through them. (The MLP itself was trained with ReLU. Sums
beyond ±{reach:g} are counted at the ends.)
"""


@st.fragment
def curves(digit: LessonDigit) -> None:
    """A function, its slope, and where the digit's own sums lie."""
    st.subheader("One function and its slope", anchor=False)
    reader = try_or_say(lambda: shared_reader("mlp"), st.warning, icon=None)
    sums = None if reader is None else first_sums(reader.model, digit.image)
    st.markdown(CURVE)
    left, right = st.columns([2, 3], gap="large")
    with left:
        key = pick(CURVE_OF, "Activation function", TITLES)
        activation = choose_shape(key)
        at_z = slide(CURVE_AT, "z", -REACH, REACH, 0.1)
        at = activation.at(at_z)
        value, slope, says = FORMULAS[key]
        st.latex(value)
        st.latex(slope)
        st.markdown(
            f"$f({at_z:.1f}) = {at.value:.4f}$ and $f'({at_z:.1f}) = {at.slope:.4f}$. {says}"
        )
    with right:
        counts = None if sums is None else histogram(sums).numpy()
        show_chart(function_chart(curve(activation), at_z, at, counts))
        if sums is not None:
            share = percent(share_asleep(activation, sums)) or "0 %"
            st.caption(
                ASLEEP.format(
                    title=TITLES[key], share=share, units=len(sums), below=ASLEEP_BELOW,
                    reach=REACH,
                )
            )  # fmt: skip


def choose_shape(key: str) -> Activation:
    """The function with the settings that it has."""
    if key == "leaky_relu":
        return leaky_relu_with(slide(LEAK, "a, the slope below 0", 0.0, 0.5, 0.01))
    if key == "elu":
        return elu_with(slide(ELU_ALPHA, "α", 0.0, 3.0, 0.1))
    if key == "maxout":
        first, second = st.columns(2)
        with first:
            line = (
                slide(FIRST_SLOPE, "w₁", -2.0, 2.0, 0.1),
                slide(FIRST_HEIGHT, "b₁", -3.0, 3.0, 0.1),
            )
        with second:
            other = (
                slide(SECOND_SLOPE, "w₂", -2.0, 2.0, 0.1),
                slide(SECOND_HEIGHT, "b₂", -3.0, 3.0, 0.1),
            )
        return maxout_with([line, other])
    return ACTIVATIONS[key]
