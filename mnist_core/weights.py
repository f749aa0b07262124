"""Weights on disk: safetensors with a JSON card beside them, checked before they are used."""

import hashlib
import json
import math
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from mnist_core.data.origin import MNIST_ORIGIN, MNIST_TRAINING_SHA256, Origin
from mnist_core.errors import WeightsUnusable
from mnist_core.files import load_checked, pack_tensors, read_bounded, read_described, write_whole
from mnist_core.models.build import freeze
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.refusal import Refusal
from mnist_core.models.registry import AUTOENCODERS, READERS, build_model
from mnist_core.models.vae import VAE

WEIGHTS_DIR = Path(__file__).resolve().parent.parent / "weights"
FIRST_LAYER_DIR = WEIGHTS_DIR / "first_layer"
REFUSAL_PREFIX = "refusal."


@dataclass(frozen=True, kw_only=True)
class Described:
    """What every card says of its weights; all figures were measured, none typed in.

    command:          what made it
    seed, epochs:     of the training
    recipe:           all its settings
    data:             what it was trained on, each name with its SHA-256
    file_sha256:      of the .safetensors beside the card
    parameter_count:  trained numbers in the network
    training_s:       wall time of the training
    machine:          what it ran on
    """

    key: str
    command: str
    seed: int
    epochs: int
    recipe: dict[str, Any]
    data: dict[str, str]
    file_sha256: str
    parameter_count: int
    training_s: float
    machine: str

    @property
    def origin(self) -> Origin | None:
        """Where the digits come from that it was trained on, as a run file says it.

        Derived from the checksum in `data`; None where that is not MNIST's.
        """
        return MNIST_ORIGIN if self.data.get("mnist") == MNIST_TRAINING_SHA256 else None

    @property
    def seen_besides(self) -> tuple[str, ...]:
        """What it was trained on or fitted to besides, by the names in `data`."""
        return tuple(name for name in self.data if name != "mnist")

    def check(self) -> None:
        """Raises ValueError, TypeError or KeyError for settings that nothing can be done with."""


@dataclass(frozen=True, kw_only=True)
class Card(Described):
    """The card of a classifier.

    epoch:            the one whose weights were chosen, on held-out digits
    held_out_accuracy: on the digits that the choices were made on
    mnist_test_accuracy: share of the 10 000 test digits read right
    judge:            for each placement of the judge's pen strokes, and for letters, scribbles
                      and dots: how many, share read right, share refused
    temperature:      the logits are divided by it before the softmax
    refusal:          the threshold under which a drawing is refused, how it was chosen, and what
                      share of what it refuses; None where nothing is refused
    """

    epoch: int
    held_out_accuracy: float
    mnist_test_accuracy: float
    judge: dict[str, dict[str, Any]]
    temperature: float
    refusal: dict[str, Any] | None

    def check(self) -> None:
        """Raises ValueError, TypeError or KeyError for settings that no reader can use."""
        refusal = self.refusal
        if not 0 < self.temperature < math.inf or (refusal is not None) != (self.key in READERS):
            raise ValueError("no reader can use these settings")
        if refusal is not None and not (
            0 <= refusal["threshold"] <= 1 and 0 <= refusal["refused_share"] <= 1
        ):
            raise ValueError("no reader can use these settings")


@dataclass(frozen=True, kw_only=True)
class AutoencoderCard(Described):
    """The card of an autoencoder.

    test:              mean loss of MNIST's test digits in nats, and its two terms
    log_likelihood:    importance-weighted estimate of log p(x) in nats: its mean, of how many
                       test digits, from how many samples of z each
    kl_per_dimension:  mean KL of each latent number in nats; near 0 it has collapsed
    redraw_quantiles:  of the test digits' redraw error in nats, from least to greatest
    read_as_asked:     of a conditional one: how many digits were drawn of each class, by which
                       network they were read, and which share as asked
    generated:         of a conditional one: how many generated digits a network was trained on,
                       and its accuracy on MNIST's test digits
    """

    test: dict[str, float]
    log_likelihood: dict[str, float]
    kl_per_dimension: list[float]
    redraw_quantiles: list[float]
    read_as_asked: dict[str, Any] | None
    generated: dict[str, Any] | None


CardT = TypeVar("CardT", bound=Described)


@dataclass(frozen=True)
class Trained:
    """A network with shipped weights: in evaluation mode, frozen, shared by all visitors."""

    model: FeatureClassifier
    refusal: Refusal | None
    card: Card


@dataclass(frozen=True)
class TrainedAutoencoder:
    """A shipped autoencoder: in evaluation mode, frozen, shared by all visitors."""

    model: VAE
    card: AutoencoderCard


def save_trained(
    model: nn.Module, refusal: Refusal | None, card: dict[str, Any], folder: Path = WEIGHTS_DIR
) -> Card:
    """Write `<key>.safetensors` and `<key>.json`; the checksum in the card is filled in."""
    judge = refusal.state_dict() if refusal else {}
    tensors = {REFUSAL_PREFIX + name: value for name, value in judge.items()}
    return _write_described(Card, model.state_dict() | tensors, card, folder)


def save_autoencoder(
    model: VAE, card: dict[str, Any], folder: Path = WEIGHTS_DIR
) -> AutoencoderCard:
    """Write `<key>.safetensors` and `<key>.json`; the checksum in the card is filled in."""
    return _write_described(AutoencoderCard, model.state_dict(), card, folder)


@lru_cache(maxsize=8)
@torch.inference_mode(False)  # else a first call within it would leave weights without gradients
def load_trained(key: str, folder: Path = WEIGHTS_DIR) -> Trained:
    """The shipped network `key` of the registry, loaded once per process.

    Raises WeightsUnusable when the file or its card is missing, truncated, altered, or not of
    this network, and KeyError when the registry has no such key.
    """
    model, card = build_model(key), load_card(key, folder)
    name, tensors = _described_tensors(card, folder)
    own = {k: value for k, value in tensors.items() if not k.startswith(REFUSAL_PREFIX)}
    load_checked(model, own, name)
    if card.refusal is None:
        return Trained(freeze(model), None, card)
    judge = {k.removeprefix(REFUSAL_PREFIX): tensors[k] for k in tensors.keys() - own.keys()}
    load_checked(refusal := Refusal(), judge, name)
    return Trained(freeze(model), freeze(refusal), card)


@lru_cache(maxsize=8)
@torch.inference_mode(False)
def load_autoencoder(key: str, folder: Path = WEIGHTS_DIR) -> TrainedAutoencoder:
    """The shipped autoencoder `key`, loaded once per process; raises as `load_trained`."""
    model, card = AUTOENCODERS[key].build(), load_autoencoder_card(key, folder)
    name, tensors = _described_tensors(card, folder)
    load_checked(model, tensors, name)
    return TrainedAutoencoder(freeze(model), card)


def load_card(key: str, folder: Path = WEIGHTS_DIR) -> Card:
    """The card of the weights `key`; raises WeightsUnusable when missing, damaged or incomplete."""
    return _read_card(Card, key, folder)


def load_autoencoder_card(key: str, folder: Path = WEIGHTS_DIR) -> AutoencoderCard:
    """The card of the autoencoder `key`; raises as `load_card`."""
    return _read_card(AutoencoderCard, key, folder)


def _write_described(
    kind: type[CardT], tensors: dict[str, Tensor], card: dict[str, Any], folder: Path
) -> CardT:
    data = pack_tensors(tensors)
    complete = kind(**card, file_sha256=hashlib.sha256(data).hexdigest())
    text = json.dumps(asdict(complete), indent=2, allow_nan=False) + "\n"
    write_whole(folder / f"{complete.key}.safetensors", data)
    write_whole(folder / f"{complete.key}.json", text.encode())
    return complete


def _read_card(kind: type[CardT], key: str, folder: Path) -> CardT:
    path = folder / f"{key}.json"
    data = read_bounded(path)
    try:
        content = json.loads(data)
        card = kind(**{field.name: content[field.name] for field in fields(kind)})
        card.check()
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WeightsUnusable(f"The card {path.name} is damaged. Get it again.") from error
    if card.key != key:
        raise WeightsUnusable(f"The card {path.name} is not that of {key}. Get it again.")
    return card


def _described_tensors(card: Described, folder: Path) -> tuple[str, dict[str, Tensor]]:
    """Name and content of the weight file that `card` vouches for. Raises WeightsUnusable."""
    path = folder / f"{card.key}.safetensors"
    return path.name, read_described(path, card.file_sha256)
