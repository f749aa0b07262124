"""A digit made hard to read: bent by hand, and pushed along the gradient of the loss."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


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

    No pixel changes by more than ε. Shapes as in `loss_gradient`.
    Source: Goodfellow, Shlens, Szegedy 2015, “Explaining and harnessing adversarial examples”.
    """
    step = epsilon * loss_gradient(model, images_01, labels).sign()
    return (images_01 + step).clamp(0, 1)
