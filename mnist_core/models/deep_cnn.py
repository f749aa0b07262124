"""The deep convolutional network that reads the visitor's digit."""

from torch import nn

from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.dropout import Dropout


def _conv_block(in_channels: int, out_channels: int) -> list[nn.Module]:
    """Conv 3×3 that keeps the size → batch norm → ReLU. Batch norm's β makes a bias redundant."""
    return [
        nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    ]


def _linear_block(in_features: int, out_features: int) -> list[nn.Module]:
    return [
        nn.Linear(in_features, out_features, bias=False),
        nn.BatchNorm1d(out_features),
        nn.ReLU(),
    ]


class DeepCNN(FeatureClassifier):
    """Four convolutions, three poolings, three linear layers: images in, logits out.

    Its last layer has no softmax: the loss applies it (in training), and so does the reader.
    """

    def __init__(self, pixel_mean: float = 0.0, pixel_std: float = 1.0) -> None:
        features = nn.Sequential(
            *_conv_block(1, 32),  # (B, 32, 28, 28)
            Dropout(0.1),
            nn.MaxPool2d(2),  # (B, 32, 14, 14)
            *_conv_block(32, 64),
            Dropout(0.1),
            nn.MaxPool2d(2),  # (B, 64, 7, 7)
            *_conv_block(64, 128),
            Dropout(0.1),
            nn.MaxPool2d(2),  # (B, 128, 3, 3)
            *_conv_block(128, 128),  # (B, 128, 3, 3)
            nn.Flatten(),  # (B, 1152)
            *_linear_block(1152, 512),
            *_linear_block(512, 256),  # (B, 256)
        )
        super().__init__(features, 256, pixel_mean, pixel_std)
