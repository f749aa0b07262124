"""A class whose digits can be learnt: bright bars, which one hand draws higher than another."""

import torch

from mnist_core.classroom.digits import ClassDigits
from tests.core.tiny import tiny_digits


def written(writers: int = 6, each: int = 20, seed: int = 0) -> ClassDigits:
    """`each` digits of each writer."""
    count = writers * each
    digits = tiny_digits(count, seed)
    hands = torch.arange(count) // each * 1_000_003 + 17
    return ClassDigits(
        torch.arange(1, count + 1), digits.images, digits.labels, hands,
        torch.ones(count, dtype=torch.bool),
    )  # fmt: skip
