"""What a map of the latent space and sliders through it show: a plane decoded, strips, an order."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from mnist_core.autoencoders import LatentMap
from mnist_core.latent import EXTENT, LatentImpossible, Plane, manifold, standard_normal
from mnist_core.models.cvae import CLASSES
from mnist_core.models.vae import VAE

REACH = 4.0
"""Half the width of a map: nearly all test digits lie in it."""
SIDE = 20


@dataclass(frozen=True)
class PlainDecoder:
    """The decoder of a VAE as plain numbers: n coordinates → 400 units → 784 pixels.

    weight1: (400, n), bias1: (400,), weight2: (784, 400), bias2: (784,)
    """

    weight1: Tensor
    bias1: Tensor
    weight2: Tensor
    bias2: Tensor

    def decode(self, coordinates: Tensor) -> Tensor:
        """Places (B, n) → pictures (B, 28, 28) in [0, 1].

        x = σ(W₂ · ReLU(W₁ · z + b₁) + b₂)
        """
        hidden = torch.relu(coordinates @ self.weight1.T + self.bias1)
        return torch.sigmoid(hidden @ self.weight2.T + self.bias2).view(-1, 28, 28)


def plain_decoder(model: VAE) -> PlainDecoder:
    """The numbers of the decoder of `model`; nobody changes them."""
    first, _, second, _ = model.decoder
    assert isinstance(first, nn.Linear)
    assert isinstance(second, nn.Linear)
    return PlainDecoder(
        first.weight.detach(), first.bias.detach(), second.weight.detach(), second.bias.detach()
    )


def planar_decoder(model: VAE, plane: Plane) -> PlainDecoder:
    """The decoder of `model` on `plane`, whose place and directions go into the first layer.

    W · (origin + a · axes[0] + b · axes[1]) + bias = (W · axesᵀ) · (a, b) + (W · origin + bias)
    """
    plain = plain_decoder(model)
    return replace(
        plain,
        weight1=plain.weight1 @ plane.axes.T,
        bias1=plain.weight1 @ plane.origin + plain.bias1,
    )


def rows_in_16_bits(weight: Tensor) -> tuple[Tensor, Tensor]:
    """A weight (n, m) in half the bytes: int16 levels (n, m) and one step for each row, (n,).

    weight ≈ levels · step. Half precision takes as many bytes and is far coarser for the largest
    weights, which matter most.
    """
    greatest = torch.iinfo(torch.int16).max
    step = weight.abs().amax(dim=1).clamp(min=1e-30) / greatest
    return (weight / step[:, None]).round().to(torch.int16), step


def manifold_picture(model: VAE, plane: Plane, side: int = SIDE, reach: float = REACH) -> Tensor:
    """The plane within ±reach as one picture of side × side digits, (side·28, side·28) in [0, 1].

    Each digit is decoded from the place in its own middle, so the outermost lie within ±reach.
    """
    tiles = manifold(model, plane, side, extent=reach * (side - 1) / side)
    return tiles.view(side, side, 28, 28).transpose(1, 2).reshape(side * 28, side * 28)


def class_centres(latent_map: LatentMap) -> Tensor:
    """The median of each digit's coordinates, where its name may stand in a map: (10, 2)."""
    return torch.stack(
        [
            latent_map.coordinates[latent_map.labels == digit].median(dim=0).values
            for digit in range(CLASSES)
        ]
    )


def count_outside(coordinates: Tensor, reach: float = REACH) -> int:
    """How many of the places (n, 2) a map of ±reach leaves out."""
    return int((coordinates.abs() > reach).any(dim=1).sum())


def by_what_they_carry(kl_per_dimension: list[float]) -> list[int]:
    """The numbers of the dimensions, from the one with the largest KL to the least."""
    return torch.tensor(kl_per_dimension).argsort(descending=True, stable=True).tolist()


def shares_of_greatest(values: list[float]) -> list[float]:
    """Each of the values ≥ 0 as a share of the greatest one, in [0, 1]; zeros stay zeros."""
    found = torch.tensor(values)
    return (found / found.max().clamp(min=1e-12)).tolist()


def random_code(latent_dim: int, seed: int, temperature: float) -> Tensor:
    """One draw of z ~ N(0, temperature² I), (latent_dim,): for one seed in one direction."""
    return temperature * standard_normal(1, latent_dim, seed)[0]


def parse_code(text: str, latent_dim: int) -> list[float]:
    """Numbers with underscores, commas or spaces between them → a code; no text is the code 0.

    Raises LatentImpossible where there are not `latent_dim` of them, or one is no finite number.
    """
    if not text.strip():
        return [0.0] * latent_dim
    try:
        values = [float(part) for part in re.split(r"[\s,_]+", text.strip())]
    except ValueError:
        values = []
    if len(values) != latent_dim or not all(math.isfinite(value) for value in values):
        raise LatentImpossible(f"A code is {latent_dim} numbers with spaces or _ between them.")
    return values


def write_code(values: Sequence[float], step: float, extent: float = EXTENT) -> str:
    """A code as `parse_code` reads it: in steps, within ±extent; the code 0 is an empty text.

    Underscores stand in an address as they are.
    """
    bounded = [min(max(value, -extent), extent) for value in values]
    rounded = [round(round(value / step) * step, 6) + 0.0 for value in bounded]  # no −0
    return "_".join(f"{value:g}" for value in rounded) if any(rounded) else ""
