"""Roughly what the curves of a training will look like: drawn in grey before there are any."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.mnist import SIDE

POINTS = 60
LEFT_AT_THE_END = 0.1
"""Share of the loss of guessing that is left after an epoch: a shape, not a forecast."""
HALVINGS = 12
"""How often what is still to be learnt is halved in an epoch."""


@dataclass(frozen=True)
class Expected:
    """One epoch. samples: pictures seen; loss: nats per image; accuracy: share read right.

    All float64 (POINTS,).
    """

    samples: NDArray[np.float64]
    loss: NDArray[np.float64]
    accuracy: NDArray[np.float64]


def loss_of_guessing(is_vae: bool) -> float:
    """Of ten digits that are all equally likely; of a VAE's pixels that are all as likely as not.

    log 10, and 28² log 2 nats.
    """
    return SIDE**2 * math.log(2) if is_vae else math.log(10)


def expected_course(is_vae: bool, epoch_size: int) -> Expected:
    """It begins at guessing and falls, ever more slowly, as trainings that go well do.

    epoch_size: pictures in an epoch
    """
    share = np.linspace(0.0, 1.0, POINTS)
    to_learn = np.exp2(-HALVINGS * share)
    guessing = loss_of_guessing(is_vae)
    loss = guessing * (LEFT_AT_THE_END + (1 - LEFT_AT_THE_END) * to_learn)
    by_chance = 0.1
    accuracy = by_chance + (1 - by_chance) * (1 - LEFT_AT_THE_END) * (1 - to_learn)
    return Expected(share * epoch_size, loss, accuracy)
