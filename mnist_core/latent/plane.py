"""Planes of the latent space: what is decoded in them, and where the test digits lie."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from mnist_core.errors import LatentImpossible, WeightsUnusable
from mnist_core.experiments.principal_axes import principal_axes
from mnist_core.files import pack_tensors, parse_tensors, read_bounded, write_whole
from mnist_core.latent.codes import decode
from mnist_core.models.cvae import CLASSES
from mnist_core.models.registry import AUTOENCODERS
from mnist_core.models.vae import VAE
from mnist_core.weights import WEIGHTS_DIR

MAPS = "maps"
EXTENT = 3.0
"""Half the width of the part of the latent space that is shown: 99.7 % of N(0, 1) lie in it."""
REACH = 4.0
"""Half the width of a map: nearly all test digits lie in it."""
SIDE = 20


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


def class_means(latents: Tensor, labels: Tensor) -> Tensor:
    """The mean code of each digit: (10, latent_dim) from (n, latent_dim) and int64 (n,).

    Raises LatentImpossible where a digit is missing.
    """
    counts = torch.bincount(labels, minlength=CLASSES)
    if (counts == 0).any():
        raise LatentImpossible("There must be some of each digit to have a mean of each.")
    sums = torch.zeros(CLASSES, latents.shape[1]).index_add_(0, labels, latents)
    return sums / counts[:, None]


@dataclass(frozen=True)
class LatentMap:
    """Where the test digits lie in a plane of the latent space: numbers, no pictures.

    plane:       of the latent space
    coordinates: float32 (10000, 2), of the means of q(z|x)
    labels:      int64 (10000,)
    class_means: (10, latent_dim), the mean code of each digit of the training set
    """

    plane: Plane
    coordinates: Tensor
    labels: Tensor
    class_means: Tensor


def save_map(key: str, latent_map: LatentMap, folder: Path = WEIGHTS_DIR) -> None:
    """Write the map of the autoencoder `key` beside its weights."""
    tensors = {
        "origin": latent_map.plane.origin,
        "axes": latent_map.plane.axes,
        "explained": torch.tensor(latent_map.plane.explained),
        "coordinates": latent_map.coordinates.half(),
        "labels": latent_map.labels.to(torch.uint8),
        "class_means": latent_map.class_means,
    }
    write_whole(folder / MAPS / f"{key}.safetensors", pack_tensors(tensors))


@lru_cache(maxsize=8)
def load_map(key: str, folder: Path = WEIGHTS_DIR) -> LatentMap:
    """The map of the shipped autoencoder `key`. Raises WeightsUnusable."""
    path = folder / MAPS / f"{key}.safetensors"
    tensors = parse_tensors(read_bounded(path), path.name)
    latent_dim = AUTOENCODERS[key].build().latent_dim
    try:
        first, second = tensors["explained"].tolist()
        found = LatentMap(
            Plane(tensors["origin"], tensors["axes"], (first, second)),
            tensors["coordinates"].float(),
            tensors["labels"].long(),
            tensors["class_means"],
        )
    except (KeyError, ValueError) as error:
        raise WeightsUnusable(f"The map {path.name} is damaged. Get it again.") from error
    count = len(found.labels)
    if (
        found.plane.axes.shape != (2, latent_dim)
        or found.plane.origin.shape != (latent_dim,)
        or found.coordinates.shape != (count, 2)
        or found.class_means.shape != (10, latent_dim)
    ):
        raise WeightsUnusable(f"The map {path.name} belongs to another network.")
    return found


def principal_plane(latents: Tensor) -> Plane:
    """The plane through the mean of (n, latent_dim) along which it varies most (PCA)."""
    mean, axes, shares = principal_axes(latents)
    signs = torch.sign(axes.gather(1, axes.abs().argmax(dim=1, keepdim=True)))
    return Plane(mean, (axes * signs)[:2], (float(shares[0]), float(shares[1])))


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
