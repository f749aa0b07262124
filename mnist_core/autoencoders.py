"""The shipped autoencoders: weights, cards, and the maps of their latent spaces."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save as save_safetensors
from torch import Tensor

from mnist_core.errors import WeightsUnusable
from mnist_core.latent import Plane
from mnist_core.models.registry import AUTOENCODERS
from mnist_core.models.vae import VAE
from mnist_core.weights import (
    WEIGHTS_DIR,
    freeze,
    load_checked,
    parse_tensors,
    read_bounded,
    read_described,
)

MAPS = "maps"


@dataclass(frozen=True)
class AutoencoderCard:
    """What is known about one set of weights; all figures were measured, none typed in.

    test:              mean loss of MNIST's test digits in nats, and its two terms
    log_likelihood:    importance-weighted estimate of log p(x) in nats: its mean, of how many
                       test digits, from how many samples of z each
    kl_per_dimension:  mean KL of each latent number in nats; near 0 it has collapsed
    error_quantiles:   of the test digits' reconstruction error in nats, from least to greatest
    read_as_asked:     of a conditional one: how many digits were drawn of each class, by which
                       network they were read, and which share as asked
    generated:         of a conditional one: how many generated digits a network was trained on,
                       and its accuracy on MNIST's test digits
    The rest is as in `mnist_core.weights.Card`.
    """

    key: str
    command: str
    seed: int
    epochs: int
    recipe: dict[str, Any]
    data: dict[str, str]
    file_sha256: str
    parameter_count: int
    test: dict[str, float]
    log_likelihood: dict[str, float]
    kl_per_dimension: list[float]
    error_quantiles: list[float]
    read_as_asked: dict[str, Any] | None
    generated: dict[str, Any] | None
    training_s: float
    machine: str


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


@dataclass(frozen=True)
class TrainedAutoencoder:
    """A shipped autoencoder: in evaluation mode, frozen, shared by all visitors."""

    model: VAE
    card: AutoencoderCard


def save_autoencoder(
    model: VAE, card: dict[str, Any], folder: Path = WEIGHTS_DIR
) -> AutoencoderCard:
    """Write `<key>.safetensors` and `<key>.json`; the checksum in the card is filled in."""
    tensors = {
        name: value.detach().cpu().contiguous() for name, value in model.state_dict().items()
    }
    data = save_safetensors(tensors)
    complete = AutoencoderCard(**card, file_sha256=hashlib.sha256(data).hexdigest())
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(complete), indent=2, allow_nan=False) + "\n"
    (folder / f"{complete.key}.safetensors").write_bytes(data)
    (folder / f"{complete.key}.json").write_text(text)
    return complete


@lru_cache(maxsize=8)
def load_autoencoder(key: str, folder: Path = WEIGHTS_DIR) -> TrainedAutoencoder:
    """The shipped autoencoder `key`, loaded once per process.

    Raises WeightsUnusable when a file is missing, truncated, altered, or of another network, and
    KeyError when there is no such key.
    """
    model = AUTOENCODERS[key].build()
    card = load_autoencoder_card(key, folder)
    path = folder / f"{key}.safetensors"
    load_checked(model, read_described(path, card.file_sha256), path.name)
    return TrainedAutoencoder(freeze(model), card)


def load_autoencoder_card(key: str, folder: Path = WEIGHTS_DIR) -> AutoencoderCard:
    """The card of the weights `key`; raises WeightsUnusable when missing or damaged."""
    path = folder / f"{key}.json"
    try:
        content = json.loads(read_bounded(path))
        names = [field.name for field in fields(AutoencoderCard)]
        card = AutoencoderCard(**{name: content[name] for name in names})
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WeightsUnusable(f"The card {path.name} is damaged. Get it again.") from error
    if card.key != key:
        raise WeightsUnusable(f"The card {path.name} is not that of {key}. Get it again.")
    return card


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
    (folder / MAPS).mkdir(parents=True, exist_ok=True)
    data = save_safetensors({name: value.contiguous() for name, value in tensors.items()})
    (folder / MAPS / f"{key}.safetensors").write_bytes(data)


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


def plane_of(key: str) -> Plane:
    """The plane in which the map of the shipped autoencoder `key` lies."""
    return load_map(key).plane
