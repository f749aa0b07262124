"""Learning-rate schedules: what the rate is multiplied by as the training goes on.

`progress` is the share of the training that is done, from 0; after 1 each stays as it was at 1.
"""

import math
from collections.abc import Callable

from mnist_core.models.recipes import ScheduleName

WARM_UP = 0.1
"""Share of a training over which the learning rate rises."""
FALLS, FALL = 3, 0.1
LEFT = 0.01
"""What is left of the rate at the end of an exponential decay."""


def constant(progress: float) -> float:
    """1."""
    return 1.0


def steps_down(progress: float) -> float:
    """A tenth of the rate after each third: FALL^⌊FALLS · progress⌋, and no further fall at 1.

    Source: He, Zhang, Ren, Sun 2016, “Deep residual learning”, section 4.2, there after a half and
    three quarters.
    """
    # two thirds of the way are two falls, whatever rounding says
    done = math.floor(FALLS * progress + 1e-9)
    return math.pow(FALL, min(done, FALLS - 1))


def exponential(progress: float) -> float:
    """LEFT^progress: each step takes the same share away.

    Source: Zhang, Lipton, Li, Smola 2023, “Dive into deep learning”, section 12.4.
    """
    return math.pow(LEFT, min(progress, 1.0))


def linear(progress: float) -> float:
    """1 − progress, down to 0.

    Source: Goodfellow, Bengio, Courville 2016, “Deep learning”, section 8.3.1.
    """
    return 1 - min(progress, 1.0)


def cosine(progress: float) -> float:
    """½(1 + cos(π · progress)): slow, fast, slow, down to 0.

    Source: Loshchilov, Hutter 2017, “SGDR: stochastic gradient descent with warm restarts”,
    equation 5, without restarts.
    """
    return 0.5 * (1 + math.cos(math.pi * min(progress, 1.0)))


def warm_up_cosine(progress: float) -> float:
    """A linear rise over the first WARM_UP, then `cosine` over the rest.

    Source of the rise: Goyal et al. 2017, “Accurate, large minibatch SGD”, section 2.2.
    """
    if progress < WARM_UP:
        return max(progress, 1e-4) / WARM_UP
    return cosine((progress - WARM_UP) / (1 - WARM_UP))


SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": constant,
    "steps_down": steps_down,
    "exponential": exponential,
    "linear": linear,
    "cosine": cosine,
    "warm_up_cosine": warm_up_cosine,
}
"""By name."""


def schedule_factor(schedule: ScheduleName, progress: float) -> float:
    """What a recipe's learning rate is multiplied by when `progress` of the training is done."""
    return SCHEDULES[schedule](progress)
