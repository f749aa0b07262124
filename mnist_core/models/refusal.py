"""Is it a digit at all? A second, tiny judge beside the ten logits."""

import torch
from torch import Tensor, nn


class Refusal(nn.Module):
    """A logistic regression on the network's last features and on the shape of its logits.

    The ten probabilities only say which digit is likeliest *if* it is a digit: their sum is 1
    whatever was drawn. What gives scribbles away is that no feature fires as strongly as for a
    digit, and that the logits are low (Liu et al. 2020, “Energy-based out-of-distribution
    detection”).
    """

    def __init__(self, feature_count: int = 256) -> None:
        super().__init__()
        self.linear = nn.Linear(feature_count + 3, 1)

    def forward(self, features: Tensor, logits: Tensor) -> Tensor:
        """(B, 256), (B, 10) → log-odds (B,) that the picture is a digit."""
        log_odds: Tensor = self.linear(torch.cat([features, summarise(logits)], dim=1))  # (B, 1)
        return log_odds[:, 0]


def summarise(logits: Tensor) -> Tensor:
    """Energy log Σ exp z, largest probability's log, and lead over the runner-up: (B, 3)."""
    energy = logits.logsumexp(dim=1)
    top_two = logits.topk(2, dim=1).values
    log_best = top_two[:, 0] - energy
    return torch.stack([energy, log_best, top_two[:, 0] - top_two[:, 1]], dim=1)
