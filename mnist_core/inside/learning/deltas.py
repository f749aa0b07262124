"""The message that goes back through a network from its answer: the δ of every layer, in float64.

J is the cross-entropy of one picture. Layer l computes zˡ = Wˡaˡ⁻¹ + bˡ and aˡ = f(zˡ), and
δˡ = ∂J/∂zˡ. With L the last layer, whose f is the softmax p, and y the right answer as one-hot:

    δᴸ = p − y        δˡ = (Wˡ⁺¹)ᵀδˡ⁺¹ ⊙ f′(zˡ)        ∂J/∂Wˡ = δˡ(aˡ⁻¹)ᵀ        ∂J/∂bˡ = δˡ

Source: Nielsen 2015, “Neural networks and deep learning”, chapter 2, BP1 to BP4; for δᴸ Bishop
2006, “Pattern recognition and machine learning”, equation 5.54.
"""

from copy import deepcopy
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mnist_core.errors import LayerImpossible
from mnist_core.inside.trace import Layer, layers_of, trace
from mnist_core.layers.activations import relu, relu_derivative, softmax
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.parts import layer_title


@dataclass(frozen=True)
class DenseLayer:
    """Layer l of a network that has linear layers and ReLUs alone.

    title:  “Linear 784 → 512”
    weight: Wˡ (units, inputs);  inputs: aˡ⁻¹ (inputs,);  sums: zˡ (units,)
    slopes: f′(zˡ) (units,); 1 in the last layer, whose softmax is a part of δᴸ
    delta:  δˡ (units,)
    """

    title: str
    weight: Tensor
    inputs: Tensor
    sums: Tensor
    slopes: Tensor
    delta: Tensor

    @property
    def weight_gradient(self) -> Tensor:
        """∂J/∂Wˡ = δˡ(aˡ⁻¹)ᵀ, (units, inputs): entry (i, j) is δᵢaⱼ. ∂J/∂bˡ is δˡ itself."""
        return torch.outer(self.delta, self.inputs)

    @property
    def message(self) -> Tensor:
        """(Wˡ)ᵀδˡ = ∂J/∂aˡ⁻¹, (inputs,): what this layer tells the one before."""
        return self.weight.T @ self.delta


@dataclass(frozen=True)
class Backwards:
    """One picture, forwards and backwards.

    layers:        from the first to the last
    probabilities: p (10,);  label: the right answer;  loss: J = −ln p[label], in nats
    pixels:        ∂J/∂picture (28, 28): where ink would raise J
    """

    layers: list[DenseLayer]
    probabilities: Tensor
    label: int
    loss: float
    pixels: Tensor

    def terms(self, layer: int, unit: int) -> Tensor:
        """The products whose sum, times f′(z) of the unit, is its δ in layer `layer` (from 0).

        Wˡ⁺¹[k, unit] · δˡ⁺¹[k] for each unit k of the next layer; in the last layer p and −y.
        """
        if layer < len(self.layers) - 1:
            following = self.layers[layer + 1]
            return following.weight[:, unit] * following.delta
        return torch.stack([self.probabilities[unit], -_one_hot(self.label)[unit]])


def backwards(model: FeatureClassifier, image_01: Tensor, label: int) -> Backwards:
    """Every δ of a picture (1, 1, 28, 28) in [0, 1] whose right answer is `label`.

    Raises LayerImpossible for a network with other layers than linear ones and ReLUs.
    """
    linear = _linear_layers(model)
    scaled = model.standardise(image_01.detach().double()).flatten()
    inputs, sums, values = [], [], scaled
    for _, weight, bias in linear:
        inputs.append(values)
        sums.append(weight @ values + bias)
        values = relu(sums[-1])
    probabilities = softmax(sums[-1])
    layers: list[DenseLayer] = []
    delta, slopes = probabilities - _one_hot(label), torch.ones_like(probabilities)
    for at in reversed(range(len(linear))):
        title, weight, _ = linear[at]
        layers.insert(0, DenseLayer(title, weight, inputs[at], sums[at], slopes, delta))
        if at:
            slopes = relu_derivative(sums[at - 1])
            delta = layers[0].message * slopes
    loss = -float(torch.log_softmax(sums[-1], dim=0)[label])
    pixels = (layers[0].message / model.standardise.std.double()).view(image_01.shape[-2:])
    return Backwards(layers, probabilities, label, loss, pixels)


def _linear_layers(model: FeatureClassifier) -> list[tuple[str, Tensor, Tensor]]:
    """Title, weight and bias of each, float64; none of them but the last may lack its ReLU."""
    modules = [
        module
        for _, module in layers_of(model)
        if not isinstance(module, nn.Flatten) and module is not model.standardise
    ]
    kinds = [type(module) for module in modules]
    if kinds != [nn.Linear, nn.ReLU] * (len(kinds) // 2) + [nn.Linear]:
        raise LayerImpossible(
            "The message can be written out number by number only where a network has nothing but "
            "linear layers, each but the last with a ReLU: the MLP and softmax regression."
        )
    return [
        (layer_title(module), module.weight.detach().double(), module.bias.detach().double())
        for module in modules
        if isinstance(module, nn.Linear)
    ]


def _one_hot(label: int) -> Tensor:
    return F.one_hot(torch.tensor(label), 10).double()


@dataclass(frozen=True)
class Message:
    """How much of the message arrives at a layer with weights.

    title: of the layer;  norm: ‖∂J/∂z‖₂ over all its units and places
    per_unit: norm / √(units · places): their root mean square
    """

    title: str
    norm: float
    per_unit: float


def messages(model: FeatureClassifier, image_01: Tensor, label: int) -> list[Message]:
    """Of each convolution and linear layer, from the first to the last, by autograd in float64.

    image_01: (1, 1, 28, 28); the network is in evaluation mode, so batch normalisation and dropout
    do what they do when it reads.
    """
    return [
        Message(layer.title, float(delta.norm()), float(delta.square().mean().sqrt()))
        for layer, delta in deltas_by_autograd(model, image_01, label)
    ]


@torch.inference_mode(False)
def deltas_by_autograd(
    model: FeatureClassifier, image_01: Tensor, label: int
) -> list[tuple[Layer, Tensor]]:
    """∂J/∂z of each layer of `messages`, float64, in the shape (1, …) of its outputs."""
    exact = deepcopy(model).double().eval()
    with torch.enable_grad():
        pixels = image_01.detach().clone().double().requires_grad_(True)
        layers = [la for la in trace(exact, pixels) if isinstance(la.module, nn.Conv2d | nn.Linear)]
        loss = F.cross_entropy(layers[-1].outputs, torch.tensor([label]))
        found = torch.autograd.grad(loss, [layer.outputs for layer in layers])
    return list(zip(layers, found, strict=True))
