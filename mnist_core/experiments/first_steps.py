"""The first steps of a training: softmax regression, which learns the program's own digits."""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from mnist_core.experiments.regression.linear import Line
from mnist_core.experiments.regression.softmax import gradient
from mnist_core.layers.activations import softmax
from mnist_core.pictures.own_digits import varied_own_digits

EXAMPLES, STEPS, LEARNING_RATE = 200, 40, 0.2


@dataclass(frozen=True)
class FirstSteps:
    """What a softmax regression knew after each step of its training.

    weight: float32 (steps + 1, 10, 784), zero before the first step
    bias:   float32 (steps + 1, 10)
    """

    weight: Tensor
    bias: Tensor

    def probabilities(self, image_01: Tensor) -> Tensor:
        """Of each digit after each step, (steps + 1, 10), for a picture of 28 × 28 pixels."""
        return softmax(self.weight @ image_01.flatten() + self.bias)


@lru_cache(maxsize=1)
def first_steps() -> FirstSteps:
    """The training on the program's digits, each turned, moved and made noisy a little.

    Gradient descent on the cross-entropy of all examples at once.
    """
    images, labels = varied_own_digits(EXAMPLES).flatten(1), torch.arange(EXAMPLES) % 10
    lines = [Line(torch.zeros(10, images.shape[1]), torch.zeros(10))]
    for _ in range(STEPS):
        lines.append(lines[-1].stepped(gradient(lines[-1], images, labels), LEARNING_RATE))
    weights, biases = zip(*((line.weight, line.bias) for line in lines), strict=True)
    return FirstSteps(torch.stack(weights), torch.stack(biases))
