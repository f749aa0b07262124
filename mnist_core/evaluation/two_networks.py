"""Two networks on the same digits: what both read right, only one of them, and neither."""

from dataclasses import dataclass

import torch
from torch import Tensor

from mnist_core.evaluation.metrics import Ranked, answered, read_right
from mnist_core.layers.activations import to_probabilities


@dataclass(frozen=True)
class Group(Ranked):
    """Some of the digits, those first for which one network gave its label least.

    labels:  int64 (n,), what they are
    read:    int64 (n, 2), what the first and the second network read
    p_label: float64 (n,), the lower of the two probabilities given to the label, increasing
    """

    labels: Tensor
    read: Tensor
    p_label: Tensor


@dataclass(frozen=True)
class SideBySide:
    """Each digit that both networks have an answer for, in exactly one of four groups.

    unanswered: how many digits stand in none, because a network has no finite numbers for them
    """

    both_right: Group
    only_first: Group
    only_second: Group
    both_wrong: Group
    unanswered: int


def side_by_side(
    first: Tensor, second: Tensor, labels: Tensor, temperatures: tuple[float, float] = (1.0, 1.0)
) -> SideBySide:
    """Of N digits; first, second: logits (N, 10) of two networks, labels (N,).

    temperatures: the logits of each are divided by its own before the softmax
    """
    truth = labels.long()
    there = answered(first) & answered(second)
    rights = read_right(first, truth), read_right(second, truth)
    read = torch.stack([first.argmax(dim=1), second.argmax(dim=1)], dim=1)
    p_label = torch.stack(
        [
            to_probabilities(logits, temperature).gather(1, truth[:, None])[:, 0]
            for logits, temperature in zip((first, second), temperatures, strict=True)
        ]
    ).amin(dim=0)

    def group(first_right: bool, second_right: bool) -> Group:
        wanted = there & (rights[0] == first_right) & (rights[1] == second_right)
        indices = wanted.nonzero()[:, 0]
        indices = indices[p_label[indices].argsort(stable=True)]
        return Group(indices, truth[indices], read[indices], p_label[indices])

    return SideBySide(
        both_right=group(True, True),
        only_first=group(True, False),
        only_second=group(False, True),
        both_wrong=group(False, False),
        unanswered=int((~there).sum()),
    )
