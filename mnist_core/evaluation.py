"""How well a network reads: accuracy and loss over whole data sets."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mnist_core.data import Digits, to_images_01

EVALUATION_BATCH = 500


@torch.inference_mode()
def predict_logits(model: nn.Module, images: Tensor) -> Tensor:
    """Logits (N, 10) of uint8 pictures (N, 28, 28), in batches, with `model` as it is."""
    device = next(model.parameters()).device
    batches = images.split(EVALUATION_BATCH)
    return torch.cat([model(to_images_01(batch).to(device)).float().cpu() for batch in batches])


def accuracy(logits: Tensor, labels: Tensor) -> float:
    """Share of rows whose largest logit is at the label; logits (N, 10), labels (N,)."""
    return (logits.argmax(dim=1) == labels).double().mean().item()


def mean_cross_entropy(logits: Tensor, labels: Tensor) -> float:
    """−log p(label), averaged, in nats."""
    return F.cross_entropy(logits, labels.long()).item()


def test_accuracy(model: nn.Module, digits: Digits) -> float:
    """Accuracy of `model` over all of `digits`."""
    return accuracy(predict_logits(model, digits.images), digits.labels)
