"""The multi-layer perceptron: fully connected layers only."""

from torch import nn

from mnist_core.models.classifier import FeatureClassifier


class MLP(FeatureClassifier):
    """Two hidden layers of 512 ReLU units: images in, logits out."""

    def __init__(self, pixel_mean: float = 0.0, pixel_std: float = 1.0) -> None:
        features = nn.Sequential(
            nn.Flatten(),  # (B, 784)
            nn.Linear(784, 512),
            nn.ReLU(),
            nn.Linear(512, 512),
            nn.ReLU(),
        )
        super().__init__(features, 512, pixel_mean, pixel_std)
