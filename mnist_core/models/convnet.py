"""The small convolutional network, with both kinds of dropout."""

from torch import nn

from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.dropout import ChannelDropout, Dropout


class ConvNet(FeatureClassifier):
    """Two convolutions without padding, one pooling, two linear layers: images in, logits out.

    It departs from its source, the course material that defined this project, in two places:

    - The source ends in a log-softmax, for a negative log-likelihood loss. This network returns
      logits, for a cross-entropy, which is the same function with the same gradient:
      cross_entropy(logits, y) = nll(log_softmax(logits), y) = −log softmax(logits)_y.
    - The source drops the flat features with `Dropout2d`, which is made to drop whole channels
      of (B, C, H, W). There are no channels left there, so this is plain `Dropout`.
    """

    def __init__(self, pixel_mean: float = 0.0, pixel_std: float = 1.0) -> None:
        features = nn.Sequential(
            nn.Conv2d(1, 16, kernel_size=3),  # (B, 16, 26, 26)
            nn.ReLU(),
            nn.Conv2d(16, 32, kernel_size=3),  # (B, 32, 24, 24)
            nn.ReLU(),
            nn.MaxPool2d(2),  # (B, 32, 12, 12)
            ChannelDropout(0.10),  # whole channels
            nn.Flatten(),  # (B, 4608)
            nn.Linear(4608, 64),
            nn.ReLU(),
            Dropout(0.25),  # single features
        )
        super().__init__(features, 64, pixel_mean, pixel_std)
