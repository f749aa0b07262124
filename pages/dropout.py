"""Dropout: values that fall out at random, and what many such accidents say together."""

from mnist_core.data.mnist import mnist_is_here
from mnist_core.inside.dropout import predict_with_masks
from mnist_core.layers.dropout import (
    channel_mask,
    dropout,
    dropout_by_loops,
    dropout_gradient,
    element_mask,
    original_dropout,
    original_evaluation,
)
from ui.dropout.conventions import conventions
from ui.dropout.maps import on_maps
from ui.dropout.modes import modes
from ui.dropout.sparser import sparser
from ui.dropout.study import study
from ui.dropout.uncertainty import everything_awake, spread
from ui.shared.digit.choose import choose_digit
from ui.shared.lesson import close_lesson, open_lesson
from ui.shared.tour.stops import DROPOUT

ANSWERS = """
What happens to a picture, and to a network, when some of its numbers are set to 0 at random? Does
a network that learns like that answer better, and why? And how can it tell how sure it is?
"""
IN_THE_MEAN = (
    "In *Two conventions*, move *Masks* from 1 to 1000.",
    "a digit full of holes turns into the digit itself. In the table the means come near to what "
    "eval mode gives, about as near as their ± says, in both conventions.",
)
HARD_DIGITS = (
    "Choose test digit 4761, a 9, with the *Small CNN*; then test digit 9664, a 2, with the "
    "*Deep CNN*.",
    "on the first the masks split between 4, 8 and 9. On the second nearly all of them agree on "
    "7 and are wrong: that they agree is no proof.",
)
HIGH_RATES = (
    "With the *Small CNN* and a digit drawn by the program, switch off *The rates that it was "
    "trained with* and move p from 0.3 to 0.9.",
    "at 0.3 all masks agree. At 0.9 they name nearly all of the ten digits, and the entropy is not "
    "far from its greatest value.",
)
ALL_AWAKE = (
    "Ask the *Deep CNN* with 100 masks, then switch on *And if the whole network were in train "
    "mode?*",
    "a clear digit, on which all masks agree while dropout alone is awake, is then read as just "
    "about anything.",
)

open_lesson(DROPOUT, ANSWERS)
shown = choose_digit()

sparser(shown)
on_maps(shown)
modes(shown)
conventions(shown)
study()
spread(shown)
everything_awake(shown)
close_lesson(
    [IN_THE_MEAN, HARD_DIGITS if mnist_is_here() else HIGH_RATES, ALL_AWAKE],
    element_mask, channel_mask, dropout, original_dropout, original_evaluation,
    dropout_gradient, dropout_by_loops, predict_with_masks,
)  # fmt: skip
