"""The latent space of a variational autoencoder: into it, through it, and out of it.

Wherever `labels` are asked for, a conditional autoencoder needs them, and others do not look at
them.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from mnist_core.data.mnist import Digits, to_images_01
from mnist_core.layers.vae_loss import (
    bernoulli_reconstruction,
    kl_to_standard_normal,
    pixel_entropy,
)
from mnist_core.models.vae import VAE

BATCH = 1000
COLLAPSED_NATS = 0.01
"""A latent number that carries no more of a digit than this is not in use."""


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
    """The two terms of the loss of each picture, in nats; each (B,).

    reconstruction: −log p(x|z) at one random draw of z, the picture's own entropy included
    """

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
def error_at_mean(model: VAE, images_01: Tensor, labels: Tensor | None = None) -> Tensor:
    """−log p(x | z = mean of q(z|x)) of pictures (B, 1, 28, 28), in nats, (B,).

    The term `reconstruction` of the loss is that of a random z, and on average greater.
    """
    logits = model.decode_logits(encode(model, images_01, labels).mean, labels)
    return bernoulli_reconstruction(logits, images_01)


def redraw_error(model: VAE, images_01: Tensor, labels: Tensor | None = None) -> Tensor:
    """How far `error_at_mean` is above its least value, in nats, (B,): 0 for a perfect redraw.

    This is Σ_i KL(x_i ‖ p_i), the pixels x_i and what is drawn of them, p_i, as probabilities.
    """
    excess = error_at_mean(model, images_01, labels) - pixel_entropy(images_01)
    return excess.clamp(min=0)  # rounding can make it negative


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
def redraw(
    model: VAE, images_01: Tensor, labels: Tensor | None = None, seed: int = 0
) -> tuple[Tensor, Terms]:
    """What one draw of z for each picture (B, 1, 28, 28) is decoded to, and the loss with it.

    Returns pictures (B, 28, 28) in [0, 1], and their terms.
    """
    generator = torch.Generator().manual_seed(seed)
    logits, mean, log_var = model(images_01, generator=generator, labels=labels)
    terms = Terms(bernoulli_reconstruction(logits, images_01), kl_to_standard_normal(mean, log_var))
    return torch.sigmoid(logits).squeeze(1), terms


def loss_terms(model: VAE, images_01: Tensor, labels: Tensor | None = None, seed: int = 0) -> Terms:
    """The loss of each picture (B, 1, 28, 28), from one draw of z each."""
    return redraw(model, images_01, labels, seed)[1]


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


def numbers_in_use(kl_nats: list[float]) -> int:
    """How many of the latent numbers with these `kl_per_dimension` have not collapsed."""
    return sum(nats > COLLAPSED_NATS for nats in kl_nats)


def _batches(digits: Digits) -> list[tuple[Tensor, Tensor]]:
    pairs = zip(digits.images.split(BATCH), digits.labels.split(BATCH), strict=True)
    return list(pairs)
