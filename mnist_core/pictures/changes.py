"""Digits turned, moved, made thicker, and made noisy."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

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

    Only what is asked for is done, in this order: turn, thicken, move, noise.
    """
    bent = images_01
    if by.rotation_deg:
        bent = rotate(bent, by.rotation_deg)
    if by.thickness_px:
        bent = thicken(bent, by.thickness_px)
    bent = move(bent, by.right_px, by.down_px)
    return add_noise(bent, by.noise_sd, NOISE_SEED) if by.noise_sd else bent


def rotate(images_01: Tensor, degrees: float) -> Tensor:
    """Turned anticlockwise about the middle of the frame; (B, 1, 28, 28) → the same shape.

    Bilinear, with paper where there was nothing.
    """
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    to_source = torch.tensor([[cos, -sin, 0.0], [sin, cos, 0.0]])  # y points down
    grid = F.affine_grid(
        to_source.expand(len(images_01), 2, 3), list(images_01.shape), align_corners=False
    )
    return F.grid_sample(images_01, grid, align_corners=False)


def move(images: Tensor, right: int, down: int) -> Tensor:
    """Moved by whole pixels; what leaves the frame is lost, paper (0) comes in. (B, C, H, W)."""
    return F.pad(images, (right, -right, down, -down))


def thicken(images_01: Tensor, pixels: float) -> Tensor:
    """Every edge of a stroke moved outwards by `pixels`, inwards when negative.

    Grey-scale dilation: each pixel takes the largest value in the square that reaches k pixels
    to each side of it; erosion: the smallest. Between two whole numbers of pixels the two
    pictures are mixed. Beyond the frame there is neither ink nor paper.
    """
    whole = math.floor(abs(pixels))
    sign = -1 if pixels < 0 else 1
    near, far = (_largest_within(sign * images_01, k) for k in (whole, whole + 1))
    return sign * near.lerp(far, abs(pixels) - whole)


def add_noise(images_01: Tensor, sd: float, seed: int) -> Tensor:
    """With Gaussian noise of standard deviation `sd` on each pixel, then clamped to [0, 1].

    The same seed gives the same pattern, sd times as strong.
    """
    generator = torch.Generator().manual_seed(seed)
    return (images_01 + sd * torch.randn(images_01.shape, generator=generator)).clamp(0, 1)


def _largest_within(images: Tensor, pixels: int) -> Tensor:
    """The largest value in the square that reaches `pixels` to each side."""
    return F.max_pool2d(images, 2 * pixels + 1, stride=1, padding=pixels)
