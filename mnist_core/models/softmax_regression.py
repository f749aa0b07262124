"""Multinomial logistic regression: one weight template per digit."""

from torch import nn

from mnist_core.models.classifier import FeatureClassifier


class SoftmaxRegression(FeatureClassifier):
    """One linear layer: images in, logits out. Row k of its weight is the template of digit k.

    The softmax of the name is in the loss (in training) and in the reader, not here.
    """

    def __init__(self, pixel_mean: float = 0.0, pixel_std: float = 1.0) -> None:
        super().__init__(nn.Flatten(), 784, pixel_mean, pixel_std)
