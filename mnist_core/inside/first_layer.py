"""The weights that look at the picture itself: before, during and after a training."""

from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mnist_core.data.mnist import SIDE
from mnist_core.errors import LayerImpossible, WeightsUnusable
from mnist_core.experiments.kernels import Kernel
from mnist_core.files import parse_tensors, read_bounded
from mnist_core.inside.trace import trace
from mnist_core.models.build import build_network
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.cvae import CLASSES
from mnist_core.models.parts import first_layer, sees_whole_picture
from mnist_core.models.registry import model_entry
from mnist_core.models.vae import VAE
from mnist_core.weights import FIRST_LAYER_DIR


@dataclass(frozen=True)
class FirstLayer:
    """The first layer's weights at one moment of the training.

    step:   batches done by then; None for the weights that are shipped
    weight: float32, (units, 784) of a linear layer or (channels, 1, k, k) of a convolution
    """

    step: int | None
    weight: Tensor


def kept_moments(
    key: str, model: FeatureClassifier, folder: Path = FIRST_LAYER_DIR
) -> list[FirstLayer]:
    """The moments that were kept while the shipped weights `key` were trained, and the end.

    model: the shipped network
    Raises WeightsUnusable when the file is missing, damaged or of another network.
    """
    path = folder / f"{key}.safetensors"
    tensors = parse_tensors(read_bounded(path), path.name)
    after = first_layer(model).weight.detach()
    if any(not name.isdigit() or value.shape != after.shape for name, value in tensors.items()):
        raise WeightsUnusable(f"{path.name} does not hold the first layer of {key}. Get it again.")
    during = [FirstLayer(int(name), tensors[name].float()) for name in sorted(tensors, key=int)]
    return [*during, FirstLayer(None, after)]


def first_and_last(key: str, model: FeatureClassifier) -> list[FirstLayer]:
    """Before the training, drawn anew from its seed, and after it."""
    entry = model_entry(key)
    start = build_network(entry.architecture, entry.recipe, 0.0, 1.0)
    before = FirstLayer(0, first_layer(start).weight.detach())
    return [before, FirstLayer(None, first_layer(model).weight.detach())]


def as_pictures(weight: Tensor) -> Tensor:
    """Weights of a linear layer (…, 784) → (…, 28, 28)."""
    return weight.reshape(*weight.shape[:-1], SIDE, SIDE)


def on_pixels(model: FeatureClassifier, weight: Tensor) -> Tensor:
    """Weights (…, 784) for standardised pixels → those that act on pixels in [0, 1]: (…, 28, 28).

    w · (x − μ) / σ = (w / σ) · x − μ / σ · Σ w
    """
    return as_pictures(weight) / model.standardise.std


def bias_on_pixels(model: FeatureClassifier, weight: Tensor, bias: Tensor) -> Tensor:
    """What is added to the sums of `on_pixels`: b − μ / σ · Σ w; weight (…, 784), bias (…)."""
    mean, std = model.standardise.mean, model.standardise.std
    return bias - mean / std * weight.sum(dim=-1)


def unit_on_pixels(model: FeatureClassifier, unit: int) -> tuple[Tensor, float]:
    """Weights (28, 28) and bias of a unit of the first, linear layer, for pixels in [0, 1]."""
    layer = first_layer(model)
    assert layer.bias is not None
    weight, bias = layer.weight[unit].detach(), layer.bias[unit].detach()
    return on_pixels(model, weight), float(bias_on_pixels(model, weight, bias))


@dataclass(frozen=True)
class Vote:
    """How a linear layer comes from a picture to its outputs: zₖ = Σᵢ wₖᵢ xᵢ + bₖ.

    contributions: (units, 28, 28), wₖᵢ xᵢ: what each pixel adds; 0 where there is no ink
    sums:          (units,), their sums
    biases:        (units,)
    """

    contributions: Tensor
    sums: Tensor
    biases: Tensor

    @property
    def outputs(self) -> Tensor:
        """z, (units,): for softmax regression the logits."""
        return self.sums + self.biases


@torch.inference_mode()
def vote(model: FeatureClassifier, image_01: Tensor) -> Vote:
    """What the first, linear layer makes of a picture (1, 1, 28, 28) in [0, 1]."""
    layer = first_layer(model)
    assert layer.bias is not None
    contributions = on_pixels(model, layer.weight) * image_01[0]
    biases = bias_on_pixels(model, layer.weight, layer.bias)
    return Vote(contributions, contributions.flatten(1).sum(dim=1), biases)


def squared_norms(weight: Tensor) -> Tensor:
    """Σ w² of each unit: (units, …) → (units,)."""
    return weight.flatten(1).square().sum(dim=1)


def ranked(values: Tensor) -> Tensor:
    """Places in `values` (n,), the greatest first; among equals the first one."""
    return values.argsort(descending=True, stable=True)


@dataclass(frozen=True)
class Use:
    """How much each hidden unit of the first layer takes part in reading one picture.

    activation: (units,), after ReLU
    use:        (units,), the activation times the norm of the unit's outgoing weights: the length
                of the vector that it adds to the next layer's sums
    """

    activation: Tensor
    use: Tensor

    @property
    def active(self) -> int:
        """How many units say anything at all."""
        return int((self.activation > 0).sum())


@torch.inference_mode()
def use_of_units(model: FeatureClassifier, image_01: Tensor) -> Use:
    """Of a network of linear layers, for a picture (1, 1, 28, 28) in [0, 1]."""
    layers = trace(model, image_01)
    is_linear = [isinstance(layer.module, nn.Linear) for layer in layers]
    first = is_linear.index(True)
    following = layers[is_linear.index(True, first + 1)].module
    assert isinstance(following, nn.Linear)
    activation = layers[first + 1].outputs[0]
    # uⱼ = aⱼ · ‖W₂[:, j]‖₂
    return Use(activation, activation * following.weight.norm(dim=0))


@torch.inference_mode()
def responses(model: FeatureClassifier, weight: Tensor, image_01: Tensor) -> Tensor:
    """How well each kernel fits at each place of a picture: w ⋆ x, without any bias.

    weight: (channels, 1, k, k), of the first convolution at any moment
    image_01: (1, 1, 28, 28) in [0, 1]
    returns: (channels, h, w)
    """
    layer = first_layer(model)
    assert isinstance(layer, nn.Conv2d)
    standardised = model.standardise(image_01)
    return F.conv2d(standardised, weight, stride=layer.stride, padding=layer.padding)[0]


@torch.inference_mode()
def passed_on(model: FeatureClassifier, image_01: Tensor) -> Tensor:
    """What the network itself sends on from its first block: after bias or batch norm, and ReLU.

    image_01: (1, 1, 28, 28) in [0, 1]. Returns (channels, h, w).
    """
    layers = trace(model, image_01)
    return next(layer for layer in layers if isinstance(layer.module, nn.ReLU)).outputs[0]


def learnt_kernels(model: nn.Module) -> list[Kernel]:
    """Those of a network's first convolution, which looks at one channel. Raises LayerImpossible.

    Where a layer has no bias, because batch normalisation follows it, the bias is 0.
    """
    layer = first_layer(model)
    if not isinstance(layer, nn.Conv2d) or layer.in_channels != 1:
        raise LayerImpossible("This network has no convolution that looks at the grey picture.")
    weights = layer.weight.detach()[:, 0]  # (C_out, k, k)
    biases = [0.0] * len(weights) if layer.bias is None else layer.bias.tolist()
    return [Kernel(w.clone(), bias) for w, bias in zip(weights, biases, strict=True)]


def decoder_columns(vae: VAE) -> Tensor:
    """What each hidden unit of the decoder adds to the picture's logits: (hidden, 28, 28).

    The decoder ends in logits = W h + b with W (784, hidden): column j is the stroke of unit j.
    """
    last = next(m for m in reversed(list(vae.decoder.modules())) if isinstance(m, nn.Linear))
    return last.weight.detach().float().T.reshape(-1, SIDE, SIDE)


def first_layer_filters(model: nn.Module) -> Tensor | None:
    """The weights that look at the picture itself, each as an image of its own.

    returns: float32 (n, h, w), any sign; for a linear layer one (28, 28) per unit, less the
             weights of the digit's name that a conditional VAE is told; for a convolution one
             kernel per channel, the mean over the colour channels where it has three. None when
             the first layer sees no picture of 28 × 28, or one row of it at a time.
    Raises LayerImpossible where there is no such layer.
    """
    if not sees_whole_picture(model):
        return None
    first = first_layer(model)
    weight = first.weight.detach().float()
    if isinstance(first, nn.Conv2d):
        return weight.mean(dim=1)  # (n, colours, h, w) → (n, h, w)
    pixels = SIDE * SIDE
    if first.in_features not in (pixels, pixels + CLASSES):
        return None
    return weight[:, :pixels].reshape(-1, SIDE, SIDE)
