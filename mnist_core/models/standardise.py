"""Pixel statistics as part of a model, so that they travel with its weights."""

import torch
from torch import Tensor, nn


class Standardise(nn.Module):
    """(x − mean) / std, with the mean and standard deviation of the training pixels.

    They are buffers: saved with the weights, never trained.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, mean: float, std: float) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float32))
        self.register_buffer("std", torch.tensor(std, dtype=torch.float32))

    def forward(self, images_01: Tensor) -> Tensor:
        """Any shape → the same shape."""
        return (images_01 - self.mean) / self.std
