"""Sums, dot products and matrix products, number by number.

Source: Goodfellow, Bengio, Courville 2016, “Deep learning”, section 2.2.
"""

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor

from mnist_core.errors import TensorImpossible
from mnist_core.words import spaced

Along = Literal["sum", "mean", "max"]


def entry_terms(first: Tensor, second: Tensor, row: int, column: int) -> Tensor:
    """The products whose sum is entry (row, column) of AB: A[row, k] · B[k, column], (inner,)."""
    return first[row] * second[:, column]


def multiply_by_loops(first: Tensor, second: Tensor) -> Tensor:
    """AB[i, j] = Σₖ A[i, k] B[k, j]: (rows, inner) and (inner, columns) → (rows, columns).

    Raises TensorImpossible.
    """
    rows, columns = product_shape(tuple(first.shape), tuple(second.shape))
    product = first.new_zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            product[i, j] = entry_terms(first, second, i, j).sum()
    return product


def product_shape(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, int]:
    """(m, n) and (n, k) → (m, k). Raises TensorImpossible with the reason."""
    if len(first) != 2 or len(second) != 2:
        raise TensorImpossible("A matrix product takes two matrices: tensors of two dimensions.")
    if first[1] != second[0]:
        raise TensorImpossible(
            f"Each row of the first has {spaced(first[1])} numbers and each column of the second "
            f"{spaced(second[0])}: they cannot be multiplied one by one."
        )
    return first[0], second[1]


def multiplications(first: tuple[int, ...], second: tuple[int, ...]) -> int:
    """How many products of two numbers a matrix product needs: m · n · k.

    Source: Golub, Van Loan 2013, “Matrix computations”, section 1.1: twice as many with the sums.
    """
    rows, columns = product_shape(first, second)
    return rows * first[1] * columns


def along_by_loops(values: Tensor, dimension: int, how: Along) -> Tensor:
    """Sum, mean or maximum of a matrix over one of its dimensions, which is then gone.

    dimension 0 runs down each column, 1 along each row; (rows, columns) → (columns,) or (rows,).
    """
    lines = values.unbind(1 - dimension)
    return torch.tensor([_REDUCE[how](line.tolist()) for line in lines], dtype=values.dtype)


def _sum(numbers: list[float]) -> float:
    total = 0.0
    for number in numbers:
        total += number
    return total


_REDUCE: dict[Along, Callable[[list[float]], float]] = {
    "sum": _sum, "mean": lambda numbers: _sum(numbers) / len(numbers), "max": max,
}  # fmt: skip
