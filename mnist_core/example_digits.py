"""Digits to compare a visitor's with, where MNIST need not be here."""

from functools import lru_cache

import torch
from torch import Tensor

from mnist_core.own_digits import own_digit
from mnist_core.robustness import add_noise, rotate
from mnist_core.shifts import move

MOST_DEGREES = 20
MOST_PIXELS = 2
NOISE_SD = 0.03


@lru_cache(maxsize=1)
def ten_own_digits() -> Tensor:
    """The program's digits 0 to 9: float32 (10, 1, 28, 28) in [0, 1]; do not change them."""
    return torch.cat([own_digit(k) for k in range(10)])


@lru_cache(maxsize=4)
def varied_own_digits(count: int, seed: int = 0) -> Tensor:
    """The program's digits, each turned, moved and made noisy a little; always the same ones.

    returns: float32 (count, 1, 28, 28) in [0, 1], the digits 0, 1, …, 9, 0, …; do not change them
    """
    generator = torch.Generator().manual_seed(seed)
    return torch.cat([_vary(own_digit(i % 10), generator, i) for i in range(count)])


def _vary(image: Tensor, generator: torch.Generator, noise_seed: int) -> Tensor:
    degrees = (float(torch.rand(1, generator=generator)) * 2 - 1) * MOST_DEGREES
    right, down = torch.randint(
        -MOST_PIXELS, MOST_PIXELS + 1, (2,), generator=generator
    ).tolist()  # fmt: skip
    return add_noise(move(rotate(image, degrees), right, down), NOISE_SD, noise_seed)
