"""The multi-layer perceptron: fully connected layers only."""

from torch import Tensor, nn

from mnist_core.models.standardise import Standardise


class MLP(nn.Module):
    """Two hidden layers of 512 ReLU units: images in, logits out."""

    def __init__(self, pixel_mean: float = 0.0, pixel_std: float = 1.0) -> None:
        super().__init__()
        self.standardise = Standardise(pixel_mean, pixel_std)
        self.features = nn.Sequential(
            nn.Flatten(),  # (B, 784)
            nn.Linear(784, 512),
            nn.ReLU(),
            nn.Linear(512, 512),
            nn.ReLU(),
        )
        self.head = nn.Linear(512, 10)

    def embed(self, images_01: Tensor) -> Tensor:
        """(B, 1, 28, 28) in [0, 1] → the 512 features before the last layer, (B, 512)."""
        embedding: Tensor = self.features(self.standardise(images_01))
        return embedding

    def forward(self, images_01: Tensor) -> Tensor:
        """(B, 1, 28, 28) in [0, 1] → logits (B, 10)."""
        logits: Tensor = self.head(self.embed(images_01))
        return logits
