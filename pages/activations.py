"""Activations and initialisation: curves and slopes, a deep stack, and where weights begin."""

import streamlit as st

from mnist_core.experiments.deep_stack import run_stack
from mnist_core.experiments.equal_weights import learn_ten_digits
from mnist_core.experiments.matrix_powers import power_by_eigenvalues, power_by_multiplication
from mnist_core.layers.activations import by_loops, softmax_by_loops, softmax_jacobian
from mnist_core.layers.initialisation import draw_weight, kaiming_uniform_std
from ui.activations.curves import curves
from ui.activations.deep_stack import deep_stack
from ui.activations.eigenvalues import linear_case, many_eigenvalues
from ui.activations.equal_weights import EQUAL_RULE, EQUAL_SAYS, WALK, equal_weights
from ui.activations.softmax import softmax_and_slopes
from ui.shared.digit.choose import choose_digit
from ui.shared.lesson import close_lesson, open_lesson
from ui.shared.tour.stops import ACTIVATIONS

ANSWERS = """
Which function should stand between two layers, and how large should the first random weights be?
Here you send your digit through up to 50 layers and see why some networks learn nothing at all:
their numbers fade away, or grow beyond all bounds.
"""
TRY_IT = [
    (
        "**In the stack, choose Sigmoid with PyTorch's default**, and pull the depth from 5 to 50.",
        "the gradient (pink, dashed) falls along a straight line: each layer multiplies it by "
        "about 0.14. At 50 layers the first one gets about 10⁻⁴² of it: it learns nothing.",
    ),
    (
        "**Now choose ReLU**, and compare *PyTorch's default*, *Xavier* and *He* at depth 50.",
        "with the default each layer keeps about 0.4 of the gradient, with Xavier about 0.7; with "
        "He both ends are of similar size.",
    ),
    (
        "**With the two equal and random networks, pull the steps from 0 to 100.**",
        "the random network soon reads all ten digits. In the other the 16 pictures change, but "
        "they stay the same picture 16 times: it reads two digits and its loss stays above 1.6.",
    ),
]

open_lesson(ACTIVATIONS, ANSWERS)
chosen = choose_digit()

curves(chosen)
softmax_and_slopes(chosen)
deep_stack(chosen)
linear_case(chosen)
many_eigenvalues(chosen)
st.subheader("All weights equal", anchor=False)
st.markdown(EQUAL_SAYS)
st.latex(EQUAL_RULE)
st.fragment(equal_weights, run_every=WALK.run_every)(chosen)
close_lesson(
    TRY_IT,
    by_loops,
    softmax_by_loops,
    softmax_jacobian,
    kaiming_uniform_std,
    draw_weight,
    run_stack,
    power_by_multiplication,
    power_by_eigenvalues,
    learn_ten_digits,
)
