"""Softmax regression: which of K classes, from a weighted sum for each.

Z = XWᵀ + b, P = softmax(Z) along each row. X (N, inputs), y int64 (N,) from 0 to K − 1;
W (K, inputs) and b (K,).
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from mnist_core.experiments.regression.linear import Line
from mnist_core.layers.activations import sigmoid, softmax


def cross_entropy(scores: Tensor, y: Tensor) -> Tensor:
    """−ln P[n, yₙ] = ln Σⱼ exp(zⱼ) − z_y, in nats: (N, K) and (N,) → (N,), never infinite.

    Source: Bishop 2006, “Pattern recognition and machine learning”, equation 4.108.
    """
    return scores.logsumexp(dim=1) - scores.gather(1, y[:, None])[:, 0]


def cross_entropy_slope(scores: Tensor, y: Tensor) -> Tensor:
    """∂/∂Z of it: P − Y with Y one-hot, (N, K) and (N,) → (N, K); from −1 to 1, each row adds to 0.

    Source: Bishop 2006, equation 4.109.
    """
    return softmax(scores) - F.one_hot(y, scores.shape[1]).to(scores.dtype)


@dataclass(frozen=True)
class Rivals:
    """The two likeliest classes, and what softmax makes of them alone.

    first, second: from 0 to K − 1, the likelier one first
    difference:    z of the first less z of the second, at least 0
    by_sigmoid:    σ(difference), from ½ to 1
    by_shares:     p / (p + p′) of the probabilities p, p′ of both among all K: the same number
    """

    first: int
    second: int
    difference: float
    by_sigmoid: float
    by_shares: float


def rivals(scores: Tensor) -> Rivals:
    """Of one row of scores (K,); K at least 2, else RuntimeError.

    e^z / (e^z + e^z′) = 1 / (1 + e^−(z − z′)): of two classes, softmax is the sigmoid of the
    difference. Source: Bishop 2006, section 4.2.
    """
    first, second = scores.topk(2).indices.tolist()
    difference = scores[first] - scores[second]
    p = softmax(scores)
    by_shares = p[first] / (p[first] + p[second])
    return Rivals(first, second, float(difference), float(sigmoid(difference)), float(by_shares))


def mean_cross_entropy(line: Line, x: Tensor, y: Tensor) -> Tensor:
    """J = mean of `cross_entropy`, a scalar."""
    return cross_entropy(line.at(x), y).mean()


def gradient(line: Line, x: Tensor, y: Tensor) -> Line:
    """∂J/∂W = (P − Y)ᵀX / N and ∂J/∂b = Σ (P − Y) / N, Y one-hot.

    Source: Bishop 2006, equation 4.109.
    """
    error = cross_entropy_slope(line.at(x), y)
    return Line(error.T @ x / len(x), error.mean(dim=0))


def per_example(line: Line, x: Tensor, y: Tensor) -> Tensor:
    """Each example's own gradient, (N, K · inputs + K): W row by row, then b.

    Their mean is `gradient`; N · K · inputs numbers take room.
    """
    error = cross_entropy_slope(line.at(x), y)
    return torch.cat([(error[:, :, None] * x[:, None, :]).flatten(1), error], dim=1)
