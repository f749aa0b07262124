"""Tensors: the digit as a strip, what reads it, which shapes go together, what a type loses."""

import streamlit as st
from torch import Tensor

from mnist_core.experiments.tensors.broadcasting import broadcast, expanded_strides
from mnist_core.experiments.tensors.products import along_by_loops, multiply_by_loops
from mnist_core.experiments.tensors.strip import layout_of, storage_places, written_into
from ui.shared import state
from ui.shared.chapters import Chapter, chapters
from ui.shared.digit.choose import choose_digit
from ui.shared.glossary import say
from ui.shared.lesson import open_lesson, show_code
from ui.shared.tour.stops import TENSORS
from ui.tensors.products import along, layer_that_reads
from ui.tensors.questions import ask_what_changes, ask_what_meets
from ui.tensors.shapes import shapes
from ui.tensors.strip import CONTIGUOUS, IDEA, PLAN, strip
from ui.tensors.types import numpy_memory, types


def numbers(digit: Tensor) -> None:
    """The reading plan as a formula, broadcasting, products and sums."""
    st.latex(PLAN)
    shapes()
    ask_what_meets()
    layer_that_reads(digit)
    along(digit)


def experts() -> None:
    """Contiguous or not, types, NumPy, and the code."""
    say(CONTIGUOUS)
    types()
    numpy_memory()
    show_code(
        layout_of, storage_places, written_into, broadcast, expanded_strides, multiply_by_loops,
        along_by_loops,
    )  # fmt: skip


open_lesson(TENSORS)
shown = choose_digit().image[0, 0]
strip(shown)
ask_what_changes(shown)
chapters(
    Chapter(lambda: say(IDEA)),
    Chapter(
        lambda: numbers(shown),
        [
            state.TENSOR_FIRST, state.TENSOR_SECOND, state.TENSOR_CLASS, state.TENSOR_ALONG,
            state.TENSOR_DIMENSION,
        ],
    ),
    Chapter(experts),
)  # fmt: skip
