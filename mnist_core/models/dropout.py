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

    def mask_shape(self, values: Tensor) -> torch.Size:
        """One draw for each element."""
        return values.shape

    def forward(self, values: Tensor) -> Tensor:
        """Any shape → the same shape."""
        if not self.training or self.p == 0:
            return values
        kept = 1 - self.p
        mask = values.new_empty(self.mask_shape(values)).bernoulli_(kept, generator=self.generator)
        return values * mask.div_(kept) if kept else values * 0


class ChannelDropout(Dropout):
    """Whole channels of (B, C, H, W) become 0, as in torch's Dropout2d."""

    def mask_shape(self, values: Tensor) -> torch.Size:
        """One draw for each channel of each picture."""
        return torch.Size((*values.shape[:2], 1, 1))


def draw_masks_from(model: nn.Module, generator: torch.Generator) -> None:
    """Let every dropout in `model` draw from `generator`."""
    for module in model.modules():
        if isinstance(module, Dropout):
            module.generator = generator
