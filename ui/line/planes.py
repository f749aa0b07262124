"""More inputs and more outputs: the same loss, the same gradient."""

import streamlit as st
import torch
from torch import Tensor

from mnist_core.experiments.regression.linear import (
    Convention,
    Line,
    descend,
    greatest_rate,
    least_squares,
)
from ui.line.figures import plane
from ui.shared.glossary import say
from ui.shared.lesson import section

TRUE = Line(
    torch.tensor([[2.0, -1.0], [0.5, 1.5]], dtype=torch.float64),
    torch.tensor([1.0, 0.0], dtype=torch.float64),
)
COUNT, NOISE, STEPS = 20, 0.25, 500
INPUTS = """
With two inputs, ŷ = w₁x₁ + w₂x₂ + b is a **plane**; with 784 it is a layer that looks at a picture.
Nothing else changes: the error is the distance up or down to the plane. Turn the figure.
"""
OUTPUTS = """
With two outputs there are two planes, and W has one row for each. They share the inputs, but no
weight: each row gets the same numbers as if it were alone.
"""


def measured() -> tuple[Tensor, Tensor]:
    """Points round TRUE with noise: x (COUNT, 2) from 0 to 1, y (COUNT, 2)."""
    random = torch.Generator().manual_seed(0)
    x = torch.rand(COUNT, 2, generator=random, dtype=torch.float64)
    noise = NOISE * torch.randn(COUNT, 2, generator=random, dtype=torch.float64)
    return x, TRUE.at(x) + noise


@section
def planes() -> None:
    """A plane through points, and two at once."""
    st.subheader("Several inputs: a plane", anchor=False)
    say(INPUTS)
    x, y = measured()
    alone, both = least_squares(x, y[:, :1]), least_squares(x, y)
    st.plotly_chart(plane(x, y[:, 0], alone), key="plane", config={"displayModeBar": False})
    say(f"The best plane: {equation(alone, 0)}. The points were made from {equation(TRUE, 0)}.")
    st.subheader("Several outputs", anchor=False)
    say(OUTPUTS)
    start = Line(torch.zeros_like(both.weight), torch.zeros_like(both.bias))
    rate = greatest_rate(x, Convention.MEAN) / 2
    walked = descend(start, x, y, Convention.MEAN, rate=rate, steps=STEPS)[-1]
    for output in range(len(both.bias)):
        say(
            f"Output {output + 1}: best {equation(both, output)}; after {STEPS} steps of gradient "
            f"descent {equation(walked, output)}."
        )


def equation(line: Line, output: int) -> str:
    """“ŷ = 2.00 x₁ − 1.00 x₂ + 1.00”"""
    w1, w2 = line.weight[output].tolist()
    terms = f"ŷ = {w1:.2f} x₁ {w2:+.2f} x₂ {float(line.bias[output]):+.2f}"
    return terms.replace("+", "+ ").replace("-", "− ")
