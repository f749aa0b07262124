"""What the app says of a reading, in a sentence or two."""

from mnist_core.pictures.preprocessing import Problem
from mnist_core.reading import Reading, Verdict
from mnist_core.words import a_digit, percent

NOTHING_YET = "Nothing to read yet."
NO_INK = (
    "No ink found. The picture should show one digit, clearly darker or lighter than what is "
    "around it: crop it to that."
)
NO_NUMBERS = (
    "**No answer.** What the network computes for this picture are no finite numbers, so nothing "
    "can be read out of them. Its training has probably diverged."
)


def describe(reading: Reading | None) -> str:
    """For the reader, as Markdown; a guess only where one digit stands out."""
    if reading is None:
        return NOTHING_YET
    if reading.verdict is Verdict.NOTHING:
        return NO_INK
    if reading.verdict is Verdict.NO_NUMBERS:
        return NO_NUMBERS
    if reading.digit is not None:
        article, digit = a_digit(reading.digit).split()
        sure = percent(float(reading.probabilities[reading.digit]))
        return f"This is {article} **{digit}**. The network is {sure} sure."
    if reading.preprocessed.problem is Problem.DOT:
        return "**Not sure**: hardly more than a dot. Draw larger, or with a thinner brush."
    guess = reading.outstanding
    if guess is None:
        return "**Not sure** that this is a digit: none stands out."
    chance = percent(float(reading.probabilities[guess]))
    return f"**Not sure** that this is a digit. If it is one: **{guess}** ({chance})."
