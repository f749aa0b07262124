"""Weights on disk: safetensors with a JSON card beside them, checked before they are used."""

import hashlib
import json
import math
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors
from safetensors.torch import save as save_safetensors
from torch import Tensor, nn

from mnist_core.errors import WeightsUnusable
from mnist_core.models import READERS, build_model
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.refusal import Refusal

WEIGHTS_DIR = Path(__file__).resolve().parent.parent / "weights"
MAX_FILE_BYTES = 64 * 1024 * 1024
FIRST_LAYER_DIR = WEIGHTS_DIR / "first_layer"
REFUSAL_PREFIX = "refusal."

ModelT = TypeVar("ModelT", bound=nn.Module)


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


def read_described(path: Path, sha256: str) -> dict[str, Tensor]:
    """The tensors in a weight file whose card names its checksum. Raises WeightsUnusable."""
    data = read_bounded(path)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise WeightsUnusable(
            f"{path.name} is not the file that its card describes: it is truncated or was "
            "altered. Get both files again from the project, or train them anew."
        )
    return parse_tensors(data, path.name)


def read_bounded(path: Path) -> bytes:
    """The bytes of a weight file; raises WeightsUnusable when it is missing or far too large."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise WeightsUnusable(f"{path.name} is larger than any weight file of this project.")
        return path.read_bytes()
    except OSError as error:
        raise WeightsUnusable(
            f"{path.name} is missing from {path.parent}. Get it again from the project, or train "
            "it anew (see the README)."
        ) from error


def parse_tensors(data: bytes, name: str, may_be_nan: str | None = None) -> dict[str, Tensor]:
    """The tensors in safetensors bytes; nothing is unpickled. Raises WeightsUnusable.

    may_be_nan: beginning of the names of those tensors that need not be finite
    """
    try:
        tensors = load_safetensors(data)
        checked = {k: v for k, v in tensors.items() if not _may_be_nan(k, may_be_nan)}
        bad = [key for key, value in checked.items() if not torch.isfinite(value).all()]
    except (SafetensorError, ValueError, KeyError, RuntimeError) as error:
        raise WeightsUnusable(f"{name} is not a readable safetensors file.") from error
    if bad:
        raise WeightsUnusable(f"{name} holds numbers that are not finite, in {bad[0]}.")
    return tensors


def _may_be_nan(key: str, beginning: str | None) -> bool:
    return beginning is not None and key.startswith(beginning)


def load_checked(model: nn.Module, tensors: dict[str, Tensor], name: str) -> None:
    """Put `tensors` into `model` if every name and shape is its own; else WeightsUnusable."""
    check_shapes(model, tensors, name)
    model.load_state_dict(tensors)


def check_shapes(model: nn.Module, tensors: dict[str, Tensor], name: str) -> None:
    """Raises WeightsUnusable unless `tensors` have the names and shapes of the model's own."""
    expected = {key: tuple(value.shape) for key, value in model.state_dict().items()}
    found = {key: tuple(value.shape) for key, value in tensors.items()}
    if expected != found:
        different = sorted(set(expected.items()) ^ set(found.items()))[0][0]
        raise WeightsUnusable(
            f"{name} belongs to another network: its {different} does not fit this one."
        )


def freeze(model: ModelT) -> ModelT:
    """In evaluation mode and without gradients, since all visitors share it."""
    return model.eval().requires_grad_(False)
