"""Small sets of digits that can be learnt, for tests that need no MNIST."""

import torch

from mnist_core.data.mnist import Digits


def tiny_digits(count: int = 96, seed: int = 0) -> Digits:
    """A bright bar in another place for each digit, in noise."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count).remainder(10)
    images = torch.randint(0, 60, (count, 28, 28), generator=generator)
    for index, label in enumerate(labels.tolist()):
        images[index, 2 * label + 3 : 2 * label + 6] += 180
    return Digits(images.to(torch.uint8), labels.to(torch.uint8))
