"""What the visitor predicts on this page; each right answer is computed."""

from functools import partial

from torch import Tensor

from mnist_core.errors import LayerImpossible
from mnist_core.inside.batch_norm import bias_effect
from mnist_core.layers.batch_norm import batch_statistics
from ui.batch_norm.before_after import TRAIN
from ui.batch_norm.channel import chosen_channel
from ui.shared.predict import Answer, predict
from ui.shared.state import NORM_BATCH, NORM_BETA, NORM_BIAS, NORM_GAMMA, NORM_LAYER, NORM_MODE

GAMMA, BETA = 2.0, 1.0
VARIANCES = (1.0, 2.0, 4.0)
AFTER_LINEAR = 4
BIAS = 5.0
STANDS_STILL = 0.001


def ask_about_gamma(image: Tensor) -> None:
    """image: (1, 1, 28, 28), as for all questions."""
    predict(
        "gamma",
        f"In training, let γ be {GAMMA:g} and β be {BETA:g}. What is the *variance* afterwards?",
        [f"{variance:g}" for variance in VARIANCES],
        partial(find_gamma, image),
        _show_gamma,
    )


def find_gamma(image: Tensor) -> Answer:
    """The variance nearest to that of the chosen channel."""
    made = batch_statistics(chosen_channel(image).scaled(GAMMA, BETA).normalised(True))
    variance = float(made.variance)
    off = [abs(variance - each) for each in VARIANCES]
    return off.index(min(off)), (
        f"In this channel it is {variance:.4f}, and the mean {float(made.mean):.4f}: a hair less "
        "than the square of γ, for ε. So it is in every channel; in evaluation only roughly."
    )


def _show_gamma() -> None:
    NORM_MODE.set(TRAIN)
    NORM_GAMMA.set(GAMMA)
    NORM_BETA.set(BETA)


def ask_about_one(image: Tensor) -> None:
    """A batch of one after a linear layer."""
    predict(
        "batch_of_one",
        "After a linear layer your digit has one number in this channel. What comes out in "
        "training when the batch is your digit alone?",
        ["that number", "nothing: it is refused"],
        partial(find_one, image),
        _show_one,
    )


def find_one(image: Tensor) -> Answer:
    """By trying it on the layer that is shown."""
    try:
        chosen_channel(image, 1).normalised(True)
    except LayerImpossible as error:
        return 1, f"“{error}” All that would be left is β. Switch to evaluation: now it works."
    return 0, "This layer has many places for each picture, so it has a spread of its own."


def _show_one() -> None:
    NORM_LAYER.set(AFTER_LINEAR)
    NORM_BATCH.set(1)
    NORM_MODE.set(TRAIN)


def ask_about_bias(image: Tensor) -> None:
    """A constant that is added before."""
    predict(
        "bias",
        f"Add {BIAS:g} to every number before the normalisation. How much does what comes out of "
        "it change in training?",
        [f"by {BIAS:g}", "a little", "not at all, but for rounding"],
        partial(find_bias, image),
        lambda: NORM_BIAS.set(BIAS),
    )


def find_bias(image: Tensor) -> Answer:
    """Measured on the chosen channel."""
    change = bias_effect(chosen_channel(image), BIAS).in_training
    right = 2 if change < STANDS_STILL else 1 if change < BIAS / 2 else 0
    return right, f"The greatest change of any value is {change:.7f}."
