"""Why a network whose weights are all equal stays so."""

import streamlit as st

from mnist_core.experiments.equal_weights import (
    GUESSING_NATS,
    STEPS,
    UNITS,
    different_units,
    greatest_difference,
    learn_ten_digits,
    read_digit,
    right_of_ten,
)
from ui.deep_stacks.equal_weights_figures import losses_chart, unit_tiles
from ui.shared.components.pictures import show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.html import probability_bars
from ui.shared.glossary import say
from ui.shared.state import EQUAL_PLAYING, EQUAL_STEP
from ui.shared.walk import Walk, walk_through
from ui.shared.widgets import show_chart

EQUAL_SAYS = """
Two small networks (784 → 16 → 10, ReLU) learn the ten digits that this program draws. One begins
with random weights, in the other all weights of a layer are equal. Then all 16 hidden units compute
the same, so they get the same gradient, so they change in the same way, and stay one unit 16 times.
"""
EQUAL_RULE_SAYS = """
Two units of a layer whose weights $w_i$ and $w_j$ are equal, those that lead on from them too, get
equal gradients of the loss $L$, so they are equal after each step:
"""
EQUAL_RULE = r"""
\begin{gathered} w_i = w_j \;\text{ for all units } i, j \\[4pt]
\Rightarrow\; \frac{\partial L}{\partial w_i} = \frac{\partial L}{\partial w_j}
\;\Rightarrow\; w_i = w_j \;\text{ after the step} \end{gathered}
"""
WALK = Walk(EQUAL_STEP, EQUAL_PLAYING)


def equal_weights(digit: LessonDigit) -> None:
    """Two trainings side by side."""
    equal, random = learn_ten_digits("equal"), learn_ten_digits("default")
    step = walk_through(WALK, STEPS + 1, "Steps of training")
    both = [learning.weights[step] for learning in (equal, random)]
    tiles, chart = st.columns([3, 2], gap="large")
    with tiles:
        captions = [
            f"<b>{name}</b><br>different units: <b>{different_units(weights)}</b> of {UNITS}<br>"
            f"greatest difference: <b>{greatest_difference(weights):.3g}</b><br>"
            f"reads <b>{right_of_ten(weights)}</b> of 10 right"
            for name, weights in zip(("All equal", "Random"), both, strict=True)
        ]
        pictures = [weights.hidden.unflatten(1, (28, 28)).numpy() for weights in both]
        show_picture(unit_tiles(pictures, captions), "unit_tiles")
    with chart:
        show_chart(losses_chart(equal.losses, random.losses, GUESSING_NATS, step))
        say(
            f"After {step} steps the loss is **{equal.losses[step]:.3f}** with equal and "
            f"**{random.losses[step]:.3f}** with random weights."
        )
    say("What both make of the digit above:")
    for column, name, weights in zip(st.columns(2), ("All equal", "Random"), both, strict=True):
        probabilities = read_digit(weights, digit.image).numpy()
        column.caption(name)
        column.html(probability_bars(probabilities, int(probabilities.argmax())))
