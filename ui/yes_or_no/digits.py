"""The same neuron with 784 inputs: one digit against all others."""

from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor

from mnist_core.data.mnist import Digits, mnist_is_here, to_images_01
from mnist_core.experiments.regression.logistic import LOSSES, Neuron, descend
from mnist_core.words import a_digit, percent, spaced
from ui.shared.components.pictures import show_picture
from ui.shared.digit.test_digits import (
    IN_USE,
    quiet_test_digits,
    shared_generated_training,
)
from ui.shared.figures.pixel_maps import Look, signed_map
from ui.shared.figures.tiles import scale_bar, scale_limit
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.session.data import shared_mnist
from ui.shared.state import YES_DIGIT
from ui.shared.widgets import pills

EXAMPLES, STEPS, RATE = 2000, 60, 0.5
SAYS = """
A picture is a point with 784 coordinates, one for each pixel. The same neuron, with 784 weights
instead of two, learns to say whether a picture shows one certain digit. Its weights are a picture,
too: **orange** where ink speaks for yes, **blue** where it speaks for no.
"""


@dataclass(frozen=True)
class Judge:
    """A neuron that tells one digit from all others, and how it does on test digits.

    right: share of test digits with the right answer; always_no: of a neuron that never says yes
    found: share of the digit's own pictures to which it says yes
    """

    neuron: Neuron
    right: float
    always_no: float
    found: float


@section
def one_digit() -> None:
    """784 weights as a picture, and what they are good for."""
    st.subheader("784 inputs: is it this digit?", anchor=False)
    say(SAYS)
    digit = pills(YES_DIGIT, "Yes for the digit", range(10))
    judge = shared_judge(digit, mnist_is_here())
    if judge is None:
        return
    weights = judge.neuron.weight.view(28, 28).numpy()
    limit = scale_limit(weights)
    show_picture(
        signed_map(weights, limit, Look(f"784 weights for {a_digit(digit)}"))
        + scale_bar(limit, f"{STEPS} steps on {spaced(EXAMPLES)} digits"),
        "digit_weights",
    )
    name = "test digits" if mnist_is_here() else "generated digits"
    say(
        f"Of the {name}, **{percent(judge.right)}** get the right answer. That sounds better than "
        f"it is: always saying no would be right for {percent(judge.always_no)}. It says yes to "
        f"{percent(judge.found)} of those that show {a_digit(digit)}."
    )
    if not mnist_is_here():
        say(IN_USE, small=True)


@st.cache_resource(max_entries=20, show_spinner="Learning …")
def shared_judge(digit: int, on_mnist: bool) -> Judge | None:
    """Learnt once for all visitors; None where there are no digits at all."""
    train = shared_mnist().train if on_mnist else shared_generated_training()
    test = quiet_test_digits()
    return None if test is None else judge_of(digit, train, test.digits)


def judge_of(digit: int, train: Digits, test: Digits) -> Judge:
    """From zero weights, on the first EXAMPLES digits to train on."""
    x, y = _examples(train.select(torch.arange(EXAMPLES)), digit)
    start = Neuron(x.new_zeros(x.shape[1]), x.new_zeros(()))
    neuron = descend(start, x, y, LOSSES["cross_entropy"], rate=RATE, steps=STEPS)[-1]
    asked, truth = _examples(test, digit)
    says = neuron.score(asked) > 0
    is_digit = truth == 1
    return Judge(
        neuron,
        float((says == is_digit).double().mean()),
        float((~is_digit).double().mean()),
        float(says[is_digit].double().mean()),
    )


def _examples(digits: Digits, digit: int) -> tuple[Tensor, Tensor]:
    """float64 (N, 784) in [0, 1], and 1 for yes (N,)."""
    return to_images_01(digits.images).flatten(1).double(), (digits.labels == digit).double()
