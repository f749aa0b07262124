"""Numbers and names as people read them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mnist_core.words import (
    a_digit,
    finely,
    in_percent,
    ordinal,
    percent,
    plainly,
    power_of_ten,
    presentable,
    spaced,
    superscript,
)


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0"), (999, "999"), (1000, "1 000"), (60_000, "60 000"), (1_234_567, "1 234 567")],
)
def test_thousands_are_set_apart(count: int, said: str) -> None:
    assert spaced(count) == said


@given(st.one_of(st.integers(-(2**53), 2**53), st.floats(allow_nan=False)))
@example(0.1)
@example(1e-06)
@example(60_000)
def test_a_number_that_is_written_plainly_comes_back_the_same(number: float) -> None:
    assert type(number)(plainly(number)) == number


@pytest.mark.parametrize(
    ("number", "said"), [(64, "64"), (1.0, "1"), (0.001, "0.001"), (0.1 + 0.2, str(0.1 + 0.2))]
)
def test_a_number_is_written_plainly_without_needless_digits(number: float, said: str) -> None:
    assert plainly(number) == said


@pytest.mark.parametrize(("exponent", "said"), [(0, "⁰"), (38, "³⁸"), (-12, "⁻¹²"), (-45, "⁻⁴⁵")])
def test_exponents_are_raised(exponent: int, said: str) -> None:
    assert superscript(exponent) == said


@pytest.mark.parametrize(
    ("share", "said"), [(0, "0.00 %"), (0.9965, "99.65 %"), (0.99996, "100.00 %"), (1, "100.00 %")]
)
def test_measured_shares_have_two_decimals(share: float, said: str) -> None:
    assert in_percent(share) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, ""),
        (1e-9, "under 0.1 %"),
        (0.0005, "0.1 %"),
        (0.9987, "99.9 %"),
        (0.99949, "99.9 %"),
        (0.9995, "over 99.9 %"),
        (1, "100.0 %"),
    ],
)
def test_a_chance_is_never_rounded_to_certainty(share: float, said: str) -> None:
    assert percent(share) == said


@given(st.text(max_size=100))
@example("../../etc/passwd")
@example("![picture](https://example.org/x.png)")
@example("<b>bold</b> $x$ `code` *and* more\n# heading")
def test_a_file_name_is_shown_without_markup_or_folders(name: str) -> None:
    shown = presentable(name)
    assert 1 <= len(shown) <= 60
    assert not set(shown) & set("/\\<>[]()*`$#!:|~^\n\r\t&")


def test_a_digit_has_its_article() -> None:
    assert [a_digit(digit) for digit in (0, 7, 8)] == ["a 0", "a 7", "an 8"]


def test_numbers_far_from_one_are_powers_of_ten() -> None:
    numbers = (3.214, 0.001, 9_999, 1.3e-12, 20_000)
    said = ["3.21", "0.001", "1e+04", "1.3\u00a0·\u00a010⁻¹²", "2.0\u00a0·\u00a010⁴"]
    assert [power_of_ten(number) for number in numbers] == said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "under 0.0001 %"),
        (1e-6, "0.00010 %"),
        (0.000314, "0.031 %"),
        (0.0099, "0.99 %"),
        (0.0999, "10.0 %"),
        (0.5, "50.0 %"),
        (0.9996, "over 99.9 %"),
    ],
)
def test_small_chances_can_be_told_apart(share: float, said: str) -> None:
    assert finely(share) == said


def test_ordinals() -> None:
    numbers = (1, 2, 3, 4, 11, 12, 13, 16, 21, 22, 103, 111)
    said = "1st 2nd 3rd 4th 11th 12th 13th 16th 21st 22nd 103rd 111th"
    assert " ".join(ordinal(number) for number in numbers) == said
