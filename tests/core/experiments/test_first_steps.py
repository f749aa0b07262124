"""The first steps of a training: equal to PyTorch's, and it learns."""

import torch
import torch.nn.functional as F

from mnist_core.experiments.first_steps import EXAMPLES, LEARNING_RATE, STEPS, first_steps
from mnist_core.pictures.own_digits import own_digit, varied_own_digits


def test_its_steps_are_those_of_pytorch() -> None:
    images = varied_own_digits(EXAMPLES).flatten(1)
    labels = torch.arange(EXAMPLES) % 10
    network = torch.nn.Linear(784, 10)
    torch.nn.init.zeros_(network.weight)
    torch.nn.init.zeros_(network.bias)
    optimizer = torch.optim.SGD(network.parameters(), LEARNING_RATE)
    steps = first_steps()
    for step in range(5):
        torch.testing.assert_close(steps.weight[step], network.weight.detach())
        torch.testing.assert_close(steps.bias[step], network.bias.detach())
        optimizer.zero_grad()
        F.cross_entropy(network(images), labels).backward()
        optimizer.step()


def test_it_begins_with_no_idea_and_gets_surer_of_every_digit() -> None:
    read = []
    for digit in range(10):
        known = first_steps().probabilities(own_digit(digit))
        assert known.shape == (STEPS + 1, 10)
        torch.testing.assert_close(known[0], torch.full((10,), 0.1))
        torch.testing.assert_close(known.sum(dim=1), torch.ones(STEPS + 1))
        assert known[-1, digit] > 3 * known[0, digit]
        read.append(int(known[-1].argmax()))
    assert sum(found == digit for digit, found in enumerate(read)) >= 9
