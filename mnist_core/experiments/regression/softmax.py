"""Softmax regression: which of K classes, from a weighted sum for each.

Z = XWᵀ + b, P = softmax(Z) along each row. X (N, inputs), y int64 (N,) from 0 to K − 1;
W (K, inputs) and b (K,).
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from mnist_core.experiments.regression.linear import Line
from mnist_core.layers.activations import softmax


def mean_cross_entropy(line: Line, x: Tensor, y: Tensor) -> Tensor:
    """J = mean of −ln P[n, yₙ], in nats; a scalar."""
    chosen = torch.log_softmax(line.at(x), dim=1).gather(1, y[:, None])
    return -chosen.mean()


def gradient(line: Line, x: Tensor, y: Tensor) -> Line:
    """∂J/∂W = (P − Y)ᵀX / N and ∂J/∂b = Σ (P − Y) / N, Y one-hot.

    Source: Bishop 2006, “Pattern recognition and machine learning”, equation 4.109.
    """
    error = _error(line, x, y)
    return Line(error.T @ x / len(x), error.mean(dim=0))


def per_example(line: Line, x: Tensor, y: Tensor) -> Tensor:
    """Each example's own gradient, (N, K · inputs + K): W row by row, then b.

    Their mean is `gradient`; N · K · inputs numbers take room.
    """
    error = _error(line, x, y)
    return torch.cat([(error[:, :, None] * x[:, None, :]).flatten(1), error], dim=1)


def _error(line: Line, x: Tensor, y: Tensor) -> Tensor:
    """P − Y, (N, K)."""
    return softmax(line.at(x)) - F.one_hot(y, len(line.bias)).to(x.dtype)
