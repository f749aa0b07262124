"""Ways through the latent space: from digit to digit, from class to class, along one number."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from mnist_core.errors import LatentImpossible
from mnist_core.latent.codes import Codes, decode
from mnist_core.models.vae import VAE

REACH = 4.0
"""Half the width of the axis on which N(0, 1) is drawn, at least."""


@dataclass(frozen=True)
class Way:
    """Places on a way between two codes, and what is decoded there.

    shares:  (n,), how far along, from 0 to 1
    latents: (n, latent_dim)
    lengths: (n,), ‖z‖ of each
    images:  (n, 28, 28) in [0, 1]
    """

    shares: Tensor
    latents: Tensor
    lengths: Tensor
    images: Tensor


def way_between(model: VAE, start: Tensor, end: Tensor, steps: int, spherical: bool) -> Way:
    """`steps` places from one code (latent_dim,) to another. Raises LatentImpossible."""
    interpolate = interpolate_spherical if spherical else interpolate_linear
    latents = interpolate(start, end, steps)
    lengths = latents.norm(dim=1)
    return Way(torch.linspace(0, 1, steps), latents, lengths, decode(model, latents))


def exchange_class(latent: Tensor, class_means: Tensor, taken: int, given: int) -> Tensor:
    """`latent` (latent_dim,) with another class: z − mean(taken) + mean(given).

    class_means: (10, latent_dim). Source of such arithmetic: Mikolov et al. 2013 (for words),
    Larsen et al. 2016, “Autoencoding beyond pixels using a learned similarity metric”.
    """
    return latent - class_means[taken] + class_means[given]


@dataclass(frozen=True)
class OneNumber:
    """One latent number of a digit, drawn: z_j = μ_j + σ_j · ε, while the others stay at μ.

    mean, std:    of q(z_j|x)
    noise, value: ε and z_j
    image:        (28, 28) in [0, 1], decoded
    """

    mean: float
    std: float
    noise: float
    value: float
    image: Tensor


def draw_one_number(model: VAE, codes: Codes, dimension: int, noise: float) -> OneNumber:
    """The latent number `dimension` of one picture's `codes`, with noise ε that one chooses.

    Source: Kingma & Welling 2014, section 2.4 (the reparameterisation trick).
    """
    mean, std = float(codes.mean[0, dimension]), float(codes.std[0, dimension])
    latent = codes.mean[:1].clone()
    latent[0, dimension] = value = mean + std * noise  # z = μ + σ · ε
    return OneNumber(mean, std, noise, value, decode(model, latent)[0])


def normal_density(values: Tensor, mean: float, std: float) -> Tensor:
    """exp(−½ ((z − μ) / σ)²) / (σ √(2π)) of N(μ, σ²) at `values`, of their shape."""
    scaled = (values - mean) / std
    return torch.exp(-0.5 * scaled.square()) / (std * math.sqrt(2 * math.pi))


def density_curve(mean: float, std: float, points: int = 81) -> tuple[Tensor, Tensor]:
    """Places μ ± 4σ and the density of N(μ, σ²) there, each (points,); the middle one is the peak.

    points: an odd number
    """
    places = mean + std * torch.linspace(-4, 4, points)
    return places, normal_density(places, mean, std)


def axis_reach(mean: float, std: float) -> int:
    """A whole number ≥ REACH, such that μ ± 3.5 σ lies within plus and minus it."""
    return math.ceil(max(REACH, abs(mean) + 3.5 * std))


def interpolate_linear(start: Tensor, end: Tensor, steps: int) -> Tensor:
    """`steps` places on the straight line between two codes (latent_dim,): (steps, latent_dim).

    z(t) = (1 − t) · start + t · end
    """
    share = _shares(steps)
    return (1 - share) * start + share * end


def interpolate_spherical(start: Tensor, end: Tensor, steps: int) -> Tensor:
    """`steps` places on the arc between two codes (latent_dim,): (steps, latent_dim).

    z(t) = [sin((1 − t) Ω) · start + sin(t Ω) · end] / sin Ω, with Ω the angle between them. The
    way keeps to the shell in which nearly all of N(0, I) lies. Codes in the same or in opposite
    directions, or at 0, span no arc: they are joined by a straight line.
    Source: Shoemake 1985, “Animating rotation with quaternion curves”; White 2016, “Sampling
    generative networks”.
    """
    lengths = start.norm() * end.norm()
    cosine = float((start @ end) / lengths) if lengths > 0 else 1.0
    if abs(cosine) > 1 - 1e-6:
        return interpolate_linear(start, end, steps)
    angle, share = math.acos(cosine), _shares(steps)
    along = torch.sin((1 - share) * angle) * start + torch.sin(share * angle) * end
    return along / math.sin(angle)


def _shares(steps: int) -> Tensor:
    if steps < 2:
        raise LatentImpossible("A way between two codes has at least its two ends.")
    return torch.linspace(0, 1, steps)[:, None]
