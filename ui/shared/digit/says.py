"""What the app says of a reading, in a sentence or two."""

from mnist_core.number import Number
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
    if not reading.is_answer:
        return NO_INK if reading.verdict is Verdict.NOTHING else NO_NUMBERS
    if reading.digit is None:
        return f"**Not sure**{_why_not_sure(reading)}"
    article, digit = a_digit(reading.digit).split()
    sure = percent(float(reading.probabilities[reading.digit]))
    return f"This is {article} **{digit}**. The network is {sure} sure."


def describe_number(number: Number | None) -> str:
    """Like `describe`, of one digit or of several side by side."""
    if number is None or len(number.digits) < 2:
        return describe(None if number is None else number.whole)
    chances = [float(one.reading.probabilities.max()) for one in number.digits]
    least = min(range(len(chances)), key=chances.__getitem__)
    return (
        f"These are {len(chances)} digits: **{number.text}**. Least clear is the "
        f"**{number.text[least]}**: the network is {percent(chances[least])} sure of it."
    )


def _why_not_sure(reading: Reading) -> str:
    if reading.preprocessed.problem is Problem.DOT:
        return ": hardly more than a dot. Draw larger, or with a thinner brush."
    guess = reading.clear_guess
    if guess is None:
        return " that this is a digit: none stands out."
    chance = percent(float(reading.probabilities[guess]))
    return f" that this is a digit. If it is one: **{guess}** ({chance})."
