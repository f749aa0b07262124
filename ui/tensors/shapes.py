"""Two shapes, and the broadcasting rule step by step."""

import streamlit as st

from mnist_core.experiments.tensors.broadcasting import (
    Broadcast,
    Shape,
    broadcast,
    expanded_strides,
)
from mnist_core.experiments.tensors.strip import contiguous_strides
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.state import TENSOR_FIRST, TENSOR_SECOND
from ui.shared.widgets import pick
from ui.tensors.figures import meetings_table

SHAPES: list[Shape] = [
    (28, 28), (28,), (28, 1), (1, 28), (1,), (784,), (10, 784), (10,), (64, 784), (64, 10),
    (3, 28, 28), (64, 1, 28, 28), (1, 3, 1, 1),
]  # fmt: skip
RULE = """
May two tensors of different shapes be added? **Broadcasting** decides: write the shapes one under
the other, from the right. Two sizes go together when they are equal, or when one of them is 1 or
missing. Then that tensor is read again and again, with stride 0, and nothing is copied.
"""


@section
def shapes() -> None:
    """The rule on two shapes that the visitor chooses."""
    st.subheader("Which shapes go together?", anchor=False)
    say(RULE)
    left, right = st.columns(2, gap="medium")
    with left:
        first = pick(TENSOR_FIRST, "Shape of the first", SHAPES)
    with right:
        second = pick(TENSOR_SECOND, "Shape of the second", SHAPES)
    found = broadcast(first, second)
    st.html(meetings_table(found))
    say(outcome(first, second, found))


def outcome(first: Shape, second: Shape, found: Broadcast) -> str:
    """The result's shape with the strides of both, or why there is none."""
    if found.shape is None:
        return f"**There is no sum.** {found.problem}"
    strides = " and ".join(
        f"`{expanded_strides(shape, contiguous_strides(shape), found.shape)}`"
        for shape in (first, second)
    )
    return (
        f"**The result has the shape** `{found.shape}`. To make it, the two are read with the "
        f"strides {strides}."
    )
