"""Random distortions of a whole batch at once, mild enough that a 1 never becomes a 7."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True)
class Distortion:
    """How far a digit may be bent: every value is the half-width of a uniform range.

    rotation_deg: turn, degrees
    scale:        relative change of size, drawn for width and height apart
    shear:        slant, as a tangent
    shift_px:     displacement of the whole digit, in pixels of the 28×28 picture
    wave_px:      amplitude of one slow sine wave through the picture, in pixels
    """

    rotation_deg: float = 12.0
    scale: float = 0.12
    shear: float = 0.15
    shift_px: float = 2.0
    wave_px: float = 0.6


def random_affine(count: int, distortion: Distortion, generator: torch.Generator) -> Tensor:
    """`count` affine maps from output to input coordinates, (count, 2, 3), for `affine_grid`.

    Each is rotation · shear · scale, then a shift; coordinates run from −1 to 1 over 28 pixels.
    """

    def uniform(half_width: float) -> Tensor:
        return (torch.rand(count, generator=generator) * 2 - 1) * half_width

    angle = uniform(math.radians(distortion.rotation_deg))
    cos, sin = angle.cos(), angle.sin()
    shear = uniform(distortion.shear)
    scale_x, scale_y = 1 + uniform(distortion.scale), 1 + uniform(distortion.scale)
    to_unit = 2 / 28
    shift_x, shift_y = (uniform(distortion.shift_px * to_unit) for _ in range(2))
    row_x = torch.stack([cos * scale_x, (cos * shear - sin) * scale_y, shift_x], dim=1)
    row_y = torch.stack([sin * scale_x, (sin * shear + cos) * scale_y, shift_y], dim=1)
    return torch.stack([row_x, row_y], dim=1)


def random_waves(count: int, amplitude_px: float, generator: torch.Generator) -> Tensor:
    """Slow sine displacements, (count, 28, 28, 2): x moves with y, and y with x."""
    phase = torch.rand(count, 2, generator=generator) * 2 * math.pi
    frequency = 0.5 + torch.rand(count, 2, generator=generator)
    amplitude = (torch.rand(count, 2, generator=generator) * 2 - 1) * amplitude_px * 2 / 28
    line = torch.linspace(-1, 1, 28)
    waves = amplitude[:, :, None] * torch.sin(
        math.pi * frequency[:, :, None] * line + phase[:, :, None]
    )  # (count, 2, 28)
    along_y = waves[:, 0, :, None].expand(count, 28, 28)
    along_x = waves[:, 1, None, :].expand(count, 28, 28)
    return torch.stack([along_y, along_x], dim=-1)


def distort(images_01: Tensor, distortion: Distortion, generator: torch.Generator) -> Tensor:
    """A randomly distorted copy of each picture; float (B, 1, 28, 28) → the same shape.

    The random numbers are drawn on the CPU, so a seed means the same on every device.
    """
    count = len(images_01)
    theta = random_affine(count, distortion, generator)
    grid = F.affine_grid(theta, [count, 1, 28, 28], align_corners=False)
    grid = grid + random_waves(count, distortion.wave_px, generator)
    return F.grid_sample(images_01, grid.to(images_01.device), align_corners=False)
