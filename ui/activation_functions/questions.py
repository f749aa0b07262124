"""What the visitor predicts on this page; each right answer is computed."""

from functools import partial

from torch import Tensor

from mnist_core.experiments.activation_curves import ASLEEP_BELOW, share_asleep
from mnist_core.layers.activations import ACTIVATIONS, softmax
from mnist_core.words import percent
from ui.activation_functions.curves import TITLES, sums_of
from ui.activation_functions.softmax import logits_of
from ui.shared.predict import Answer, predict
from ui.shared.state import SOFTMAX_OF, SOFTMAX_SHIFT, SOFTMAX_TEMPERATURE

ASKED = ("sigmoid", "tanh", "relu", "leaky_relu")
ADDED = 20
ADDING = ("the largest one grows", "all ten come closer together", "nothing")
STANDS_STILL = 1e-9


def ask_which_sleeps(image: Tensor) -> None:
    """image: (1, 1, 28, 28), as for all questions."""
    predict(
        "asleep",
        f"A unit whose slope is under {ASLEEP_BELOW} hardly learns from this digit. With which "
        "function would most units of the first layer sleep?",
        [TITLES[key] for key in ASKED],
        partial(find_which_sleeps, image),
    )


def find_which_sleeps(image: Tensor) -> Answer:
    """By counting them. Raises WeightsUnusable."""
    sums = sums_of(image)
    shares = [share_asleep(ACTIVATIONS[key], sums) for key in ASKED]
    said = ", ".join(
        f"{TITLES[key]} {percent(share) or '0 %'}" for key, share in zip(ASKED, shares, strict=True)
    )
    return shares.index(max(shares)), (
        f"Of {len(sums)} units sleep: {said}. ReLU's slope is exactly 0 below 0; the others only "
        "come near it, far from 0. Choose each above, and compare its slope with the grey bars."
    )


def ask_what_adding_does(image: Tensor) -> None:
    """About the logits of the network that is chosen."""
    predict(
        "added_to_logits",
        f"Add {ADDED} to all ten logits. What changes in the probabilities?",
        list(ADDING),
        partial(find_what_adding_does, image),
        lambda: SOFTMAX_SHIFT.set(ADDED),
    )


def find_what_adding_does(image: Tensor) -> Answer:
    """With the chosen network and temperature. Raises WeightsUnusable."""
    logits, temperature = logits_of(SOFTMAX_OF.get(), image), SOFTMAX_TEMPERATURE.get()
    before, after = softmax(logits, temperature), softmax(logits + ADDED, temperature)
    change = float((after - before).abs().max())
    right = 2 if change < STANDS_STILL else 0 if after.max() > before.max() else 1
    return right, (
        f"The greatest change of any probability is {change:.1g}. Numerator and denominator are "
        "multiplied by the same number, which cancels."
    )
