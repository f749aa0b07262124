"""Why this answer: which pixels of a picture speak for a digit, asked in three ways."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mnist_core.data.mnist import SIDE
from mnist_core.inside.fields import Field, receptive_field
from mnist_core.inside.trace import trace
from mnist_core.layers.activations import to_probabilities
from mnist_core.models.classifier import FeatureClassifier

OCCLUSION_BATCH = 50
"""Pictures at a time: so many stay in the processor's cache."""


def probabilities_of(model: nn.Module, image_01: Tensor, temperature: float = 1.0) -> Tensor:
    """softmax(z / T) of one picture (1, 1, 28, 28): float64 (10,)."""
    with torch.inference_mode():
        return to_probabilities(model(image_01), temperature)[0]


def class_gradient(model: nn.Module, image_01: Tensor, digit: int) -> Tensor:
    """∂z_c/∂x: how much the logit of `digit` grows when a pixel gets a little more ink.

    image_01 (1, 1, 28, 28); returns (28, 28), any sign.
    Source: Simonyan, Vedaldi, Zisserman 2014, “Deep inside convolutional networks”.
    """
    pixels = image_01.detach().clone().requires_grad_(True)
    with torch.enable_grad():
        (gradient,) = torch.autograd.grad(model(pixels)[0, digit], pixels)
    return gradient[0, 0]


def gradient_times_input(gradient: Tensor, image_01: Tensor) -> Tensor:
    """x · ∂z_c/∂x, (28, 28): paper is 0, so only ink can count."""
    return gradient * image_01[0, 0]


def grad_cam(model: FeatureClassifier, image_01: Tensor, digit: int, name: str) -> Tensor:
    r"""ReLU(Σ_k α_k A_k), with α_k the mean of ∂z_c/∂A_k over the places of map k.

    name:    of a layer whose outputs A are maps (K, h, w)
    returns: (h, w), none negative: where the maps speak for `digit`
    Source: Selvaraju et al. 2017, “Grad-CAM”.
    """
    with torch.enable_grad():
        layers = trace(model, image_01.detach().clone().requires_grad_(True))
        maps = next(layer.outputs for layer in layers if layer.name == name)  # (1, K, h, w)
        (gradient,) = torch.autograd.grad(layers[-1].outputs[0, digit], maps)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)  # (1, K, 1, 1)
    return (alpha * maps.detach()).sum(dim=1).relu()[0]


def on_picture(model: FeatureClassifier, name: str, cells: Tensor) -> Tensor:
    """A map (h, w) of the layer `name`, spread over the picture: (28, 28).

    Each pixel gets the value of the cell that looks at the field whose middle is nearest. (The
    paper blends neighbouring cells.)
    """
    rows, columns = cells.shape
    fields = [receptive_field(model, name, k, k) for k in range(max(rows, columns))]
    down = torch.tensor([field.row + field.height / 2 for field in fields[:rows]])
    across = torch.tensor([field.column + field.width / 2 for field in fields[:columns]])
    return cells[_nearest(down)][:, _nearest(across)]


@dataclass(frozen=True)
class Occlusion:
    """What a network reads while a window of paper covers one part of the picture after another.

    whole:  float64 (10,), the probabilities for the picture as it is
    hidden: float64 (n, n, 10), those with the window at place (i, j)
    size:   the window's side in pixels; stride: how far it moves from place to place
    """

    whole: Tensor
    hidden: Tensor
    size: int
    stride: int

    def drop(self, digit: int) -> Tensor:
        """By how much the probability of `digit` falls: (28, 28), negative where it grows.

        Each square of stride × stride pixels has the value of the window in whose middle it is.
        """
        drops = self.whole[digit] - self.hidden[..., digit]  # (n, n)
        pixels = drops.repeat_interleave(self.stride, 0).repeat_interleave(self.stride, 1)
        return pixels[:SIDE, :SIDE]

    def strongest(self, digit: int) -> tuple[Field, Tensor]:
        """The window that costs `digit` most, and the probabilities (10,) that it leaves."""
        place = int(self.hidden[..., digit].argmin())
        row, column = divmod(place, self.hidden.shape[1])
        return window_at(row, column, self.size, self.stride), self.hidden[row, column]


def window_at(row: int, column: int, size: int, stride: int) -> Field:
    """The window at place (row, column), in pixels, cut off at the border of the picture.

    Its middle is that of a square of stride × stride pixels; where size and stride are not both
    even or both odd, it is half a pixel above and to the left of it.
    """
    top, left = (place * stride + (stride - size) // 2 for place in (row, column))
    return Field(top, left, size, size).clipped()


@torch.inference_mode()
def occlude(
    model: nn.Module, image_01: Tensor, size: int, stride: int, temperature: float = 1.0
) -> Occlusion:
    """Slide a window of paper over one picture (1, 1, 28, 28), and read it at each place.

    A window over nothing but paper changes nothing, so the network is not asked again there.
    Source: Zeiler & Fergus 2014, “Visualizing and understanding convolutional networks”.
    """
    count = -(-SIDE // stride)
    places = [(row, column) for row in range(count) for column in range(count)]
    windows = [window_at(*place, size, stride) for place in places]
    covered = torch.stack([_cover(image_01[0], window) for window in windows])
    differs = (covered != image_01).flatten(1).any(dim=1)
    batches = torch.cat([image_01, covered[differs]]).split(OCCLUSION_BATCH)
    read = to_probabilities(torch.cat([model(batch) for batch in batches]), temperature)
    hidden = read[0].expand(len(places), 10).clone()
    hidden[differs] = read[1:]
    return Occlusion(read[0], hidden.view(count, count, 10), size, stride)


def _cover(image: Tensor, window: Field) -> Tensor:
    covered = image.clone()  # (1, 28, 28)
    bottom, right = window.row + window.height, window.column + window.width
    covered[:, window.row : bottom, window.column : right] = 0
    return covered


def _nearest(middles: Tensor) -> Tensor:
    """For each of the 28 pixels the index of the middle that is nearest to its own."""
    pixels = torch.arange(SIDE) + 0.5
    return (pixels[:, None] - middles).abs().argmin(dim=1)
