"""What a deep stack of layers does to activations and gradients."""

import streamlit as st
from torch import Tensor

from mnist_core.experiments.deep_stack import (
    STACKED,
    Scales,
    Settings,
    Stack,
    journey_back,
    journey_forward,
    layers_that_differ,
    run_stack,
    scales,
    spread_of_rules,
    stack_digits,
    told_apart,
    too_large_for_float32,
    too_small_for_float32,
    units_are_alike,
)
from mnist_core.layers.initialisation import INITIALISATIONS
from ui.deep_stacks.deep_stack_figures import say_fate, scales_chart, stack_maps
from ui.shared.address import numbers, take_ahead
from ui.shared.components.pictures import show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.state import STACK_ACTIVATION, STACK_DEPTH, STACK_SEED, STACK_START, STACK_WIDTH
from ui.shared.widgets import dice, pick, show_chart, slide

STACK_SAYS = """
Your digit and 31 others go through a stack of layers that has not learned anything yet. Then a
**gradient**, the message of how to change, comes in at the last layer and travels back to the
first. It begins with standard deviation 1. Each step multiplies, so after many layers the sizes
shrink or grow like a power.
"""
STEP = """
Forward each layer multiplies by its weights $W_l$, adds its bias and bends with $f$. What decides
is how the variance of the sums goes on. Backward the gradient of the loss $L$ meets the same
weights and the slope $f'$:
"""
FORWARD = r"""
\begin{gathered} z_l = W_l\,h_{l-1} + b_l, \qquad h_l = f(z_l) \\[4pt]
\text{Var}(z_l) \approx n\,\text{Var}(w)\,\overline{h_{l-1}^2} \end{gathered}
"""
BACKWARD = (
    r"\frac{\partial L}{\partial h_{l-1}} = W_l^{\top}"
    r"\left( f'(z_l) \odot \frac{\partial L}{\partial h_l} \right)"
)
STACK_NOTE = """
*Size* is the root mean square of a layer's values. *Difference between digits* is their standard
deviation over the 32 digits: when it is gone, the network sees the same in all of them, even if the
values are not small. A line that turns flat near 10⁻¹⁶ has met the limit of the computer's
numbers. Most deep networks also use batch normalisation, which sets the size anew at each layer.
"""
RULES = """
With $n$ inputs and $m$ outputs of a layer, each rule says how widely
its weights $w$ are spread (their standard deviation, Std). Xavier keeps the size where $f$ is
nearly straight around 0 (tanh). He's rule makes them larger, since ReLU throws half of all away.
"""
RULES_RULE = r"""
\begin{array}{ll} \text{Xavier:} & \text{Std}(w) = \sqrt{2/(n + m)} \\
\text{He:} & \text{Std}(w) = \sqrt{2/n} \\
\text{PyTorch:} & \text{Std}(w) = 1/\sqrt{3n} \end{array}
"""
START_TITLES = {key: rule.title for key, rule in INITIALISATIONS.items()}
WIDTH_LABEL = "Width (units per layer)"
NARROWEST, WIDEST, DEEPEST = 20, 120, 50
MISTAKE = """
**A mistake that is often repeated:** “PyTorch initialises its layers with Xavier.” It does not, for
linear and for convolutional layers alike: it draws evenly from $\\pm 1/\\sqrt n$ (*Kaiming-uniform*
with $a = \\sqrt 5$). That is too small for a deep stack.
"""


def deep_stack(digit: LessonDigit) -> None:
    """The main figure: depth, activation and initialisation, and what becomes of the numbers."""
    width = take_ahead(STACK_WIDTH, WIDTH_LABEL, numbers(NARROWEST, WIDEST))
    sizes_along(stack_digits(digit.image), width)


@section
def sizes_along(inputs: Tensor, width: int) -> None:
    """A chart over the layers; its settings rerun this part alone."""
    place = st.container()
    with st.container(horizontal=True):
        with st.container(width=260):
            depth = slide(STACK_DEPTH, "Depth (layers)", 1, DEEPEST)
        activation = pick(STACK_ACTIVATION, "Activation between the layers", STACKED, width=220)
        start = pick(STACK_START, "Initialisation", START_TITLES, width=220)
    settings = Settings(depth, width, activation, start, STACK_SEED.get())
    stack = run_stack(inputs, settings)
    measured = scales(stack)
    with place:
        show_chart(scales_chart(measured))
    say(say_forward(stack, measured, settings) + " " + say_back(stack, measured))
    show_picture(stack_maps(told_apart(stack).numpy(), stack.gradients[:, 0].numpy()), "stack_maps")


def in_numbers() -> None:
    """The formulas, and how widely each rule spreads the weights."""
    say(STEP)
    st.latex(FORWARD)
    st.latex(BACKWARD)
    st.subheader("How the weights begin", anchor=False)
    say(RULES)
    st.latex(RULES_RULE)
    width = slide(STACK_WIDTH, WIDTH_LABEL, NARROWEST, WIDEST, 10)
    dice(STACK_SEED, "Draw other weights")
    st.html(rules_table(width))


def say_forward(stack: Stack, measured: Scales, settings: Settings) -> str:
    """What becomes of the differences between the digits, in sentences."""
    said = [say_fate("On the way forward, what tells the digits apart", journey_forward(measured))]
    left = layers_that_differ(measured)
    if left < settings.depth:
        said.append(f"From layer {left + 1} on, the computer cannot tell the digits apart at all.")
    if (layers := too_large_for_float32(stack.outputs)) > 0:
        said.append(
            f"In {layers} of {settings.depth} layers the values are beyond 3.4 · 10³⁸: a usual "
            "network (32-bit numbers) would compute *infinite* there, and soon *not a number*."
        )
    if settings.width > 1 and units_are_alike(stack.outputs):
        said.append("**All units of the last layer say the same:** it could be a single unit.")
    return " ".join(said)


def say_back(stack: Stack, measured: Scales) -> str:
    """What becomes of the gradient, in sentences."""
    said = [say_fate("On the way back, the gradient", journey_back(measured))]
    depth = len(stack.gradients)
    if (layers := too_large_for_float32(stack.gradients)) > 0:
        said.append(f"In {layers} of {depth} layers it would be infinite in 32-bit numbers.")
    if (layers := too_small_for_float32(stack.gradients)) > 0:
        said.append(
            f"In {layers} of {depth} layers it would be exactly 0 in 32-bit numbers: they could "
            "not learn at all."
        )
    return " ".join(said)


def rules_table(width: int) -> str:
    """Standard deviation of the weights by each rule."""
    rows = "".join(
        f"<tr><td>{title}</td><td>{by_formula:.4f}</td><td>{drawn:.4f}</td></tr>"
        for title, by_formula, drawn in spread_of_rules(width, STACK_SEED.get())
    )
    return (
        '<table style="font-size:.9rem;font-variant-numeric:tabular-nums;border-spacing:1.2em .2em;'
        'border-collapse:separate;margin-left:-1.2em;text-align:left">'
        f"<tr><th>{width} → {width}</th><th>Std by formula</th><th>of drawn weights</th></tr>"
        f"{rows}</table>"
    )
