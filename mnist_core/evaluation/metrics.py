"""How well a network reads: accuracy and loss, which digits it confuses, how honest it is.

Everything is computed from the network's logits (N, 10) and the labels (N,), so the network has
to look at each picture only once. A picture with a NaN or +∞ among them has no answer: it is
not read right, and it is in no table, bin or ranking.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mnist_core.data.mnist import Digits, to_images_01
from mnist_core.layers.activations import to_probabilities

EVALUATION_BATCH = 100
CALIBRATION_BINS = 15


@torch.inference_mode()
def predict_logits(model: nn.Module, images: Tensor) -> Tensor:
    """Logits (N, 10) of uint8 pictures (N, 28, 28), in batches, with `model` as it is."""
    return torch.cat(list(iterate_logits(model, images)))


def iterate_logits(
    model: nn.Module, images: Tensor, batch_size: int = EVALUATION_BATCH
) -> Iterator[Tensor]:
    """The same bit by bit, (batch_size, 10) each: whoever waits can be shown how far it is."""
    device = next(model.parameters()).device
    for batch in images.split(batch_size):
        with torch.inference_mode():
            logits: Tensor = model(to_images_01(batch).to(device))
        yield logits.float().cpu()


def answered(logits: Tensor) -> Tensor:
    """For which of the pictures there is an answer: bool (N,)."""
    return logits.amax(dim=1).isfinite()  # −∞ is a logit, too: that of probability 0


def read_right(logits: Tensor, labels: Tensor) -> Tensor:
    """Which pictures have their largest logit at the label: bool (N,)."""
    return (logits.argmax(dim=1) == labels) & answered(logits)


def accuracy(logits: Tensor, labels: Tensor) -> float:
    """Share of pictures that are read right; logits (N, 10), labels (N,)."""
    return read_right(logits, labels).double().mean().item()


def mean_cross_entropy(logits: Tensor, labels: Tensor) -> float:
    """−log p(label), averaged, in nats."""
    return F.cross_entropy(logits, labels.long()).item()


def test_accuracy(model: nn.Module, digits: Digits) -> float:
    """Accuracy of `model` over all of `digits`."""
    return accuracy(predict_logits(model, digits.images), digits.labels)


def standard_error(share: Tensor, count: Tensor) -> Tensor:
    """√(p (1 − p) / n): how far a share p of n independent trials lies from the true one, in rms.

    The binomial's, with the measured share put in for the true one.
    """
    return (share * (1 - share) / count).sqrt()


# In one glance


@dataclass(frozen=True)
class Summary:
    """What one would say of a network in one sentence.

    count, wrong: digits looked at, and not read right
    unanswered:   those of the wrong for which the network computes no finite numbers
    accuracy:     share read right
    loss:         mean of −log p(label) of the answered, in nats; NaN without any
    ece:          expected calibration error of the answered, in [0, 1]; see `Calibration`
    """

    count: int
    wrong: int
    unanswered: int
    accuracy: float
    loss: float
    ece: float


def summarise(logits: Tensor, labels: Tensor, temperature: float = 1.0) -> Summary:
    """Of N ≥ 1 digits; logits (N, 10) are divided by `temperature` before the softmax."""
    there = answered(logits)
    return Summary(
        count=len(labels),
        wrong=int((~read_right(logits, labels)).sum()),
        unanswered=int((~there).sum()),
        accuracy=accuracy(logits, labels),
        loss=mean_cross_entropy(logits[there].double() / temperature, labels[there]),
        ece=calibration(logits, labels, temperature).ece,
    )


# Which digits are confused


@dataclass(frozen=True)
class Confusion:
    """counts: int64 (10, 10), how many pictures of digit [row] were read as [column]."""

    counts: Tensor

    @property
    def mistakes(self) -> Tensor:
        """The counts with 0 for what was read right, int64 (10, 10)."""
        return self.counts - torch.diag(self.counts.diagonal())

    @property
    def recall(self) -> Tensor:
        """Share of each digit's pictures that are read as it, float64 (10,); NaN without any.

        recall_k = n_kk / Σ_j n_kj
        """
        return self.counts.diagonal().double() / self.counts.sum(dim=1)

    @property
    def precision(self) -> Tensor:
        """Share of what is read as each digit that is it, float64 (10,); NaN when nothing is.

        precision_k = n_kk / Σ_i n_ik
        """
        return self.counts.diagonal().double() / self.counts.sum(dim=0)


def confusion(logits: Tensor, labels: Tensor) -> Confusion:
    """Count each pair of label and reading; logits (N, 10), labels (N,)."""
    pairs = (labels.long() * 10 + logits.argmax(dim=1))[answered(logits)]
    return Confusion(torch.bincount(pairs, minlength=100).view(10, 10))


# How honest it is


@dataclass(frozen=True)
class Calibration:
    """Readings in bins of equal width by how sure they are, each over (lower edge, upper edge].

    edges:      float64 (bins + 1,), from 0 to 1
    count:      int64 (bins,)
    confidence: float64 (bins,), mean probability of the digit that is read; NaN in empty bins
    accuracy:   float64 (bins,), share read right; NaN in empty bins
    Source: Guo et al. 2017, “On calibration of modern neural networks”, section 2.
    """

    edges: Tensor
    count: Tensor
    confidence: Tensor
    accuracy: Tensor

    @property
    def ece(self) -> float:
        """Expected calibration error: Σ_m |B_m| / n · |accuracy(B_m) − confidence(B_m)|.

        NaN without any answer.
        """
        gap = (self.accuracy - self.confidence).abs().nan_to_num(0.0)
        return ((self.count * gap).sum() / self.count.sum()).item()

    @property
    def standard_error(self) -> Tensor:
        """Of each bin's accuracy, float64 (bins,); NaN in empty bins."""
        return standard_error(self.accuracy, self.count)


def calibration(
    logits: Tensor, labels: Tensor, temperature: float = 1.0, bins: int = CALIBRATION_BINS
) -> Calibration:
    """How often a network is right when it says that it is so sure; N ≥ 1 digits."""
    there = answered(logits)
    logits, labels = logits[there], labels[there]
    sure, read = to_probabilities(logits, temperature).max(dim=1)
    edges = torch.linspace(0, 1, bins + 1, dtype=torch.float64)
    place = torch.bucketize(sure, edges[1:-1])
    count = torch.bincount(place, minlength=bins)
    right = (read == labels).double()
    return Calibration(
        edges=edges,
        count=count,
        confidence=torch.bincount(place, sure, minlength=bins) / count,
        accuracy=torch.bincount(place, right, minlength=bins) / count,
    )


# The pictures themselves


@dataclass(frozen=True)
class Ranked:
    """Some of the digits in an order, and what is known of them: each field has a row for each.

    indices: int64 (n,), which of the digits
    """

    indices: Tensor

    def __len__(self) -> int:
        return len(self.indices)

    def page(self, number: int, size: int) -> Self:
        """The `number`-th `size` of them, counted from 0; the last page may be shorter."""
        part = slice(number * size, (number + 1) * size)
        return type(self)(*(getattr(self, column.name)[part] for column in fields(self)))


@dataclass(frozen=True)
class Ranking(Ranked):
    """Some of the digits, the worst read first.

    labels:  int64 (n,), what they are
    read:    int64 (n,), what they were read as
    p_label: float64 (n,), probability that the network gave to the label, increasing
    p_read:  float64 (n,), probability that it gave to what it read
    """

    labels: Tensor
    read: Tensor
    p_label: Tensor
    p_read: Tensor


def rank_mistakes(
    logits: Tensor,
    labels: Tensor,
    temperature: float = 1.0,
    label: int | None = None,
    read: int | None = None,
) -> Ranking:
    """The digits read wrong, those with the highest loss −log p(label) first.

    label, read: only pictures of this digit, only those read as this one; when both are the same
                 digit, the pictures read right, the least sure first
    """
    probabilities = to_probabilities(logits, temperature)
    reading, truth = logits.argmax(dim=1), labels.long()
    wanted = answered(logits)
    if label is not None:
        wanted &= truth == label
    if read is not None:
        wanted &= reading == read
    if label is None or label != read:
        wanted &= reading != truth
    indices = wanted.nonzero()[:, 0]
    p_label = probabilities[indices, truth[indices]]
    order = p_label.argsort(stable=True)
    indices = indices[order]
    p_read = probabilities[indices, reading[indices]]
    return Ranking(indices, truth[indices], reading[indices], p_label[order], p_read)
