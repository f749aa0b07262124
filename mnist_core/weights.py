"""Weights on disk: safetensors with a JSON card beside them, checked before they are used."""

import hashlib
import json
import math
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save as save_safetensors
from torch import nn

from mnist_core.errors import WeightsUnusable
from mnist_core.files import load_checked, read_bounded, read_described
from mnist_core.models.build import freeze
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.refusal import Refusal
from mnist_core.models.registry import AUTOENCODERS, READERS, build_model
from mnist_core.models.vae import VAE

WEIGHTS_DIR = Path(__file__).resolve().parent.parent / "weights"
FIRST_LAYER_DIR = WEIGHTS_DIR / "first_layer"
REFUSAL_PREFIX = "refusal."


@dataclass(frozen=True)
class Card:
    """What is known about one set of weights; all figures were measured, none typed in.

    command:          what made it
    seed, epochs:     of the training
    recipe:           all its settings
    epoch:            the one whose weights were chosen, on held-out digits
    data:             what it was trained on, each name with its SHA-256
    file_sha256:      of the .safetensors beside the card
    parameter_count:  trained numbers in the network
    held_out_accuracy: on the digits that the choices were made on
    mnist_test_accuracy: share of the 10 000 test digits read right
    judge:            for each placement of the judge's pen strokes, and for letters, scribbles
                      and dots: how many, share read right, share refused
    temperature:      the logits are divided by it before the softmax
    refusal:          the threshold under which a drawing is refused, how it was chosen, and what
                      share of what it refuses; None where nothing is refused
    training_s:       wall time of the training
    machine:          what it ran on
    """

    key: str
    command: str
    seed: int
    epochs: int
    recipe: dict[str, Any]
    epoch: int
    data: dict[str, str]
    file_sha256: str
    parameter_count: int
    held_out_accuracy: float
    mnist_test_accuracy: float
    judge: dict[str, dict[str, Any]]
    temperature: float
    refusal: dict[str, Any] | None
    training_s: float
    machine: str


@dataclass(frozen=True)
class Trained:
    """A network with shipped weights: in evaluation mode, frozen, shared by all visitors."""

    model: FeatureClassifier
    refusal: Refusal | None
    card: Card


def save_trained(
    model: nn.Module, refusal: Refusal | None, card: dict[str, Any], folder: Path = WEIGHTS_DIR
) -> Card:
    """Write `<key>.safetensors` and `<key>.json`; the checksum in the card is filled in."""
    tensors = {name: value.detach().cpu() for name, value in model.state_dict().items()}
    judge = refusal.state_dict() if refusal else {}
    tensors |= {REFUSAL_PREFIX + name: value for name, value in judge.items()}
    data = save_safetensors({name: value.contiguous() for name, value in tensors.items()})
    complete = Card(**card, file_sha256=hashlib.sha256(data).hexdigest())
    text = json.dumps(asdict(complete), indent=2, allow_nan=False) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{complete.key}.safetensors").write_bytes(data)
    (folder / f"{complete.key}.json").write_text(text)
    return complete


@lru_cache(maxsize=8)
@torch.inference_mode(False)  # else a first call within it would leave weights without gradients
def load_trained(key: str, folder: Path = WEIGHTS_DIR) -> Trained:
    """The shipped network `key` of the registry, loaded once per process.

    Raises WeightsUnusable when the file or its card is missing, truncated, altered, or not of
    this network, and KeyError when the registry has no such key.
    """
    model = build_model(key)
    card = load_card(key, folder)
    path = folder / f"{key}.safetensors"
    tensors = read_described(path, card.file_sha256)
    own = {name: value for name, value in tensors.items() if not name.startswith(REFUSAL_PREFIX)}
    judge = {
        name.removeprefix(REFUSAL_PREFIX): value
        for name, value in tensors.items()
        if name.startswith(REFUSAL_PREFIX)
    }
    load_checked(model, own, path.name)
    if card.refusal is None:
        return Trained(freeze(model), None, card)
    load_checked(refusal := Refusal(), judge, path.name)
    return Trained(freeze(model), freeze(refusal), card)


def load_card(key: str, folder: Path = WEIGHTS_DIR) -> Card:
    """The card of the weights `key`; raises WeightsUnusable when missing, damaged or incomplete."""
    path = folder / f"{key}.json"
    data = read_bounded(path)
    try:
        content = json.loads(data)
        card = Card(**{field.name: content[field.name] for field in fields(Card)})
        refusal = card.refusal
        if not 0 < card.temperature < math.inf or (refusal is not None) != (key in READERS):
            raise ValueError("no reader can use these settings")
        if refusal is not None and not (
            0 <= refusal["threshold"] <= 1 and 0 <= refusal["refused_share"] <= 1
        ):
            raise ValueError("no reader can use these settings")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WeightsUnusable(f"The card {path.name} is damaged. Get it again.") from error
    if card.key != key:
        raise WeightsUnusable(f"The card {path.name} is not that of {key}. Get it again.")
    return card


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
