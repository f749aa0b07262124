"""What a network answers, in words: a digit, or that none stands out."""

from torch import Tensor

from mnist_core.layers.activations import none_stands_out
from mnist_core.words import percent

UNSURE = "is **not sure** that this is a digit"


def reads(probabilities: Tensor) -> str:
    """“reads **7** (98.1 %)”, or that it is not sure; of finite probabilities (10,)."""
    answer = int(probabilities.argmax())
    chance = percent(float(probabilities[answer]))
    if none_stands_out(probabilities):
        return f"{UNSURE} (best guess {answer}, {chance})"
    return f"reads **{answer}** ({chance})"
