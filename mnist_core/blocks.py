"""The layers of a network by what belongs together: convolution, batch norm, ReLU."""

from dataclasses import dataclass

from torch import nn

from mnist_core.explain import layers_of, title_of
from mnist_core.models.classifier import FeatureClassifier


@dataclass(frozen=True)
class Block:
    """A layer that mixes its inputs, and the layers after it that keep its units apart.

    title:          of the layer that begins it, such as “Conv 3×3, 32 → 64”
    names:          of its layers; the first mixes
    end:            the name of the last one that changes its units: its ReLU where it has one;
                    pooling, dropout and flattening after it change none in evaluation mode
    is_convolution: whether its units are channels with places
    """

    title: str
    names: tuple[str, ...]
    end: str
    is_convolution: bool


def blocks_of(model: FeatureClassifier) -> list[Block]:
    """The blocks in the order in which they compute; what comes before the first is in none."""
    blocks: list[Block] = []
    for name, module in layers_of(model):
        if isinstance(module, nn.Conv2d | nn.Linear):
            blocks.append(Block(title_of(module), (name,), name, isinstance(module, nn.Conv2d)))
        elif blocks:
            before = blocks[-1]
            end = before.end if _passes_on(module) else name
            blocks[-1] = Block(before.title, (*before.names, name), end, before.is_convolution)
    return blocks


def block_of(model: FeatureClassifier, name: str) -> Block | None:
    """The block that the layer `name` is part of; None for what comes before the first."""
    return next((block for block in blocks_of(model) if name in block.names), None)


def _passes_on(module: nn.Module) -> bool:
    """Whether it hands on, in evaluation mode, values that it has been given."""
    return isinstance(module, nn.Dropout | nn.MaxPool2d | nn.Flatten)
