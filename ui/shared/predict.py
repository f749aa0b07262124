"""Predict, then look: a question whose right answer is computed when somebody has guessed."""

import html
from collections.abc import Callable, Sequence

import streamlit as st

from ui.shared.figures.colours import CHOSEN, WRONG
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.state import guess_of
from ui.shared.to_class import offer_to_class
from ui.shared.widgets import guess

Answer = tuple[int | None, str]
"""Which of the answers is right, from 0, and what is seen, in Markdown, with its numbers.

None while what is asked about has not happened yet: then the text says how far it is.
"""


def predict(
    key: str,
    question: str,
    answers: Sequence[str],
    look: Callable[[], Answer],
    do: Callable[[], None] | None = None,
    *,
    every_s: float | None = None,
) -> None:
    """One question with two to four answers, of which `look` finds the right one.

    key:  of the guess in the session
    look: asks the live network or formula; called after a guess, and anew in every run after it,
          so that the answer follows what the page shows
    do:   shows in the page what is asked about, such as by moving its sliders
    every_s: how often to look again by itself, for what goes on; None for never
    """
    with st.container(key=f"predict_{key}", border=True):
        say(f"**Predict, then look.** {question}")
        chosen = guess(guess_of(key), "Your guess", answers, on_change=do)
        section(_reveal, every_s)(answers, chosen, look)
        offer_to_class(key, question, answers, look)


def _reveal(answers: Sequence[str], chosen: int | None, look: Callable[[], Answer]) -> None:
    place = st.empty()
    place.html(_live(""))
    if chosen is not None:
        right, seen = look()
        place.html(_live(_marked(answers, chosen, right)))
        say(seen)


def _live(inside: str) -> str:
    return f'<div role="status" aria-live="polite" class="guessed">{inside}</div>'


def _marked(answers: Sequence[str], chosen: int, right: int | None) -> str:
    """Each answer: the chosen one framed, the right one with ✓, a wrong guess red with ✗."""
    return "".join(
        f'<span style="{_look_of(index, chosen, right)}">{html.escape(answer)}'
        f"{_mark(index, chosen, right)}</span>"
        for index, answer in enumerate(answers)
    )


def _mark(index: int, chosen: int, right: int | None) -> str:
    if index == right:
        return " ✓"
    return " ✗" if index == chosen and right is not None else ""


def _look_of(index: int, chosen: int, right: int | None) -> str:
    frame = CHOSEN if index == chosen else "transparent"
    colour = f";color:{WRONG}" if _mark(index, chosen, right) == " ✗" else ""
    weight = ";font-weight:700" if index == right else ""
    return (
        f"display:inline-block;padding:.25rem .6rem;border:2px solid {frame};"
        f"border-radius:.6rem{colour}{weight}"
    )
