"""A question of a page, put on the wall of the class that this session teaches."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from mnist_core.classroom.votes import Question
from mnist_core.errors import EntryUnusable
from ui.shared.session.rooms import attempt, own_of, say_refusal, shared_store, taught_room

NOT_YET = "What is asked about has not happened yet. Let it happen here first, then ask the class."


def offer_to_class(
    key: str, text: str, answers: Sequence[str], look: Callable[[], tuple[int | None, str]]
) -> None:
    """A button for the teacher of a room; nothing for all others.

    look: finds the right answer and what is seen; asked when the button is pressed
    """
    if code := taught_room():
        st.button(
            "Ask the class", icon=":material/how_to_vote:", key=f"ask_class_{key}",
            on_click=attempt, args=(partial(ask_class, code, text, answers, look),),
        )  # fmt: skip
        say_refusal()


def ask_class(
    code: str, text: str, answers: Sequence[str], look: Callable[[], tuple[int | None, str]]
) -> None:
    """Put it on the wall, the right answer hidden. Raises what the store refuses."""
    right, says = look()
    if right is None:
        raise EntryUnusable(NOT_YET)
    shared_store().votes.ask(code, own_of(code).secret, Question(text, answers, right, says))
    st.toast("Your class can vote on it now.", icon=":material/how_to_vote:")
