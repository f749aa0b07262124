"""Everything that can go wrong in a way that a reader can do something about.

The message of each error is a sentence (or two) that a page may show as it is:
what happened, and what to do.
"""


class MnistLabError(Exception):
    """Base of all errors that `mnist_core` raises on purpose."""


class DataUnavailable(MnistLabError):
    """A data set is missing, truncated or altered, or could not be downloaded."""


class WeightsUnusable(MnistLabError):
    """A weight file or its card is missing, truncated, altered, or of another network."""


class PictureUnusable(MnistLabError):
    """An array or an uploaded file is not a picture that can be read."""


class RecipeUnusable(MnistLabError):
    """Settings of a training that cannot be, or do not go together."""


class LayerImpossible(MnistLabError):
    """Settings of a layer, or what it is given, from which nothing can be computed."""
