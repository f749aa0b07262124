"""Inside a network: what each of its layers makes of a picture."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.parts import sees_whole_picture, title_of


@dataclass(frozen=True)
class Layer:
    """One layer of a network, and what it made of a batch of pictures.

    name:    of the module in the network, such as "features.4"
    title:   for people, such as “Conv 3×3, 32 → 64”
    module:  the layer itself; shared by all visitors, so nobody changes it
    inputs:  (B, …) what it was given
    outputs: (B, C, H, W), or (B, F) where there are no places any more
    """

    name: str
    title: str
    module: nn.Module
    inputs: Tensor
    outputs: Tensor

    @property
    def parameter_count(self) -> int:
        """Trained numbers in this layer."""
        return sum(parameter.numel() for parameter in self.module.parameters())

    @property
    def parameter_formula(self) -> str:
        """“10 × 256 + 10”: the sizes of the weights and of the bias; empty where there are none."""
        return " + ".join(
            " × ".join(str(size) for size in parameter.shape)
            for parameter in self.module.parameters()
        )

    @property
    def shape(self) -> str:
        """“32 × 28 × 28” or “512”: what it makes of one picture."""
        return " × ".join(str(size) for size in self.outputs.shape[1:])


def layers_of(model: FeatureClassifier) -> list[tuple[str, nn.Module]]:
    """Name and module of every layer in the order in which they compute."""
    features = model.features
    inner = (
        [(f"features.{name}", module) for name, module in features.named_children()]
        if isinstance(features, nn.Sequential)
        else [("features", features)]
    )
    return [("standardise", model.standardise), *inner, ("head", model.head)]


def trace(model: FeatureClassifier, images_01: Tensor) -> list[Layer]:
    """Send pictures (B, 1, 28, 28) in [0, 1] through the network, layer by layer.

    The last layer's outputs are the logits (B, 10), equal to `model(images_01)`. It leaves no hook
    behind, and works in the mode that the model is in; gradients flow where they are wanted.
    """
    layers, values = [], images_01
    for name, module in layers_of(model):
        outputs = module(values)
        layers.append(Layer(name, title_of(module), module, values, outputs))
        values = outputs
    return layers


def count_parameters(layers: list[Layer]) -> int:
    """Trained numbers in all these layers."""
    return sum(layer.parameter_count for layer in layers)


def count_units(layers: list[Layer]) -> int:
    """How many numbers these layers make of one picture."""
    return sum(layer.outputs[0].numel() for layer in layers)


def can_be_traced(model: nn.Module) -> bool:
    """Whether the layers of this network can be shown one by one."""
    return isinstance(model, FeatureClassifier) and sees_whole_picture(model)


@torch.inference_mode()
def feature_maps(model: FeatureClassifier, image_01: Tensor, name: str) -> Tensor:
    """What the layer `name` makes of one picture (1, 1, 28, 28): (C, H, W) or (F,)."""
    return next(layer for layer in trace(model, image_01) if layer.name == name).outputs[0]


@torch.inference_mode()
def first_sums(model: FeatureClassifier, image_01: Tensor) -> Tensor:
    """z = W x + b of the first linear layer for one digit (1, 1, 28, 28): float64 (units,)."""
    layers = trace(model, image_01)
    return next(la for la in layers if isinstance(la.module, nn.Linear)).outputs[0].double()


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
