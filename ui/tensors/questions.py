"""What the visitor predicts on this page; each right answer is computed."""

from functools import partial

import torch
from torch import Tensor

from mnist_core.experiments.tensors.broadcasting import Shape, broadcast
from mnist_core.experiments.tensors.strip import OPERATIONS, layout_of, written_into
from ui.shared.predict import Answer, predict
from ui.shared.state import TENSOR_FIRST, TENSOR_OPERATION, TENSOR_SECOND

ASKED = "every_other"
WRITTEN = 2.0
"""No pixel has it, so that it is seen wherever it arrives."""
COLUMN, ROW = (28, 1), (28,)


def ask_what_changes(digit: Tensor) -> None:
    """digit: (28, 28) in [0, 1]."""
    predict(
        "view_written",
        f"`y = {OPERATIONS[ASKED].code}` takes every other pixel: a quarter of the digit. Then "
        "somebody writes into one pixel of `y`. What happens to the digit `x`?",
        ["nothing: y has its own numbers", "one pixel of it changes", "four pixels change"],
        partial(find_what_changes, digit),
        lambda: TENSOR_OPERATION.set(ASKED),
    )


def find_what_changes(digit: Tensor) -> Answer:
    """By writing, and counting."""
    _, layout = layout_of(digit, OPERATIONS[ASKED])
    changed = int((written_into(digit, OPERATIONS[ASKED], 0, WRITTEN) != digit).sum())
    right = {0: 0, 1: 1, 4: 2}.get(changed)
    return right, (
        f"Changed pixels of x: {changed}. Shape {layout.size}, stride {layout.stride}: y "
        f"{'reads the digit’s own strip' if layout.is_view else 'has its own strip'}. Point at a "
        "pixel of the result and press *Write into this pixel*; then choose *A copy* and do it "
        "again."
    )


def ask_what_meets() -> None:
    """About two shapes that look as if they did not go together."""
    predict(
        "shapes_meet",
        f"A tensor of shape {COLUMN} plus one of shape {ROW}: what is the shape of the sum?",
        ["(28,)", "(28, 1)", "(28, 28)", "there is none: it is an error"],
        find_what_meets,
        _show_meeting,
    )


def find_what_meets() -> Answer:
    """By adding two such tensors."""
    shape = tuple((torch.zeros(COLUMN) + torch.zeros(ROW)).shape)
    possible: list[Shape] = [(28,), (28, 1), (28, 28)]
    steps = " ".join(meeting.says for meeting in broadcast(COLUMN, ROW).meetings)
    return possible.index(shape), (
        f"{steps} So the sum has {shape[0]} × {shape[1]} numbers. Whoever meant to add 28 numbers "
        "to 28 others has a bug without any message: the usual one of this rule."
    )


def _show_meeting() -> None:
    TENSOR_FIRST.set(COLUMN)
    TENSOR_SECOND.set(ROW)
