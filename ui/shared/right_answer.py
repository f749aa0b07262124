"""“The right answer is …”: what a network's loss on the visitor's digit is measured against."""

from torch import Tensor

from ui.shared.state import RIGHT_ANSWER
from ui.shared.widgets import pick

READ_FIRST, SECOND_GUESS = -1, -2
"""Of RIGHT_ANSWER: the digit that the network reads, and the one that it finds next probable."""
ANSWERS = {
    SECOND_GUESS: "its second guess",
    READ_FIRST: "what it reads",
    **{digit: str(digit) for digit in range(10)},
}


def choose_right_answer() -> int:
    """A box: a digit, READ_FIRST or SECOND_GUESS."""
    return pick(RIGHT_ANSWER, "The right answer is", ANSWERS, width=170)


def digit_meant(answer: int, scores: Tensor) -> int:
    """The digit that an answer of ANSWERS means; scores: the network's logits or chances, (10,)."""
    if answer not in (READ_FIRST, SECOND_GUESS):
        return answer
    read, second = scores.topk(2).indices.tolist()
    return int(read if answer == READ_FIRST else second)
