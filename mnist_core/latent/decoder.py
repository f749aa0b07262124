"""What a map of the latent space and sliders through it show: a plane decoded, strips, an order."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from mnist_core.latent.plane import Plane
from mnist_core.models.vae import VAE


@dataclass(frozen=True)
class PlainDecoder:
    """The decoder of a VAE as plain numbers: n coordinates → 400 units → 784 pixels.

    weight1: (400, n), bias1: (400,), weight2: (784, 400), bias2: (784,)
    """

    weight1: Tensor
    bias1: Tensor
    weight2: Tensor
    bias2: Tensor

    def decode(self, coordinates: Tensor) -> Tensor:
        """Places (B, n) → pictures (B, 28, 28) in [0, 1].

        x = σ(W₂ · ReLU(W₁ · z + b₁) + b₂)
        """
        hidden = torch.relu(coordinates @ self.weight1.T + self.bias1)
        return torch.sigmoid(hidden @ self.weight2.T + self.bias2).view(-1, 28, 28)


def plain_decoder(model: VAE) -> PlainDecoder:
    """The numbers of the decoder of `model`; nobody changes them."""
    first, _, second, _ = model.decoder
    assert isinstance(first, nn.Linear)
    assert isinstance(second, nn.Linear)
    return PlainDecoder(
        first.weight.detach(), first.bias.detach(), second.weight.detach(), second.bias.detach()
    )


def planar_decoder(model: VAE, plane: Plane) -> PlainDecoder:
    """The decoder of `model` on `plane`, whose place and directions go into the first layer.

    W · (origin + a · axes[0] + b · axes[1]) + bias = (W · axesᵀ) · (a, b) + (W · origin + bias)
    """
    plain = plain_decoder(model)
    return replace(
        plain,
        weight1=plain.weight1 @ plane.axes.T,
        bias1=plain.weight1 @ plane.origin + plain.bias1,
    )


def within_reach(decoder: PlainDecoder, reach: float) -> PlainDecoder:
    """The same within ±reach, without the hidden units that no place there wakes.

    The largest value of w · z + b for |z_k| ≤ reach is reach · Σ|w_k| + b; the ReLU of a unit for
    which that is not above 0 gives 0 everywhere.
    """
    awake = reach * decoder.weight1.abs().sum(dim=1) + decoder.bias1 > 0
    return PlainDecoder(
        decoder.weight1[awake], decoder.bias1[awake], decoder.weight2[:, awake], decoder.bias2
    )


def rows_in_16_bits(weight: Tensor) -> tuple[Tensor, Tensor]:
    """A weight (n, m) in half the bytes: int16 levels (n, m) and one step for each row, (n,).

    weight ≈ levels · step. Half precision takes as many bytes and is far coarser for the largest
    weights, which matter most.
    """
    greatest = torch.iinfo(torch.int16).max
    step = weight.abs().amax(dim=1).clamp(min=1e-30) / greatest
    return (weight / step[:, None]).round().to(torch.int16), step
