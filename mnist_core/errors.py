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


class ExpressionUnusable(MnistLabError):
    """A text that is no expression, or one that has no value, or no gradient, at these numbers."""


class TensorImpossible(MnistLabError):
    """Tensors of these shapes, or this layout in memory, do not allow what is asked for."""


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


class ClassRefused(MnistLabError):
    """What a class's room does not do; its kinds follow."""


class RoomUnknown(ClassRefused):
    """No room has that code, or it has ended."""


class NotTheTeacher(ClassRefused):
    """Only who holds the room's secret, or its passphrase, may do that."""


class TooMany(ClassRefused):
    """A bound is reached: of a writer, of a room or of the whole server."""


class TooFast(ClassRefused):
    """More often than once in a while; a little later it is possible again."""


class EntryUnusable(ClassRefused):
    """A code, number or text that cannot be what it should be."""


class StoreUnavailable(ClassRefused):
    """The database of the rooms cannot be reached, or does not answer in time."""


class TooFew(ClassRefused):
    """There are not enough digits, or not enough writers, for what is asked."""
