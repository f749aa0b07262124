"""Kernels to try on a digit, the windows that they slide over, and colours as channels."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from mnist_core.errors import LayerImpossible
from mnist_core.layers.convolution import (
    Sliding,
    contributions,
    convolve,
    output_size,
    pad,
    same_padding,
)

LARGEST_WEIGHT = 1000.0
UPRIGHT = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]) / 4
"""Right against left: large on upright edges (Sobel)."""


@dataclass(frozen=True)
class Kernel:
    """A kernel for one channel. weights: float32 (k, k); bias: added to every sum."""

    weights: Tensor
    bias: float = 0.0

    @property
    def size(self) -> int:
        """Rows, and columns."""
        return len(self.weights)

    def over(self, picture: Tensor, sliding: Sliding) -> Tensor:
        """The convolution with a picture (H, W): (H′, W′). Raises LayerImpossible."""
        bias = torch.tensor([self.bias])
        return convolve(picture[None], self.weights[None, None], bias, sliding)[0]

    def resized(self, size: int) -> "Kernel":
        """The same with its centre kept: zeros are added all round, or the border is cut off."""
        before = _centre(size) - _centre(self.size)
        after = size - self.size - before
        return Kernel(F.pad(self.weights, (before, after) * 2), self.bias)


@dataclass(frozen=True)
class Window:
    """One position of the kernel, and the output cell that it makes.

    row, column: of the output cell
    top, left:   of the window's first cell in the padded picture
    inputs:      (k, k) what lies under the kernel
    weights:     (k, k) of the kernel
    bias:        of the kernel
    """

    row: int
    column: int
    top: int
    left: int
    inputs: Tensor
    weights: Tensor
    bias: float

    @property
    def products(self) -> Tensor:
        """(k, k) each input times the weight that lies on it."""
        return self.inputs * self.weights

    @property
    def row_sums(self) -> list[float]:
        """The sum of the products in each row."""
        sums: list[float] = self.products.sum(dim=1).tolist()
        return sums

    @property
    def output(self) -> float:
        """The sum of all products plus the bias."""
        return float(self.products.sum()) + self.bias


def window_at(picture: Tensor, kernel: Kernel, sliding: Sliding, position: int) -> Window:
    """The window that makes the output cell number `position`, counted row by row from 0.

    picture: (H, W). Raises LayerImpossible.
    """
    width = output_size(picture.shape[1], kernel.size, sliding)
    row, column = divmod(position, width)
    top, left = row * sliding.stride, column * sliding.stride
    reach, step = sliding.extent(kernel.size), sliding.dilation
    inputs = pad(picture, sliding)[top : top + reach : step, left : left + reach : step]
    return Window(row, column, top, left, inputs, kernel.weights, kernel.bias)


def position_at(down: float, right: float, height: int, width: int) -> int:
    """The number of the cell at these shares, in [0, 1), of a map's height and width."""
    return int(down * height) * width + int(right * width)


def position_over(
    down: float, right: float, size: tuple[int, int], kernel_size: int, sliding: Sliding
) -> int:
    """The number of the window whose middle is nearest to a place in the padded picture.

    down, right: the place, as shares in [0, 1) of the padded picture's height and width
    size:        rows and columns of the picture without its padding. Raises LayerImpossible.
    """
    numbers = []
    for share, cells in zip((down, right), size, strict=True):
        middle = (sliding.extent(kernel_size) - 1) / 2
        place = int(share * (cells + sum(sliding.padding)))
        last = output_size(cells, kernel_size, sliding) - 1
        numbers.append(min(max(round((place - middle) / sliding.stride), 0), last))
    return numbers[0] * output_size(size[1], kernel_size, sliding) + numbers[1]


def _centre(size: int) -> int:
    """Where “same” padding lays the kernel on the cell that it makes: left of an even middle."""
    return (size - 1) // 2


def identity(size: int) -> Tensor:
    """1 in the middle: leaves every cell as it is."""
    weights = torch.zeros(size, size)
    weights[_centre(size), _centre(size)] = 1
    return weights


def blur(size: int) -> Tensor:
    """1/k² everywhere: the mean of all cells under the kernel."""
    return torch.full((size, size), 1 / size**2)


def sharpen(size: int) -> Tensor:
    """2 · identity − blur: adds what a blur would take away."""
    return 2 * identity(size) - blur(size)


def edges(size: int) -> Tensor:
    """k² · identity − 1: the differences between a cell and all the others, added up."""
    return size**2 * identity(size) - 1


def emboss(size: int) -> Tensor:
    """(u − c) + (v − c), and 1 in the middle c: lower right against upper left."""
    steps = torch.arange(size) - _centre(size)
    return steps[:, None] + steps + identity(size)


PRESETS: dict[str, Callable[[int], Tensor]] = {
    "Identity": identity,
    "Blur": blur,
    "Sharpen": sharpen,
    "Edges": edges,
    "Emboss": emboss,
}


def read_kernel(texts: Sequence[str]) -> Kernel:
    """A kernel from what people write: its weights row by row, then its bias.

    Raises LayerImpossible for what is no number, or too large.
    """
    *weights, bias = (_read_number(text) for text in texts)
    size = math.isqrt(len(weights))
    if size < 1 or size**2 != len(weights):
        raise LayerImpossible("A kernel is square: it has as many rows as columns.")
    return Kernel(torch.tensor(weights).reshape(size, size), bias)


@dataclass(frozen=True)
class ChannelSums:
    """A convolution of several channels, taken apart.

    channels:      (C_in, H, W) the picture
    kernels:       (C_out, C_in, k, k)
    biases:        (C_out,)
    contributions: (C_out, C_in, H, W)
    outputs:       (C_out, H, W): Σ over C_in of the contributions, plus the bias
    """

    channels: Tensor
    kernels: Tensor
    biases: Tensor
    contributions: Tensor
    outputs: Tensor

    @property
    def parameter_count(self) -> int:
        """C_out · C_in · k² weights and C_out biases."""
        return self.kernels.numel() + self.biases.numel()

    def cell(self, position: int) -> tuple[int, int]:
        """Row and column of cell number `position`."""
        return divmod(position, self.outputs.shape[2])


def sum_channels(picture: Tensor, c_in: int, c_out: int, first_bias: float) -> ChannelSums:
    """The first channels of a colour picture, under the first of COLOUR_KERNELS.

    picture:    (3, H, W)
    c_in:       1 … 3;  c_out: 1 … 4
    first_bias: of output channel 1; the others have 0
    """
    channels, kernels = picture[:c_in], COLOUR_KERNELS[:c_out, :c_in]
    biases = torch.zeros(c_out)
    biases[0] = first_bias
    sliding = Sliding(same_padding(kernels.shape[-1], 1))
    parts = contributions(channels, kernels, sliding)
    return ChannelSums(
        channels, kernels, biases, parts, convolve(channels, kernels, biases, sliding)
    )


def tinted(image_01: Tensor) -> Tensor:
    """A grey picture (H, W) in red, green and blue: (3, H, W), red at the top and blue below.

    Red is x · (1 − t), green is x / 2 and blue is x · t, where t grows from 0 to 1 downwards.
    """
    t = torch.linspace(0, 1, len(image_01))[:, None]
    return torch.stack([image_01 * (1 - t), image_01 / 2, image_01 * t])


COLOUR_KERNELS = torch.stack(
    [
        identity(3).expand(3, 3, 3),
        torch.tensor([1.0, 0.0, -1.0])[:, None, None] * identity(3),
        UPRIGHT.expand(3, 3, 3),
        torch.tensor([0.0, 0.0, 1.0])[:, None, None] * edges(3) / 4,
    ]
)
"""(4, 3, 3, 3): brightness, red against blue, upright edges, outlines of blue."""


def _read_number(text: str) -> float:
    """“0.5”, “0,5”, “−1” or “1/9”."""
    top, *bottom = text.strip().replace(",", ".").replace("−", "-").split("/")
    try:
        value = float(top) / (math.prod(float(part) for part in bottom))
    except (ValueError, ZeroDivisionError):
        value = math.nan
    if not abs(value) <= LARGEST_WEIGHT:
        raise LayerImpossible(
            f"“{text.strip()[:12]}” cannot stand in a kernel: write a number up to "
            f"{LARGEST_WEIGHT:g}, such as 0.5, −1 or 1/9. Until then the kernel stays as it was."
        )
    return value
