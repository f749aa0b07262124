"""What the classifiers have in common: standardise → features → head."""

import torch
from torch import Tensor, nn


class FeatureClassifier(nn.Module):
    """Standardised images → features → logits.

    features:   any module that turns (B, 1, 28, 28) into (B, feature_count)
    pixel_mean, pixel_std: of the training pixels on the [0, 1] scale
    """

    def __init__(
        self, features: nn.Module, feature_count: int, pixel_mean: float, pixel_std: float
    ) -> None:
        super().__init__()
        self.standardise = Standardise(pixel_mean, pixel_std)
        self.features = features
        self.head = nn.Linear(feature_count, 10)

    def embed(self, images_01: Tensor) -> Tensor:
        """(B, 1, 28, 28) in [0, 1] → the features before the last layer, (B, feature_count)."""
        embedding: Tensor = self.features(self.standardise(images_01))
        return embedding

    def forward(self, images_01: Tensor) -> Tensor:
        """(B, 1, 28, 28) in [0, 1] → logits (B, 10)."""
        logits: Tensor = self.head(self.embed(images_01))
        return logits


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
