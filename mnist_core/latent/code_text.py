"""Codes of the latent space as text, and their numbers in an order."""

import math
import re
from collections.abc import Sequence

import torch
from torch import Tensor

from mnist_core.errors import LatentImpossible
from mnist_core.latent.codes import standard_normal
from mnist_core.latent.plane import EXTENT


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
