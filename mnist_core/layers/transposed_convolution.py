"""Transposed convolution: each cell of the picture stamps the kernel, and stamps add up.

It runs the way of a convolution backwards: where that gathers a window into a cell, this spreads a
cell over a window. It undoes the sizes of a convolution, not its values.
Source: Dumoulin, Visin 2016, “A guide to convolution arithmetic for deep learning”, chapter 4.
"""

from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor

from mnist_core.errors import LayerImpossible


@dataclass(frozen=True)
class Stamping:
    """How the kernel is stamped, alike along both axes; all in cells.

    stride:   from one stamp to the next
    padding:  rows and columns taken off the result, on every side
    dilation: from one cell of a stamp to the next
    output_padding: rows and columns more, below and to the right alone, that no sum need reach
    """

    stride: int = 1
    padding: int = 0
    dilation: int = 1
    output_padding: int = 0


def transposed_size(size: int, kernel_size: int, stamping: Stamping) -> int:
    """(n − 1)s − 2p + d(k − 1) + output_padding + 1. size: n, of the picture along one axis.

    Raises LayerImpossible.
    Source: Dumoulin, Visin 2016, relationship 14, whose k is d(k − 1) + 1 here.
    """
    s, p, d = stamping.stride, stamping.padding, stamping.dilation
    _refuse_impossible(size, kernel_size, stamping)
    found = (size - 1) * s - 2 * p + d * (kernel_size - 1) + stamping.output_padding + 1
    if found < 1:
        raise LayerImpossible(
            f"A padding of {p} takes all stamps away: choose less, or a larger kernel or stride."
        )
    return found


def output_padding_for(size: int, kernel_size: int, stamping: Stamping) -> int:
    """The output padding with which the result has the size that a convolution came from.

    At stride s, s sizes of picture lead to one size of result; size: n, of the one that is meant.
    (n + 2p − d(k − 1) − 1) mod s. Source: Dumoulin, Visin 2016, the a of relationship 14.
    """
    reach = stamping.dilation * (kernel_size - 1) + 1
    return (size + 2 * stamping.padding - reach) % stamping.stride


def stamp(picture: Tensor, kernels: Tensor, row: int, column: int, stamping: Stamping) -> Tensor:
    """What the cell at (row, column), in all input channels, adds to the result (C_out, H′, W′).

    Shapes and errors as of `transposed_convolve`.
    """
    alone = torch.zeros_like(picture)
    alone[:, row, column] = picture[:, row, column]
    return transposed_convolve(alone, kernels, kernels.new_zeros(kernels.shape[1]), stamping)


def stamp_first(picture: Tensor, kernels: Tensor, count: int, stamping: Stamping) -> Tensor:
    """What the first `count` cells, row by row, have made of the result together (C_out, H′, W′).

    Shapes and errors as of `transposed_convolve`.
    """
    done = picture.clone()
    done.flatten(1)[:, count:] = 0
    return transposed_convolve(done, kernels, kernels.new_zeros(kernels.shape[1]), stamping)


def transposed_convolve(
    picture: Tensor, kernels: Tensor, biases: Tensor, stamping: Stamping
) -> Tensor:
    """y[o, i·s + u·d − p, j·s + v·d − p] = b[o] + Σ x[c, i, j] · w[c, o, u, v], over all that meet.

    picture: (C_in, H, W);  kernels: (C_in, C_out, k_h, k_w), input first;  biases: (C_out,)
    returns: (C_out, H′, W′). Raises LayerImpossible.
    Source: Dumoulin, Visin 2016, section 4.1: the transposed matrix of a convolution.
    """
    if len(picture) != len(kernels):
        raise LayerImpossible(
            f"These kernels stamp for {len(kernels)} channels, but the picture has {len(picture)}."
        )
    (height, width), (rows, columns) = picture.shape[1:], kernels.shape[2:]
    shape = [transposed_size(n, k, stamping) for n, k in ((height, rows), (width, columns))]
    s, p, d = stamping.stride, stamping.padding, stamping.dilation
    # with the padding still on, so that its cell i is the result's cell i − p
    canvas = picture.new_zeros(kernels.shape[1], *(size + 2 * p for size in shape))
    for u, v in product(range(rows), range(columns)):
        stamped = torch.einsum("chw,co->ohw", picture, kernels[:, :, u, v])
        down = slice(u * d, u * d + (height - 1) * s + 1, s)
        across = slice(v * d, v * d + (width - 1) * s + 1, s)
        canvas[:, down, across] += stamped
    return canvas[:, p : p + shape[0], p : p + shape[1]] + biases[:, None, None]


def _refuse_impossible(size: int, kernel_size: int, stamping: Stamping) -> None:
    s, d, extra = stamping.stride, stamping.dilation, stamping.output_padding
    if min(size, kernel_size, s, d) < 1 or min(stamping.padding, extra) < 0:
        raise LayerImpossible(
            "Kernel size, stride and dilation are whole numbers from 1 on, and paddings from 0 on."
        )
    if extra >= max(s, d):
        raise LayerImpossible(
            f"An output padding of {extra} must be less than the stride or the dilation: it only "
            "says which of the sizes is meant that a convolution makes alike."
        )
