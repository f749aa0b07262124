"""Convolution: by loops, and by shifted copies of the picture; and one window of it written out.

What networks call a convolution is a cross-correlation: the kernel is laid on the picture as it
is, where mathematicians turn it upside down and back to front first.
"""

from dataclasses import dataclass
from itertools import product

import torch.nn.functional as F
from torch import Tensor

from mnist_core.errors import LayerImpossible


@dataclass(frozen=True)
class Sliding:
    """How a kernel moves over a picture, alike along both axes; all in cells.

    padding:  zeros added before the picture (above, left) and after it (below, right)
    stride:   from one window to the next
    dilation: from one cell that a window looks at to the next
    """

    padding: tuple[int, int] = (0, 0)
    stride: int = 1
    dilation: int = 1

    def extent(self, kernel_size: int) -> int:
        """From the first cell of a window to its last, both counted: d(k − 1) + 1."""
        return self.dilation * (kernel_size - 1) + 1

    def room(self, size: int, kernel_size: int) -> int:
        """How far a window can move: n + 2p − d(k − 1) − 1; negative when it does not fit in."""
        return size + sum(self.padding) - self.dilation * (kernel_size - 1) - 1


def output_size(size: int, kernel_size: int, sliding: Sliding) -> int:
    r"""⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1, where 2p is the padding of both sides together.

    size: n, of the picture along one axis. Raises LayerImpossible.
    Source: Dumoulin, Visin 2016, “A guide to convolution arithmetic for deep learning”,
    relationship 15.
    """
    _refuse_impossible(kernel_size, sliding)
    room = sliding.room(size, kernel_size)
    if size < 1 or room < 0:
        raise LayerImpossible(
            f"The window reaches over {sliding.extent(kernel_size)} cells, but with its padding "
            f"the picture has only {size + sum(sliding.padding)}: choose a smaller kernel or "
            "dilation, or more padding."
        )
    return room // sliding.stride + 1


def same_padding(kernel_size: int, dilation: int, stride: int = 1) -> tuple[int, int]:
    """Padding before and after that keeps the size: d(k − 1) in all, an odd zero goes after.

    Raises LayerImpossible unless the stride is 1, as PyTorch does.
    """
    if stride != 1:
        raise LayerImpossible(
            f"“Same” padding keeps the size only at stride 1: at stride {stride} the window skips "
            "places, and no sensible padding makes up for them. Choose stride 1, or set the "
            "padding yourself."
        )
    total = dilation * (kernel_size - 1)
    return total // 2, total - total // 2


def pad(picture: Tensor, sliding: Sliding) -> Tensor:
    """Zeros all round: (…, H, W) → (…, H + 2p, W + 2p)."""
    return F.pad(picture, sliding.padding * 2)


def convolve_by_loops(picture: Tensor, kernels: Tensor, biases: Tensor, sliding: Sliding) -> Tensor:
    r"""y[o, i, j] = b[o] + Σ_c Σ_u Σ_v w[o, c, u, v] · x[c, i·s + u·d − p, j·s + v·d − p].

    picture: (C_in, H, W);  kernels: (C_out, C_in, k_h, k_w);  biases: (C_out,)
    returns: (C_out, H′, W′). Raises LayerImpossible.
    """
    shape = _output_shape(picture, kernels, sliding)
    s, d = sliding.stride, sliding.dilation
    padded = pad(picture, sliding)  # its cell i is the picture's cell i − p
    maps = picture.new_empty(shape)
    for o, i, j in product(*map(range, shape)):
        total = biases[o]
        for c, u, v in product(*map(range, kernels.shape[1:])):
            total = total + kernels[o, c, u, v] * padded[c, i * s + u * d, j * s + v * d]
        maps[o, i, j] = total
    return maps


def convolve(picture: Tensor, kernels: Tensor, biases: Tensor, sliding: Sliding) -> Tensor:
    r"""y[o] = b[o] + Σ_c (w[o, c] ⋆ x[c]): a sum over the input channels plus the bias.

    Shapes and errors as of `convolve_by_loops`; equal to it, and hundreds of times as fast.
    """
    return contributions(picture, kernels, sliding).sum(dim=1) + biases[:, None, None]


def contributions(picture: Tensor, kernels: Tensor, sliding: Sliding) -> Tensor:
    r"""w[o, c] ⋆ x[c]: what each input channel c adds to each output channel o.

    For each weight of a kernel the whole picture is shifted and multiplied by it, at once.
    picture: (C_in, H, W);  kernels: (C_out, C_in, k_h, k_w)
    returns: (C_out, C_in, H′, W′). Raises LayerImpossible.
    """
    c_out, height, width = _output_shape(picture, kernels, sliding)
    s, d = sliding.stride, sliding.dilation
    padded = pad(picture, sliding)
    maps = picture.new_zeros(c_out, len(picture), height, width)
    for u, v in product(*map(range, kernels.shape[2:])):
        rows = slice(u * d, u * d + (height - 1) * s + 1, s)
        columns = slice(v * d, v * d + (width - 1) * s + 1, s)
        shifted = padded[:, rows, columns]  # (C_in, H′, W′)
        maps = maps + kernels[:, :, u, v, None, None] * shifted
    return maps


def _output_shape(picture: Tensor, kernels: Tensor, sliding: Sliding) -> tuple[int, int, int]:
    if picture.shape[0] != kernels.shape[1]:
        raise LayerImpossible(
            f"These kernels look at {kernels.shape[1]} channels, "
            f"but the picture has {picture.shape[0]}."
        )
    height = output_size(picture.shape[1], kernels.shape[2], sliding)
    return kernels.shape[0], height, output_size(picture.shape[2], kernels.shape[3], sliding)


def _refuse_impossible(kernel_size: int, sliding: Sliding) -> None:
    if min(kernel_size, sliding.stride, sliding.dilation) < 1 or min(sliding.padding) < 0:
        raise LayerImpossible(
            "Kernel size, stride and dilation are whole numbers from 1 on, and padding from 0 on."
        )
