"""The mistake of testing on digits drawn with weights 0, 1, 2, … instead of on each once."""

from dataclasses import dataclass

import torch
from torch import Tensor

PARTS = 10


@dataclass(frozen=True)
class WeightedTest:
    """One such test of a network, beside the right one.

    accuracy, loss:   of all test digits, each looked at once: share read right; mean nats
    drawn_accuracy, drawn_loss: of as many digits as there are, drawn with weights 0, 1, 2, …
    expected_accuracy: what `drawn_accuracy` is on average over all draws
    looked_at:        share of the digits that were drawn at all
    looks:            share of the draws that fell on each tenth of the test set, float64 (10,)
    """

    accuracy: float
    loss: float
    drawn_accuracy: float
    drawn_loss: float
    expected_accuracy: float
    looked_at: float
    looks: Tensor


def draw_weighted(count: int, seed: int) -> Tensor:
    """`count` indices, int64, of `count` ≥ 2 digits: number i is drawn with weight i."""
    generator = torch.Generator().manual_seed(seed)
    weights = torch.arange(count, dtype=torch.float64)
    return torch.multinomial(weights, count, replacement=True, generator=generator)


def weighted_mean(values: Tensor) -> float:
    """Σ i vᵢ / Σ i of float64 (N,): the mean over draws in which number i has weight i."""
    weights = torch.arange(len(values), dtype=torch.float64)
    return float((weights * values).sum() / weights.sum())


def weighted_test(is_right: Tensor, losses: Tensor, seed: int) -> WeightedTest:
    """What the mistake makes of a network.

    is_right: bool (N,), of every test digit in its order; losses: nats (N,), NaN for a digit
              without an answer, which no mean loss counts
    """
    right, nats = is_right.double(), losses.double()
    drawn = draw_weighted(len(right), seed)
    tenths = torch.bincount(drawn * PARTS // len(right), minlength=PARTS)
    return WeightedTest(
        float(right.mean()),
        float(nats.nanmean()),
        float(right[drawn].mean()),
        float(nats[drawn].nanmean()),
        weighted_mean(right),
        len(drawn.unique()) / len(right),
        tenths.double() / len(drawn),
    )
