"""Key → how to build the network, what it was trained on, where its weights are."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from mnist_core.models.deep_cnn import DeepCNN
from mnist_core.recipes import DEEP_CNN, DEEP_CNN_PEN, Recipe


@dataclass(frozen=True)
class ModelEntry:
    """One set of weights that the lab ships, and the network that it belongs to.

    key:     name of the weights: `weights/<key>.safetensors`, and on the command line
    title:   for people
    trained_on: one phrase for people
    build:   makes the network, with its initial random weights
    recipe:  how it is trained
    """

    key: str
    title: str
    trained_on: str
    build: Callable[[], nn.Module]
    recipe: Recipe


MODELS: dict[str, ModelEntry] = {
    entry.key: entry
    for entry in (
        ModelEntry("deep_cnn", "Deep CNN", "MNIST alone", DeepCNN, DEEP_CNN),
        ModelEntry(
            "deep_cnn_pen", "Deep CNN + pen", "MNIST and pen strokes", DeepCNN, DEEP_CNN_PEN
        ),
    )
}
DEFAULT_MODEL = "deep_cnn_pen"


def model_entry(key: str) -> ModelEntry:
    """The registry's entry; raises KeyError with the keys that there are."""
    if key not in MODELS:
        raise KeyError(f"There is no model {key!r}; there are {', '.join(MODELS)}.")
    return MODELS[key]


def build_model(key: str) -> nn.Module:
    """A fresh, untrained network."""
    return model_entry(key).build()
