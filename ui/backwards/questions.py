"""What the visitor predicts on this page; the right answer is computed."""

from functools import partial

from torch import Tensor

from mnist_core.words import minus
from ui.backwards.message import sent_back
from ui.shared.predict import Answer, predict
from ui.shared.state import BACK_LAYER, RIGHT_ANSWER

ANSWERS = ("all ten", "only that of the right answer", "none of them")


def ask_whose_is_negative(image: Tensor) -> None:
    """image: (1, 1, 28, 28)."""
    predict(
        "negative_delta",
        "The message tells each of the ten outputs how far it was too high. Below zero means: you "
        "were too low. Which of the ten numbers are below zero?",
        ANSWERS,
        partial(find_whose_is_negative, image),
        lambda: BACK_LAYER.set(2),
    )


def find_whose_is_negative(image: Tensor) -> Answer:
    """By sending it back for the right answer that is chosen."""
    found = sent_back(image, RIGHT_ANSWER.get())
    delta = found.layers[-1].delta
    below = [digit for digit in range(10) if float(delta[digit]) < 0]
    right = 0 if len(below) == 10 else 2 if not below else 1 if below == [found.label] else None
    return right, (
        f"Of the {found.label} it is {minus(f'{float(delta[found.label]):.3g}')}, of all others "
        f"together {float(delta.sum() - delta[found.label]):.3g}. The probabilities add up to 1, "
        "so what the right answer lacks the others have too much. Choose another right answer, "
        "and see where the blue cell goes."
    )
