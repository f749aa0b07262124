"""What the visitor predicts on this page; each right answer is computed."""

import math
from functools import partial

from torch import Tensor

from mnist_core.experiments.deep_stack import (
    Journey,
    Settings,
    journey_back,
    run_stack,
    scales,
    stack_digits,
)
from mnist_core.experiments.equal_weights import STEPS, learn_ten_digits, right_of_ten
from mnist_core.layers.initialisation import INITIALISATIONS
from mnist_core.words import power_of_ten
from ui.deep_stacks.deep_stack import DEEPEST
from ui.shared.predict import Answer, predict
from ui.shared.state import (
    EQUAL_STEP,
    STACK_ACTIVATION,
    STACK_DEPTH,
    STACK_SEED,
    STACK_START,
    STACK_WIDTH,
)

SHARES = {"about a tenth": 0.01, "about a millionth": 1e-12, "less than 10⁻³⁰": 0.0}
"""Of the gradient, each with the least share that it is said of."""
RULES = ("default", "xavier", "he")
READ = {"all ten": 10, "six to nine": 6, "at most five": 0}
"""How many of ten digits, each with the least number that it is said of."""


def ask_what_is_left(image: Tensor) -> None:
    """image: (1, 1, 28, 28), as for all questions."""
    predict(
        "gradient_left",
        f"Sigmoid, PyTorch's default, {DEEPEST} layers. How much of the gradient, the "
        "message of how to change, arrives at the first layer?",
        list(SHARES),
        partial(find_what_is_left, image),
        partial(_show_stack, "sigmoid", "default"),
    )


def find_what_is_left(image: Tensor) -> Answer:
    """By sending it through the stack."""
    back = _journey("sigmoid", "default", image)
    right = next(i for i, least in enumerate(SHARES.values()) if back.total >= least)
    return right, (
        f"Each layer multiplies it by about {back.per_layer:.2f}, so of {DEEPEST} layers the first "
        f"one gets {power_of_ten(back.total)} of it. On the chart's logarithmic scale that is a "
        "straight line. Pull the depth to 5 and up again to see it grow."
    )


def ask_who_keeps_it(image: Tensor) -> None:
    """About three ways to begin."""
    predict(
        "keeps_gradient",
        f"Now *ReLU* with {DEEPEST} layers. Which initialisation keeps the gradient at its size?",
        [INITIALISATIONS[rule].title for rule in RULES],
        partial(find_who_keeps_it, image),
        partial(_show_stack, "relu", "he"),
    )


def find_who_keeps_it(image: Tensor) -> Answer:
    """The one under which it is least changed."""
    journeys = [_journey("relu", rule, image) for rule in RULES]
    off = [abs(math.log(one.total)) if one.total > 0 else math.inf for one in journeys]
    said = ", ".join(
        f"{INITIALISATIONS[rule].title}: {one.per_layer:.2f}"
        for rule, one in zip(RULES, journeys, strict=True)
    )
    return off.index(min(off)), f"Each layer multiplies it by: {said}."


def ask_what_equals_learn() -> None:
    """About the network whose weights begin equal."""
    predict(
        "equal_reads",
        f"After {STEPS} steps, how many of the ten digits does the network read whose weights were "
        "all equal?",
        list(READ),
        find_what_equals_learn,
        lambda: EQUAL_STEP.set(STEPS),
    )


def find_what_equals_learn() -> Answer:
    """By training both."""
    equal, random = learn_ten_digits("equal"), learn_ten_digits("default")
    reads, others = (right_of_ten(one.weights[-1]) for one in (equal, random))
    right = next(i for i, least in enumerate(READ.values()) if reads >= least)
    return right, (
        f"It reads {reads} of 10, and its loss never falls under {min(equal.losses):.2f}; the "
        f"random one reads {others}. Pull the steps from 0: the 16 pictures change, but they stay "
        "the same picture 16 times."
    )


def _journey(activation: str, start: str, image: Tensor) -> Journey:
    settings = Settings(DEEPEST, STACK_WIDTH.get(), activation, start, STACK_SEED.get())
    return journey_back(scales(run_stack(stack_digits(image), settings)))


def _show_stack(activation: str, start: str) -> None:
    STACK_DEPTH.set(DEEPEST)
    STACK_ACTIVATION.set(activation)
    STACK_START.set(start)
