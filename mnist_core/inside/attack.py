"""A digit made hard to read: bent by hand, and pushed along the gradient of the loss."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mnist_core.layers.activations import none_stands_out, to_probabilities

SURE_FROM = 0.9
"""From this probability on an answer is called sure."""


@dataclass(frozen=True)
class UnderAttack:
    """What becomes of pictures that were read right before: shares of them, in [0, 1].

    right:        still read right, and that digit stands out
    surely_wrong: read wrong, with a probability of at least SURE_FROM
    unsure:       no digit stands out among the ten, right or wrong
    """

    count: int
    right: float
    surely_wrong: float
    unsure: float


def loss_gradient(model: nn.Module, images_01: Tensor, labels: Tensor) -> Tensor:
    """∂L/∂x of the cross-entropy L = −log softmax(z)_y for each picture.

    images_01 (B, 1, 28, 28), labels int64 (B,); returns (B, 1, 28, 28).
    In double precision from the logits on: there a network that is all but certain still has
    a gradient, which single precision rounds to 0.
    """
    pixels = images_01.detach().clone().requires_grad_(True)
    with torch.enable_grad():
        loss = F.cross_entropy(model(pixels).double(), labels, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, pixels)
    return gradient


def fgsm(model: nn.Module, images_01: Tensor, labels: Tensor, epsilon: float) -> Tensor:
    """x + ε · sign(∂L/∂x), clipped to [0, 1]: the step that makes `labels` least likely.

    No pixel changes by more than ε, and none where the network computes no finite numbers. Shapes
    as in `loss_gradient`.
    Source: Goodfellow, Shlens, Szegedy 2015, “Explaining and harnessing adversarial examples”.
    """
    step = epsilon * loss_gradient(model, images_01, labels).sign().nan_to_num()
    return (images_01 + step).clamp(0, 1)


def attack(model: nn.Module, image_01: Tensor, epsilon: float) -> Tensor:
    """`fgsm` against what the network reads in one picture (1, 1, 28, 28)."""
    with torch.no_grad():
        answer = model(image_01).argmax(dim=1)
    return fgsm(model, image_01, answer, epsilon)


@torch.inference_mode(False)
def under_attack(
    model: nn.Module, images_01: Tensor, labels: Tensor, epsilon: float, temperature: float = 1.0
) -> UnderAttack:
    """Attack those of the pictures that are read right, and look at the answers.

    Shapes as in `fgsm`; at least one of them is read right.
    """
    with torch.no_grad():
        read = model(images_01).argmax(dim=1) == labels
    images_01, labels = images_01[read], labels[read]
    attacked = fgsm(model, images_01, labels, epsilon)
    with torch.no_grad():
        probabilities = to_probabilities(model(attacked), temperature)
    best, answers = probabilities.max(dim=1)
    unsure = none_stands_out(probabilities)
    wrong = answers != labels

    def share(which: Tensor) -> float:
        return float(which.double().mean())

    return UnderAttack(
        len(labels), share(~wrong & ~unsure), share(wrong & (best >= SURE_FROM)), share(unsure)
    )
