"""The activation functions as curves, with their slopes."""

import streamlit as st
from torch import Tensor

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
from ui.activation_functions.curves_figures import function_chart
from ui.shared.address import numbers, take_ahead
from ui.shared.digit.choose import LessonDigit
from ui.shared.glossary import say
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
    Setting,
)
from ui.shared.widgets import pick, show_chart, slide

TITLES = {key: activation.title for key, activation in ACTIVATIONS.items()} | {"maxout": "Maxout"}
SAYS = {
    "sigmoid": "Squeezes every number to between 0 and 1. Its slope is ¼ at most, and far from 0 "
    "almost nothing.",
    "tanh": "A sigmoid from −1 to 1. Its slope is 1 in the middle, and far from 0 almost nothing.",
    "relu": "Lets positive numbers pass and makes 0 of all others. Where it is 0 its slope is 0, "
    "too: that unit learns nothing from this digit.",
    "leaky_relu": "A ReLU that lets a little of the negative side leak through, so that no unit is "
    "ever wholly cut off.",
    "elu": "A ReLU that bends smoothly to −α instead of stopping at 0.",
    "maxout": "Each unit has two sums (or more) and takes the larger one. So the network learns "
    "the shape of the function itself.",
}
FORMULAS = {
    "sigmoid": (
        r"\sigma(z) = \frac{1}{1 + e^{-z}}", r"\sigma'(z) = \sigma(z)\,(1 - \sigma(z))",
    ),
    "tanh": (r"\tanh(z) = \frac{e^z - e^{-z}}{e^z + e^{-z}}", r"\tanh'(z) = 1 - \tanh^2(z)"),
    "relu": (
        r"\text{ReLU}(z) = \max(0, z)",
        r"\text{ReLU}'(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}",
    ),
    "leaky_relu": (
        r"f(z) = \begin{cases} z & z > 0 \\ a\,z & z \le 0 \end{cases}",
        r"f'(z) = \begin{cases} 1 & z > 0 \\ a & z \le 0 \end{cases}",
    ),
    "elu": (
        r"f(z) = \begin{cases} z & z > 0 \\ \alpha\,(e^z - 1) & z \le 0 \end{cases}",
        r"f'(z) = \begin{cases} 1 & z > 0 \\ \alpha\,e^z & z \le 0 \end{cases}",
    ),
    "maxout": (
        r"f(z) = \max(w_1 z + b_1,\; w_2 z + b_2)",
        r"f'(z) = \text{the } w \text{ of the higher line}",
    ),
}  # fmt: skip
WHY = """
A layer multiplies what comes in by its weights and adds it up. If that were all, any number of
layers would be no more than one: straight lines put together give a straight line. The activation
function bends it. Learning goes backwards through the network, and there each unit multiplies the
message by the **slope** of its function. Where the slope is nearly 0, the message ends.
"""
BARS = """
The grey bars are the sums that the first layer of the *MLP* computes for the digit above. The MLP
itself was trained with ReLU. Sums beyond ±{reach:g} are counted at the ends.
"""
ASLEEP = """
With {title}, **{share}** of these {units} units would have a slope of less than {below}: hardly
anything that is to be learned would get through them.
"""
SUM = """
A layer computes sums $z = w \\cdot x + b$, and the activation function $f$ makes $f(z)$ of each.
On the way back each unit multiplies by $f'(z)$. Of the function that is chosen above:
"""
SHAPES: dict[str, tuple[tuple[Setting[float], str, float, float, float], ...]] = {
    "leaky_relu": ((LEAK, "a, the slope below 0", 0.0, 0.5, 0.01),),
    "elu": ((ELU_ALPHA, "α", 0.0, 3.0, 0.1),),
    "maxout": (
        (FIRST_SLOPE, "w₁", -2.0, 2.0, 0.1),
        (FIRST_HEIGHT, "b₁", -3.0, 3.0, 0.1),
        (SECOND_SLOPE, "w₂", -2.0, 2.0, 0.1),
        (SECOND_HEIGHT, "b₂", -3.0, 3.0, 0.1),
    ),
}
"""The settings that a function has: label, ends and step of each slider."""


def curves(digit: LessonDigit) -> None:
    """A function, its slope, and where the digit's own sums lie."""
    key = pick(CURVE_OF, "Activation function", TITLES, width=320)
    sums = try_or_say(lambda: sums_of(digit.image), st.warning, icon=None)
    at_a_place(key, chosen_shape(key), sums)


def sums_of(image: Tensor) -> Tensor:
    """What the MLP's first layer makes of it. Raises WeightsUnusable."""
    return first_sums(shared_reader("mlp").model, image)


@st.fragment
def at_a_place(key: str, activation: Activation, sums: Tensor | None) -> None:
    """The chart, and value and slope at the place that is chosen; the slider reruns only this."""
    place = st.container()
    at_z = slide(CURVE_AT, "z", -REACH, REACH, 0.1)
    at = activation.at(at_z)
    counts = None if sums is None else histogram(sums).numpy()
    with place:
        show_chart(function_chart(curve(activation), at_z, at, counts))
    say(f"$f({at_z:.1f}) = {at.value:.4f}$ and $f'({at_z:.1f}) = {at.slope:.4f}$. {SAYS[key]}")
    if sums is not None:
        share = percent(share_asleep(activation, sums)) or "0 %"
        asleep = ASLEEP.format(title=TITLES[key], share=share, units=len(sums), below=ASLEEP_BELOW)
        say(asleep, small=True)


def chosen_shape(key: str) -> Activation:
    """The function with its settings, as the widgets of the chapter have them."""
    values = [
        take_ahead(setting, label, numbers(low, high))
        for setting, label, low, high, _ in SHAPES.get(key, ())
    ]
    if key == "leaky_relu":
        return leaky_relu_with(*values)
    if key == "elu":
        return elu_with(*values)
    if key == "maxout":
        return maxout_with([(values[0], values[1]), (values[2], values[3])])
    return ACTIVATIONS[key]


def in_numbers() -> None:
    """The formulas of the chosen function, and the sliders of its shape."""
    say(SUM)
    key = CURVE_OF.get()
    for formula in FORMULAS[key]:
        st.latex(formula)
    for setting, label, low, high, step in SHAPES.get(key, ()):
        slide(setting, label, low, high, step)
