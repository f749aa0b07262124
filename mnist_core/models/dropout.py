"""Dropout whose masks come from a generator of one's own, so that a training can be repeated."""

import torch
from torch import Tensor, nn


class Dropout(nn.Dropout):
    """As torch's: in training each element becomes 0 with probability p, the rest × 1 / (1 − p).

    generator: of the masks, on the device of the images; None is torch's own, which all of a
               process's trainings share
    Source: Srivastava et al. 2014, “Dropout”, in the inverted form.
    """

    generator: torch.Generator | None = None

    def to_mask(self, values: Tensor) -> Tensor:
        """What the mask is for: each of its elements gets a draw."""
        return values

    def forward(self, values: Tensor) -> Tensor:
        """Any shape → the same shape."""
        if not self.training or self.p == 0:
            return values
        if self.p == 1:
            return values * 0
        return values * draw_mask(self.to_mask(values), self.p, self.generator).div_(1 - self.p)


class ChannelDropout(Dropout):
    """Whole channels of (B, C, H, W) become 0, as in torch's Dropout2d."""

    def to_mask(self, values: Tensor) -> Tensor:
        """One draw for each channel of each picture, (B, C, 1, 1)."""
        return values[..., :1, :1]


def draw_mask(values: Tensor, p: float, generator: torch.Generator | None) -> Tensor:
    """0 with probability p and else 1, in the shape, type and memory order of `values`.

    p: in [0, 1), to the nearest 1/65 536: each draw is 16 random bits, four of them from one
       number. A number for each draw took a third of a whole training step of `deep_cnn`.
    """
    count = values.numel()
    numbers = torch.empty(-(-count // 4), dtype=torch.int64, device=values.device)
    bits = numbers.random_(-(2**63), None, generator=generator).view(torch.int16)[:count]
    mask = torch.empty_like(values)
    in_memory = mask.as_strided((count,), (1,))
    in_memory.copy_(bits >= min(round(p * 2**16), 2**16 - 1) - 2**15)
    return mask


def draw_masks_from(model: nn.Module, generator: torch.Generator) -> None:
    """Let every dropout in `model` draw from `generator`."""
    for module in model.modules():
        if isinstance(module, Dropout):
            module.generator = generator
