"""A digit made hard to read: bent by hand, and pushed along the gradient of the loss."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mnist_core.robustness import add_noise, rotate, shift, thicken

NOISE_SEED = 0


@dataclass(frozen=True)
class Bend:
    """How far a digit is changed; all 0 leaves it as it is.

    rotation_deg:      anticlockwise
    right_px, down_px: of the whole digit; what leaves the frame is lost
    thickness_px:      added along every edge of a stroke, taken away when negative
    noise_sd:          standard deviation of the noise on each pixel (paper is 0, ink 1)
    """

    rotation_deg: float = 0
    right_px: int = 0
    down_px: int = 0
    thickness_px: float = 0
    noise_sd: float = 0


def bend(images_01: Tensor, by: Bend) -> Tensor:
    """Pictures (B, 1, 28, 28) in [0, 1] → the same shape and range; the noise is always the same.

    Only what is asked for is done, in this order: turn, thicken, shift, noise.
    """
    bent = images_01
    if by.rotation_deg:
        bent = rotate(bent, by.rotation_deg)
    if by.thickness_px:
        bent = thicken(bent, by.thickness_px)
    bent = shift_both(bent, by.right_px, by.down_px)
    return add_noise(bent, by.noise_sd, NOISE_SEED) if by.noise_sd else bent


def shift_both(images_01: Tensor, right_px: int, down_px: int) -> Tensor:
    """Moved to the right and down; paper comes in."""
    sideways = shift(images_01, right_px)
    return shift(sideways.transpose(2, 3), down_px).transpose(2, 3)


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
