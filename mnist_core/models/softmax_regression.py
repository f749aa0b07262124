"""Multinomial logistic regression: one weight template per digit."""

from torch import Tensor, nn

from mnist_core.models.standardise import Standardise


class SoftmaxRegression(nn.Module):
    """One linear layer: images in, logits out. Row k of its weight is the template of digit k.

    The softmax of the name is in the loss (in training) and in the reader, not here.
    """

    def __init__(self, pixel_mean: float = 0.0, pixel_std: float = 1.0) -> None:
        super().__init__()
        self.standardise = Standardise(pixel_mean, pixel_std)
        self.flatten = nn.Flatten()
        self.head = nn.Linear(784, 10)

    def forward(self, images_01: Tensor) -> Tensor:
        """(B, 1, 28, 28) in [0, 1] → logits (B, 10)."""
        logits: Tensor = self.head(self.flatten(self.standardise(images_01)))
        return logits
