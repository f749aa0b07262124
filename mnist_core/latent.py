"""The latent space of a variational autoencoder: into it, through it, and out of it.

Wherever `labels` are asked for, a conditional autoencoder needs them, and others do not look at
them.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from mnist_core.data import Digits, to_images_01
from mnist_core.errors import MnistLabError
from mnist_core.losses import bernoulli_reconstruction, kl_to_standard_normal
from mnist_core.models.cvae import CLASSES, ConditionalVAE
from mnist_core.models.vae import VAE

BATCH = 1000
EXTENT = 3.0
"""Half the width of the part of the latent space that is shown: 99.7 % of N(0, 1) lie in it."""


class LatentImpossible(MnistLabError):
    """What is asked for is not a place, or not a way, in the latent space."""


@dataclass(frozen=True)
class Codes:
    """q(z|x) of pictures: N(mean, diag(exp(log_var))).

    mean, log_var: (B, latent_dim)
    """

    mean: Tensor
    log_var: Tensor

    @property
    def std(self) -> Tensor:
        """σ = exp(½ log σ²), (B, latent_dim)."""
        return torch.exp(0.5 * self.log_var)


@dataclass(frozen=True)
class Terms:
    """The two terms of the loss of each picture, in nats; each (B,)."""

    reconstruction: Tensor
    kl: Tensor

    @property
    def loss(self) -> Tensor:
        """−ELBO = reconstruction + KL, (B,)."""
        return self.reconstruction + self.kl


@torch.inference_mode()
def encode(model: VAE, images_01: Tensor, labels: Tensor | None = None) -> Codes:
    """Where the encoder puts pictures (B, 1, 28, 28) in [0, 1]."""
    return Codes(*model.encode(images_01, labels))


@torch.inference_mode()
def decode(model: VAE, latents: Tensor, labels: Tensor | None = None) -> Tensor:
    """Pictures (B, 28, 28) in [0, 1] at the places (B, latent_dim)."""
    return model.decode(latents, labels).squeeze(1)


@torch.inference_mode()
def reconstruct(model: VAE, images_01: Tensor, labels: Tensor | None = None) -> Tensor:
    """(B, 1, 28, 28) → what the decoder makes of the means of q(z|x), (B, 28, 28) in [0, 1]."""
    return decode(model, encode(model, images_01, labels).mean, labels)


@torch.inference_mode()
def reconstruction_error(model: VAE, images_01: Tensor, labels: Tensor | None = None) -> Tensor:
    """−log p(x | z = mean of q(z|x)) of pictures (B, 1, 28, 28), in nats, (B,)."""
    logits = model.decode_logits(encode(model, images_01, labels).mean, labels)
    return bernoulli_reconstruction(logits, images_01)


def sample_codes(codes: Codes, count: int, seed: int) -> Tensor:
    """`count` draws z = μ + σ·ε, ε ~ N(0, I), from the q(z|x) of one picture: (count, latent_dim).

    Source: Kingma & Welling 2014, section 2.4.
    """
    noise = standard_normal(count, codes.mean.shape[1], seed)
    return codes.mean[:1] + codes.std[:1] * noise


def standard_normal(count: int, latent_dim: int, seed: int) -> Tensor:
    """`count` draws from the prior N(0, I), (count, latent_dim)."""
    return torch.randn(count, latent_dim, generator=torch.Generator().manual_seed(seed))


@torch.inference_mode()
def loss_terms(model: VAE, images_01: Tensor, labels: Tensor | None = None, seed: int = 0) -> Terms:
    """The loss of each picture (B, 1, 28, 28), from one draw of z each."""
    generator = torch.Generator().manual_seed(seed)
    logits, mean, log_var = model(images_01, generator=generator, labels=labels)
    return Terms(bernoulli_reconstruction(logits, images_01), kl_to_standard_normal(mean, log_var))


def loss_terms_of(model: VAE, digits: Digits, seed: int = 0) -> Terms:
    """`loss_terms` of all `digits`, a batch at a time."""
    parts = [
        loss_terms(model, to_images_01(images), labels.long(), seed + k)
        for k, (images, labels) in enumerate(_batches(digits))
    ]
    return Terms(
        torch.cat([part.reconstruction for part in parts]), torch.cat([part.kl for part in parts])
    )


def encode_all(model: VAE, digits: Digits) -> Codes:
    """`encode` of all `digits`, a batch at a time."""
    parts = [encode(model, to_images_01(x), y.long()) for x, y in _batches(digits)]
    return Codes(torch.cat([p.mean for p in parts]), torch.cat([p.log_var for p in parts]))


@torch.inference_mode()
def log_likelihood(
    model: VAE, image_01: Tensor, samples: int = 500, label: Tensor | None = None, seed: int = 0
) -> float:
    """An estimate of log p(x) of one picture (1, 1, 28, 28), in nats; never too high on average.

    log p(x) ≈ log 1/K Σ_k p(x|z_k) p(z_k) / q(z_k|x),  z_k ~ q(z|x)
    Source: Burda, Grosse, Salakhutdinov 2016, “Importance weighted autoencoders”, equation 8.
    """
    codes = encode(model, image_01, label)
    noise = standard_normal(samples, codes.mean.shape[1], seed)
    latents = codes.mean + codes.std * noise
    labels = None if label is None else label.expand(samples)
    logits = model.decode_logits(latents, labels)
    log_p_x = -bernoulli_reconstruction(logits, image_01.expand_as(logits))
    # log p(z) − log q(z|x) = −½ Σ z² + ½ Σ ε² + Σ log σ; the constants cancel
    log_ratio = 0.5 * (noise.square() - latents.square() + codes.log_var).sum(dim=1)
    return float(torch.logsumexp(log_p_x + log_ratio, dim=0)) - math.log(samples)


def kl_per_dimension(codes: Codes) -> Tensor:
    """Mean KL(q(z_j|x) ‖ N(0, 1)) over the pictures, in nats, of each dimension: (latent_dim,).

    Near 0, the decoder learns nothing from that number: the dimension has collapsed.
    """
    count, latent_dim = codes.mean.shape
    apart = kl_to_standard_normal(codes.mean.reshape(-1, 1), codes.log_var.reshape(-1, 1))
    return apart.view(count, latent_dim).mean(dim=0)


@dataclass(frozen=True)
class Plane:
    """A flat piece of the latent space: z = origin + a · axes[0] + b · axes[1].

    origin:    (latent_dim,)
    axes:      (2, latent_dim), at right angles, of length 1
    explained: share of the variance of the codes that lies along each axis
    """

    origin: Tensor
    axes: Tensor
    explained: tuple[float, float]

    def at(self, coordinates: Tensor) -> Tensor:
        """(n, 2) → (n, latent_dim)."""
        return self.origin + coordinates @ self.axes

    def project(self, latents: Tensor) -> Tensor:
        """(n, latent_dim) → the nearest places in the plane, (n, 2)."""
        return (latents - self.origin) @ self.axes.T


def principal_plane(latents: Tensor) -> Plane:
    """The plane through the mean of (n, latent_dim) along which it varies most (PCA)."""
    origin = latents.mean(dim=0)
    _, scale, axes = torch.linalg.svd(latents - origin, full_matrices=False)
    share = scale.square() / scale.square().sum()
    signs = torch.sign(axes.gather(1, axes.abs().argmax(dim=1, keepdim=True)))
    return Plane(origin, (axes * signs)[:2], (float(share[0]), float(share[1])))


def whole_plane() -> Plane:
    """The latent space itself, where it has two dimensions."""
    return Plane(torch.zeros(2), torch.eye(2), (1.0, 0.0))


def grid_coordinates(side: int = 20, extent: float = EXTENT) -> Tensor:
    """The places (side², 2) of a square grid over ±extent, row by row from the upper left."""
    steps = torch.linspace(-extent, extent, side)
    up, across = torch.meshgrid(steps.flip(0), steps, indexing="ij")
    return torch.stack([across.flatten(), up.flatten()], dim=1)


def manifold(
    model: VAE, plane: Plane, side: int = 20, extent: float = EXTENT, label: int | None = None
) -> Tensor:
    """What the decoder draws at each place of a grid: (side², 28, 28) in [0, 1]."""
    latents = plane.at(grid_coordinates(side, extent))
    labels = None if label is None else torch.full((len(latents),), label)
    return decode(model, latents, labels)


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


def dimension_strip(latent: Tensor, dimension: int, steps: int = 13) -> Tensor:
    """`latent` (latent_dim,) with one of its numbers from −3 to 3: (steps, latent_dim)."""
    strip = latent.repeat(steps, 1)
    strip[:, dimension] = torch.linspace(-EXTENT, EXTENT, steps)
    return strip


def class_means(latents: Tensor, labels: Tensor) -> Tensor:
    """The mean code of each digit: (10, latent_dim) from (n, latent_dim) and int64 (n,).

    Raises LatentImpossible where a digit is missing.
    """
    counts = torch.bincount(labels, minlength=CLASSES)
    if (counts == 0).any():
        raise LatentImpossible("There must be some of each digit to have a mean of each.")
    sums = torch.zeros(CLASSES, latents.shape[1]).index_add_(0, labels, latents)
    return sums / counts[:, None]


def in_the_style_of(model: ConditionalVAE, image_01: Tensor, label: int) -> Tensor:
    """All ten digits (10, 28, 28) as the writer of one picture (1, 1, 28, 28) would write them.

    The code says how the picture's digit, `label`, is written; each digit is decoded from it.
    """
    style = encode(model, image_01, torch.tensor([label])).mean
    return decode(model, style.expand(CLASSES, -1), torch.arange(CLASSES))


def draw_class(
    model: ConditionalVAE, label: int, count: int, seed: int, temperature: float = 1.0
) -> Tensor:
    """`count` pictures (count, 28, 28) in [0, 1] of the digit `label`, z ~ N(0, temperature² I)."""
    latents = temperature * standard_normal(count, model.latent_dim, seed)
    return decode(model, latents, torch.full((count,), label))


def error_percentile(error: float, quantiles: list[float]) -> float:
    """Share of the test digits, in [0, 1], whose error is below `error`.

    quantiles: of the test digits' errors, evenly spaced from the least to the greatest
    """
    levels = torch.linspace(0, 1, len(quantiles), dtype=torch.float64)
    known = torch.tensor(quantiles, dtype=torch.float64)
    place = int(torch.searchsorted(known, torch.tensor(error, dtype=torch.float64)))
    if place == 0:
        return 0.0
    if place == len(known):
        return 1.0
    low, high = known[place - 1], known[place]
    share = float((error - low) / (high - low)) if high > low else 0.0
    return float(levels[place - 1] + share * (levels[place] - levels[place - 1]))


def _shares(steps: int) -> Tensor:
    if steps < 2:
        raise LatentImpossible("A way between two codes has at least its two ends.")
    return torch.linspace(0, 1, steps)[:, None]


def _batches(digits: Digits) -> list[tuple[Tensor, Tensor]]:
    pairs = zip(digits.images.split(BATCH), digits.labels.split(BATCH), strict=True)
    return list(pairs)
