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


class StrokesUnusable(MnistLabError):
    """A text in a link is no drawing."""


class RecipeUnusable(MnistLabError):
    """Settings of a training that cannot be, or do not go together."""


class LayerImpossible(MnistLabError):
    """Settings of a layer, or what it is given, from which nothing can be computed."""


class IdxUnusable(MnistLabError):
    """An uploaded file is not the IDX file that it should be, or does not fit the others."""


class IdxIncomplete(IdxUnusable):
    """Nothing is wrong with the uploaded files, but one is still missing."""


class IdxTooMuch(IdxUnusable):
    """These are more files, or more bytes, than any set that can be used has."""


class LatentImpossible(MnistLabError):
    """What is asked for is not a place, or not a way, in the latent space."""


class TrainingDiverged(MnistLabError):
    """The loss is no longer a finite number."""


class TrainingStopped(MnistLabError):
    """Somebody ended a training by Ctrl-C; all that it had done is saved."""
