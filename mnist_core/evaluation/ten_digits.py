"""What to look at in a network at any moment of its training: filters, ten digits, samples."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mnist_core.data.mnist import Digits, to_images_01
from mnist_core.layers.activations import to_probabilities


def ten_digits(test: Digits) -> Digits:
    """The first picture of each digit, 0 to 9; what is missing is filled with the next pictures.

    There are fewer than ten only when `test` has fewer.
    """
    labels = test.labels.long()
    first = {k: int((labels == k).nonzero()[0]) for k in range(10) if (labels == k).any()}
    taken = set(first.values())
    spare = [i for i in range(min(len(test), 20)) if i not in taken]
    chosen = [first[k] if k in first else spare.pop(0) for k in range(10) if k in first or spare]
    return test.select(torch.tensor(chosen, dtype=torch.int64))


@dataclass(frozen=True)
class TenRead:
    """What a classifier reads in a few digits.

    images:        uint8 (n, 28, 28), 0 = paper
    labels:        int64 (n,), what they are
    predicted:     int64 (n,), what is read
    probabilities: float64 (n,), softmax of the digit that is read
    """

    images: Tensor
    labels: Tensor
    predicted: Tensor
    probabilities: Tensor

    @property
    def right(self) -> int:
        """How many are read right."""
        return int((self.predicted == self.labels).sum())


@torch.inference_mode()
def read_ten(model: nn.Module, digits: Digits) -> TenRead:
    """Read `digits` with a classifier, in the mode that it is in."""
    logits: Tensor = model(to_images_01(digits.images))  # (n, 10)
    best = to_probabilities(logits).max(dim=1)
    return TenRead(digits.images, digits.labels.long(), best.indices, best.values)
