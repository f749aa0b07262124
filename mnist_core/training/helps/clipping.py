"""Gradient clipping: a step along a gradient that is too long for once is made shorter."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

SAFE = 1e-6
"""Added to the norm, as `torch.nn.utils.clip_grad_norm_` does: a norm of 0 is nothing to divide by.

So what is clipped is shorter than the limit by that share of the norm.
"""


@dataclass(frozen=True)
class Clipped:
    """What clipping made of the gradients of a network.

    gradients: each multiplied by `factor`;  norm: of all of them together, before, ‖g‖₂
    factor: in (0, 1], 1 where nothing was clipped; NaN or 0 where the norm is no finite number
    """

    gradients: list[Tensor]
    norm: float
    factor: float


def clip_by_norm(gradients: Sequence[Tensor], most: float) -> Clipped:
    """g ← g · min(1, most / ‖g‖): shorter, in the same direction. most: above 0.

    gradients: of any shapes, left as they are; all of a network's belong together.
    Source: Pascanu, Mikolov, Bengio 2013, “On the difficulty of training recurrent neural
    networks”, algorithm 1.
    """
    norm = math.hypot(*(float(gradient.norm()) for gradient in gradients))
    factor = min(most / (norm + SAFE), 1.0) if math.isfinite(norm) else most / (norm + SAFE)
    return Clipped([gradient * factor for gradient in gradients], norm, factor)


def clip_by_value(gradients: Sequence[Tensor], most: float) -> list[Tensor]:
    """Each number cut off at ±most: in another direction, too, where only some are cut.

    Source: Goodfellow, Bengio, Courville 2016, “Deep learning”, section 10.11.1;
    `torch.nn.utils.clip_grad_value_`.
    """
    return [gradient.clamp(-most, most) for gradient in gradients]
