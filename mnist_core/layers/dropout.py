"""Dropout, plainly: its masks, both ways to make up for what is lost, and its gradient.

The rate p is the probability to be dropped, in [0, 1). A mask is True where a value is kept.
"""

from collections.abc import Sequence

import torch
from torch import Tensor


def element_mask(shape: Sequence[int], rate: float, generator: torch.Generator) -> Tensor:
    """Which elements stay: m ~ Bernoulli(1 − p) for each on its own; bool of this shape."""
    return torch.rand(tuple(shape), generator=generator) >= rate


def channel_mask(shape: Sequence[int], rate: float, generator: torch.Generator) -> Tensor:
    """Which channels of maps (…, C, H, W) stay, one draw for each; bool (…, C, 1, 1)."""
    return element_mask((*shape[:-2], 1, 1), rate, generator)


def nested_masks(shape: Sequence[int], rates: Sequence[float], seed: int) -> Tensor:
    """A mask for each rate, from the same draws: what falls at one rate falls at all higher ones.

    Each element draws u ~ U(0, 1) once, and falls at every rate above it.
    returns: bool (rates, *shape)
    """
    draws = torch.rand(tuple(shape), generator=torch.Generator().manual_seed(seed))
    return torch.stack([draws >= rate for rate in rates])


def dropout(values: Tensor, mask: Tensor, rate: float) -> Tensor:
    """Training in the inverted form, as in PyTorch; evaluation is then x itself.

    values: any shape; mask: broadcastable to it. Returns that shape.
    Source: Srivastava et al. 2014, “Dropout”, section 10.
    """
    # x̃ = m · x / (1 − p)
    return values / (1 - rate) * mask


def original_dropout(values: Tensor, mask: Tensor) -> Tensor:
    """Training as first published: what is kept stays as it is.

    Source: Srivastava et al. 2014, section 4.
    """
    # x̃ = m · x
    return values * mask


def original_evaluation(values: Tensor, rate: float) -> Tensor:
    """Evaluation as first published: all are kept, and made smaller.

    Source: Srivastava et al. 2014, section 4, where the weights behind are made smaller instead,
    which comes to the same.
    """
    # E[m · x] = (1 − p) · x
    return values * (1 - rate)


def dropout_gradient(gradient: Tensor, mask: Tensor, rate: float) -> Tensor:
    """How the loss depends on the inputs of `dropout`, given how it depends on its outputs.

    gradient: ∂L/∂x̃, any shape. Returns ∂L/∂x, the same shape.
    """
    # ∂L/∂x = m / (1 − p) · ∂L/∂x̃
    return gradient * mask / (1 - rate)


def dropout_by_loops(values: Tensor, mask: Tensor, rate: float) -> Tensor:
    """`dropout` of one map (H, W), element by element."""
    dropped = torch.zeros_like(values)
    height, width = values.shape
    for row in range(height):
        for column in range(width):
            if mask[row, column]:
                dropped[row, column] = values[row, column] / (1 - rate)
    return dropped
