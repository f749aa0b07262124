"""Inside a network: what each of its layers makes of a picture."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.dropout import ChannelDropout, Dropout
from mnist_core.training import layer_title


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
    return isinstance(model, FeatureClassifier)


def title_of(module: nn.Module) -> str:
    """“Conv 3×3, 1 → 32”, “Batch norm”, “ReLU”, …"""
    match module:
        case nn.Conv2d() | nn.Linear():
            return layer_title(module)
        case nn.BatchNorm2d() | nn.BatchNorm1d():
            return "Batch norm"
        case nn.MaxPool2d():
            return f"Max pool {module.kernel_size}×{module.kernel_size}"
        case Dropout():
            kind = "Channel dropout" if isinstance(module, ChannelDropout) else "Dropout"
            return f"{kind} {module.p:g}"
        case _:
            return type(module).__name__


@torch.inference_mode()
def feature_maps(model: FeatureClassifier, image_01: Tensor, name: str) -> Tensor:
    """What the layer `name` makes of one picture (1, 1, 28, 28): (C, H, W) or (F,)."""
    return next(layer for layer in trace(model, image_01) if layer.name == name).outputs[0]
