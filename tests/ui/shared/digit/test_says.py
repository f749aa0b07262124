"""What the app says of a reading."""

from dataclasses import replace

import numpy as np
import pytest

from mnist_core.pictures.own_digits import DIGITS, on_canvas
from mnist_core.pictures.preprocessing import Problem
from mnist_core.reading import Reading, Verdict, read_digit
from tests.digits import NO_INK
from ui.draw.answer import answer_of
from ui.shared.digit.says import NO_INK as NO_INK_FOUND
from ui.shared.digit.says import NOTHING_YET, describe


def unsure(lead: float) -> Reading:
    """A reading that is not sure, with a 3 that leads by so much, and a 5 behind it."""
    probabilities = np.full(10, 0.0)
    probabilities[[3, 5]] = (1 + lead) / 2, (1 - lead) / 2
    read = read_digit(on_canvas(DIGITS[3]))
    return replace(read, digit=None, verdict=Verdict.NOT_SURE, probabilities=probabilities)


def test_a_digit_is_named_with_how_sure_the_network_is() -> None:
    assert describe(read_digit(on_canvas(DIGITS[8]))).startswith("This is an **8**. The network is")


@pytest.mark.parametrize(("lead", "shown"), [(0.4, False), (0.6, True)])
def test_a_guess_is_shown_only_where_one_stands_out(lead: float, shown: bool) -> None:
    reading = unsure(lead)
    said = describe(reading)
    assert said.startswith("**Not sure**")
    assert ("**3**" in said) == shown
    assert "**5**" not in said
    assert answer_of(reading)["best"] == (3 if shown else None)


def test_a_dot_is_asked_to_be_larger_and_no_guess_is_made() -> None:
    reading = unsure(0.9)
    dot = replace(reading, preprocessed=replace(reading.preprocessed, problem=Problem.DOT))
    assert "hardly more than a dot" in describe(dot)
    assert "3" not in describe(dot)
    assert answer_of(dot)["best"] is None


def test_empty_is_not_the_same_as_not_sure() -> None:
    nothing, empty = None, read_digit(on_canvas(NO_INK))
    assert (describe(nothing), describe(empty)) == (NOTHING_YET, NO_INK_FOUND)
    assert answer_of(nothing) == answer_of(empty)
    assert answer_of(empty)["state"] != answer_of(unsure(0.4))["state"]
    assert answer_of(empty)["sign"] != answer_of(unsure(0.4))["sign"]
