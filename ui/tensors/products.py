"""Sums of products: the layer that reads the digit, and what is left of a dimension."""

import streamlit as st
from torch import Tensor

from mnist_core.experiments.tensors.products import (
    Along,
    along_by_loops,
    entry_terms,
    multiplications,
    multiply_by_loops,
)
from mnist_core.inside.first_layer import bias_on_pixels, on_pixels
from mnist_core.models.parts import first_layer
from mnist_core.words import minus, spaced
from ui.shared.components.pictures import show_picture
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.process import shared_reader
from ui.shared.state import TENSOR_ALONG, TENSOR_CLASS, TENSOR_DIMENSION
from ui.shared.widgets import pills, segmented
from ui.tensors.figures import along_picture, product_pictures

NETWORK = "softmax_regression"
DOT = r"z_k = \sum_{i=1}^{784} x_i \, W_{ki} + b_k"
DOT_SAYS = """
A **dot product** multiplies two rows of numbers one by one and adds up. A **matrix product** is a
table of dot products: each row of the first with each column of the second. That is how the
smallest network reads your digit: one row of 784 pixels times a matrix of 784 × 10 weights gives
ten scores at once.
"""
ALONG_SAYS = """
`x.sum(dim=0)` goes down each column, and dimension 0 is gone: of shape (28, 28) is left (28,).
`dim=1` goes along each row. The dimension that is named is the one that disappears.
"""
WAYS: list[Along] = ["sum", "mean", "max"]
DIMENSIONS = {0: "dim=0: down each column", 1: "dim=1: along each row"}


@section
def layer_that_reads(digit: Tensor) -> None:
    """digit: (28, 28) in [0, 1]."""
    st.subheader("784 pixels times 784 × 10 weights", anchor=False)
    say(DOT_SAYS)
    st.latex(DOT)
    chosen = pills(TENSOR_CLASS, "Weights of digit", range(10))
    layer = first_layer(model := shared_reader(NETWORK).trained.model)
    assert layer.bias is not None
    weights = on_pixels(model, layer.weight).flatten(1)  # (10, 784)
    row = digit.reshape(1, -1)
    terms = entry_terms(row, weights.T, 0, chosen)
    show_picture(
        product_pictures(digit, weights[chosen].view(28, 28), terms.view(28, 28), chosen),
        "product_pictures",
    )
    bias = bias_on_pixels(model, layer.weight, layer.bias)
    scores = multiply_by_loops(row, weights.T)[0] + bias
    shapes = ((1, row.shape[1]), (row.shape[1], len(weights)))
    say(
        f"The sum of these products is {signed(terms.sum())}; with the bias "
        f"{signed(bias[chosen])} the score of {chosen} is **{signed(scores[chosen])}**. The "
        f"largest of the ten scores belongs to **{int(scores.argmax())}**. The product (1, 784) × "
        f"(784, 10) → (1, 10) takes {spaced(multiplications(*shapes))} multiplications."
    )


def signed(value: Tensor) -> str:
    """A number with its proper minus."""
    return minus(f"{float(value):.2f}")


@section
def along(digit: Tensor) -> None:
    """digit: (28, 28) in [0, 1]."""
    st.subheader("Sum, mean and maximum", anchor=False)
    say(ALONG_SAYS)
    left, right = st.columns(2, gap="medium")
    with left:
        how = segmented(TENSOR_ALONG, "What is made of the numbers", WAYS)
    with right:
        dimension = segmented(TENSOR_DIMENSION, "Along which dimension", DIMENSIONS)
    result = along_by_loops(digit, dimension, how)
    code = f"x.{'amax' if how == 'max' else how}(dim={dimension})"
    most = int(result.argmax())
    show_picture(along_picture(result, dimension, f"{code}: 28 numbers"), "along_picture")
    line = "column" if dimension == 0 else "row"
    st.code(f"{code}.shape   # ({len(result)},)\n{code}[{most}]      # {float(result[most]):.3f}")
    say(f"Most of it is in {line} {most}; light cells are large, dark ones 0.", small=True)
