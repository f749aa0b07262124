"""The mistake of comparing floating-point numbers with ==: the same sum, added in two orders."""

from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

FloatName = Literal["float16", "float32", "float64"]
FLOATS: dict[FloatName, torch.dtype] = {
    "float16": torch.float16, "float32": torch.float32, "float64": torch.float64,
}  # fmt: skip
RELATIVE_TOLERANCES: dict[FloatName, float] = {"float16": 1e-3, "float32": 1.3e-6, "float64": 1e-7}
ABSOLUTE_TOLERANCES: dict[FloatName, float] = {"float16": 1e-5, "float32": 1e-5, "float64": 1e-7}
"""Of `torch.testing.assert_close`, from its documentation."""
SIDE = 3


@dataclass(frozen=True)
class TwoOrders:
    """The mean of nine pixels, added in two orders.

    forwards, backwards: (h, w), in the chosen arithmetic
    difference: forwards − backwards, float64 (h, w)
    """

    forwards: Tensor
    backwards: Tensor
    difference: Tensor

    @property
    def equal_share(self) -> float:
        """Share of the cells in which == says that both are the same."""
        return float((self.forwards == self.backwards).double().mean())

    @property
    def greatest(self) -> float:
        """The greatest difference, without its sign."""
        return float(self.difference.abs().max())

    def are_close(self, name: FloatName) -> bool:
        """Whether all cells agree as closely as `torch.testing.assert_close` asks."""
        limit = RELATIVE_TOLERANCES[name] * self.backwards.double().abs()
        return bool((self.difference.abs() <= ABSOLUTE_TOLERANCES[name] + limit).all())


def add_in_two_orders(image_01: Tensor, name: FloatName) -> TwoOrders:
    """The mean of the 3 × 3 pixels round each, of (1, 1, 28, 28) in [0, 1] with zeros round it.

    Each of the nine products is the same in both sums; only the order of adding them differs.
    """
    pixels = image_01.to(FLOATS[name])[0, 0]
    padded = F.pad(pixels, (1, 1, 1, 1))
    height, width = pixels.shape
    weight = torch.tensor(1 / SIDE**2, dtype=FLOATS[name])
    products = [
        padded[row : row + height, column : column + width] * weight
        for row in range(SIDE)
        for column in range(SIDE)
    ]
    forwards, backwards = _added(products), _added(products[::-1])
    return TwoOrders(forwards, backwards, forwards.double() - backwards.double())


def _added(terms: list[Tensor]) -> Tensor:
    total = torch.zeros_like(terms[0])
    for term in terms:
        total = total + term
    return total
