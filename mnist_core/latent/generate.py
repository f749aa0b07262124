"""Digits that nobody wrote: from the prior, of a class, in a style."""

import torch
from torch import Tensor

from mnist_core.data.mnist import Digits
from mnist_core.data.origin import Origin
from mnist_core.errors import DataUnavailable
from mnist_core.latent.codes import decode, encode, standard_normal
from mnist_core.models.cvae import CLASSES, ConditionalVAE
from mnist_core.models.vae import VAE
from mnist_core.weights import load_autoencoder

DECODER = "cvae"


def generate_digits(count: int, seed: int = 0) -> Digits:
    """`count` digits that the shipped conditional VAE draws: none was written by a person.

    As many of each class as of any other (up to one), in random order, z ~ N(0, I); none is left
    out, however it came out. The same seed gives the same digits. Raises WeightsUnusable.
    """
    model = load_autoencoder(DECODER).model
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count)[torch.randperm(count, generator=generator)] % 10
    latents = torch.randn(count, model.latent_dim, generator=generator)
    with torch.inference_mode():
        parts = [
            model.decode(z, y).squeeze(1).mul_(255).round_().to(torch.uint8)
            for z, y in zip(latents.split(1000), labels.split(1000), strict=True)
        ]
    images = torch.cat(parts) if parts else torch.empty(0, 28, 28, dtype=torch.uint8)
    return Digits(images.clone(), labels.to(torch.uint8))


def generate_sets(
    counts: tuple[int, int], seeds: tuple[int, int], checksum: str = ""
) -> tuple[Digits, Digits]:
    """Generated digits to train on and others to test on.

    checksum: of the weights that are to draw them, as their card has it; "" takes any
    Raises WeightsUnusable, and DataUnavailable when the shipped weights are others by now.
    """
    if checksum not in ("", load_autoencoder(DECODER).card.file_sha256):
        raise DataUnavailable(
            "These digits were drawn by other weights of the autoencoder than those that are here, "
            "so they cannot be drawn again."
        )
    train, test = (generate_digits(*one) for one in zip(counts, seeds, strict=True))
    return train, test


def generated_origin(counts: tuple[int, int], seeds: tuple[int, int]) -> Origin:
    """What `generate_sets` of these is called, for a run. Raises WeightsUnusable."""
    return Origin("generated", counts, load_autoencoder(DECODER).card.file_sha256, seeds)


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


def prior_samples(model: VAE, count: int, seed: int = 0) -> Tensor:
    """Decoded draws from the prior z ~ N(0, I), the same z at every call.

    A conditional VAE is asked for 0, 1, …, 9, 0, … Returns (count, 28, 28) in [0, 1].
    """
    latents = standard_normal(count, model.latent_dim, seed)
    return decode(model, latents, torch.arange(count) % 10)
