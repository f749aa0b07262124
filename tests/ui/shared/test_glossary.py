"""Jargon carries its gloss at its first place, and only there."""

import pytest

from ui.shared.glossary import GLOSSES, with_glosses


def abbr(term: str) -> str:
    return f'tabindex="0">{term}</abbr>'


def test_a_term_is_glossed_once_on_a_page_and_again_where_it_was_when_that_is_drawn_anew() -> None:
    given: dict[str, str] = {}
    first, second = "After ReLU, and ReLU again.", "ReLU once more."
    assert with_glosses(first, given).count(abbr("ReLU")) == 1
    assert with_glosses(second, given) == second
    assert with_glosses(first, given).count(abbr("ReLU")) == 1


@pytest.mark.parametrize("text", ["`ReLU`", "$ReLU$", "PReLU", "ReLU6", "<b title='ReLU'>"])
def test_code_formulas_and_other_words_stay_as_they_are(text: str) -> None:
    assert with_glosses(text, {}) == text


def test_the_longest_term_wins() -> None:
    given: dict[str, str] = {}
    assert abbr("batch norm") in with_glosses("after batch norm", given)
    assert abbr("batch") in with_glosses("a batch", given)
    assert abbr("epochs") in with_glosses("two epochs", given)


@pytest.mark.parametrize("term", GLOSSES)
def test_a_gloss_is_short_and_says_it_in_other_words(term: str) -> None:
    assert len(GLOSSES[term]) <= 90
    assert term.lower() not in GLOSSES[term].lower().split()
