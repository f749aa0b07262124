"""A digit as one long strip of numbers, and what each operation reads from it, in which order.

Element (i, j, …) of a tensor is number offset + i·stride₀ + j·stride₁ + … of its storage. An
operation that only changes size, stride and offset gives a view: it reads the same strip. Where
that is not enough, the numbers are copied to a strip of their own.
Source: PyTorch documentation, “Tensor Views”; E. Yang 2019, “PyTorch internals”; NumPy
documentation, `ndarray.strides`, there in bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
import torch
from torch import Tensor

from mnist_core.errors import TensorImpossible


@dataclass(frozen=True)
class Operation:
    """One of OPERATIONS. code: of Python, with x for the digit (28, 28); run: the same."""

    title: str
    code: str
    run: Callable[[Tensor], Tensor]


OPERATIONS: dict[str, Operation] = {
    "digit": Operation("The digit itself", "x", lambda x: x),
    "row": Operation("One row", "x[14]", lambda x: x[14]),
    "column": Operation("One column", "x[:, 14]", lambda x: x[:, 14]),
    "every_other_row": Operation("Every other row", "x[::2]", lambda x: x[::2]),
    "every_other": Operation("Every other pixel", "x[::2, ::2]", lambda x: x[::2, ::2]),
    "crop": Operation("Cut out the middle", "x[4:24, 4:24]", lambda x: x[4:24, 4:24]),
    "diagonal": Operation("The diagonal", "x.diagonal()", lambda x: x.diagonal()),
    "transpose": Operation("Rows become columns", "x.T", lambda x: x.T),
    "permute": Operation("The same, by dimension", "x.permute(1, 0)", lambda x: x.permute(1, 0)),
    "unsqueeze": Operation("A batch of one", "x.unsqueeze(0)", lambda x: x.unsqueeze(0)),
    "expand": Operation(
        "Three times, without a copy", "x.expand(3, 28, 28)", lambda x: x.expand(3, 28, 28)
    ),
    "view_strip": Operation("In a row", "x.view(784)", lambda x: x.view(784)),
    "view_wide": Operation("14 rows of 56", "x.view(14, 56)", lambda x: x.view(14, 56)),
    "reshape": Operation("In a row, by reshape", "x.reshape(784)", lambda x: x.reshape(784)),
    "view_transposed": Operation(
        "In a row, by columns: view", "x.T.view(784)", lambda x: x.T.view(784)
    ),
    "reshape_transposed": Operation(
        "In a row, by columns: reshape", "x.T.reshape(784)", lambda x: x.T.reshape(784)
    ),
    "contiguous": Operation(
        "Columns written out", "x.T.contiguous()", lambda x: x.T.contiguous()
    ),
    "flip": Operation("Upside down", "x.flip(0)", lambda x: x.flip(0)),
    "list": Operation("Rows from a list", "x[[3, 14, 14]]", lambda x: x[[3, 14, 14]]),
    "clone": Operation("A copy", "x.clone()", lambda x: x.clone()),
}  # fmt: skip
"""In teaching order; `view_transposed` is impossible, and says why."""


@dataclass(frozen=True)
class Layout:
    """How a tensor lies in memory, and what was read from the digit's strip to make it.

    size, stride: one number for each dimension; stride: how far it is on the strip to the next
    offset:   where on its strip it begins
    is_view:  whether it reads the digit's own strip; else it has one of its own
    is_contiguous: whether its elements, the last dimension first, stand side by side on its strip
    reads:    int64 (elements,), the place on the digit's strip of each element, in their order
    """

    size: tuple[int, ...]
    stride: tuple[int, ...]
    offset: int
    is_view: bool
    is_contiguous: bool
    reads: Tensor


def layout_of(digit: Tensor, operation: Operation) -> tuple[Tensor, Layout]:
    """The result of the operation on a contiguous digit (28, 28), and how it lies in memory.

    Raises TensorImpossible where it cannot be done.
    """
    result = run(digit, operation)
    places = run(torch.arange(digit.numel()).view(digit.shape), operation)
    layout = Layout(
        tuple(result.shape),
        result.stride(),
        int(result.storage_offset()),
        shares_memory(digit, result),
        result.is_contiguous(),
        places.flatten(),
    )
    return result, layout


def run(digit: Tensor, operation: Operation) -> Tensor:
    """Its result. Raises TensorImpossible with the reason."""
    try:
        return operation.run(digit)
    except RuntimeError as error:
        raise TensorImpossible(
            f"{operation.code} is impossible: a view has one stride for each dimension, and no "
            "stride leads along these numbers in this order. reshape would copy them."
        ) from error


def shares_memory(first: Tensor, second: Tensor) -> bool:
    """Whether both read the same storage, so that a change in one is a change in the other."""
    return first.untyped_storage().data_ptr() == second.untyped_storage().data_ptr()


def contiguous_strides(size: tuple[int, ...]) -> tuple[int, ...]:
    """Those of a tensor whose numbers stand in order: each the product of all sizes after it."""
    strides: list[int] = []
    product_so_far = 1
    for count in reversed(size):
        strides.insert(0, product_so_far)
        product_so_far *= max(count, 1)
    return tuple(strides)


def storage_places(size: tuple[int, ...], stride: tuple[int, ...], offset: int) -> list[int]:
    """offset + Σ index · stride of every element, the last dimension moving fastest."""
    return [
        offset + sum(i * s for i, s in zip(index, stride, strict=True))
        for index in product(*map(range, size))
    ]


def written_into(digit: Tensor, operation: Operation, element: int, value: float) -> Tensor:
    """The digit after `value` was written into one element of the operation's result.

    A view changes the digit, a copy leaves it as it is; the digit given is left alone. An expanded
    tensor, whose elements share numbers, changes in all of them at once.
    element: its number in their order. Raises TensorImpossible.
    """
    changed = digit.clone()
    result = run(changed, operation)
    result[np.unravel_index(element, result.shape)] = value
    return changed
