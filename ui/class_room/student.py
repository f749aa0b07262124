"""A student's phone: write the digit that is asked for, see what is read, hand it in."""

from functools import partial

import streamlit as st
import torch

from mnist_core.classroom.asking import GOAL, next_asked
from mnist_core.classroom.keys import new_writer, spoken
from mnist_core.models.registry import DEFAULT_MODEL
from mnist_core.reading import Reading, Verdict
from mnist_core.words import a_digit
from ui.class_room.rooms import forget, go_to_room
from ui.class_room.vote import show_news
from ui.shared.digit.canvas import clear_canvas, digit_canvas
from ui.shared.digit.drawing import current_drawing
from ui.shared.digit.says import describe
from ui.shared.lesson import section
from ui.shared.process import shared_reader
from ui.shared.session.rooms import Own, act, own_of, say_refusal, shared_store

KEPT = """
What you hand in is kept **on this app's server** until your teacher deletes the room, at the latest
a day after it was opened: each digit as 28 × 28 pixels with a random number for you and the time,
and your vote on a question. No name, no account, no address. You can delete all of it at any time.
"""
SKIPPED = "class_skipped"
REFRESH_S = 3.0
"""Thirty phones ask the same server."""


def show_student(code: str) -> None:
    """First what is kept, and where; then one digit after the other."""
    own = own_of(code)
    if own.writer is None:
        st.markdown(f"You are in room **{spoken(code)}**.")
        st.markdown(KEPT)
        with st.container(horizontal=True):
            st.button("Start", type="primary", on_click=_start, args=(own,))
            st.button("Leave", on_click=go_to_room, args=("",))
        return
    _write(code)


def _start(own: Own) -> None:
    own.writer = new_writer()
    clear_canvas()


@partial(section, run_every=REFRESH_S)
def _write(code: str) -> None:
    """All of it in one part, which looks by itself for what the teacher asks.

    Streamlit may drop what a part has drawn when another one asks to be drawn at that moment. Here
    it comes again with the next look; else a digit would be handed in and the page say nothing.
    """
    writer = own_of(code).writer
    if writer is None:  # all is deleted: not this part alone, the whole page is another one now
        st.rerun()
    show_news(code, writer)
    handed_in = shared_store().handed_in(code, writer)
    skipped = st.session_state.get(SKIPPED, 0)
    asked = next_asked(writer, handed_in, skipped)
    st.header(f"Write {a_digit(asked)}, your way", anchor=False)
    picture = digit_canvas()
    reading = None if picture is None else shared_reader(DEFAULT_MODEL).read(picture)
    with st.container(key="class_reading"):
        st.markdown("The network waits for you." if reading is None else describe(reading))
    with st.container(horizontal=True, key="class_hand_in"):
        st.button(
            "Hand in", type="primary", icon=":material/send:", disabled=reading is None,
            on_click=_hand_in, args=(code, writer, asked, reading, current_drawing().revision),
        )  # fmt: skip
        st.button("Skip", icon=":material/skip_next:", on_click=_skip, args=(skipped + 1,))
    say_refusal()
    _show_progress(len(handed_in))
    with st.popover("Delete my digits", icon=":material/delete:"):
        st.markdown("All that you have handed in is deleted at once. This cannot be undone.")
        st.button("Delete them all", on_click=_take_back, args=(code, writer))
    with st.expander("What is kept?"):
        st.markdown(KEPT)


def _show_progress(count: int) -> None:
    if count < GOAL:
        st.progress(count / GOAL, f"{count} of {GOAL}")
    else:
        st.progress(1.0, f"{count} digits. Thank you! More help, too.")


def _hand_in(code: str, writer: int, asked: int, reading: Reading | None, revision: int) -> None:
    """What is no digit to the network goes behind the curtain.

    revision: of the drawing. Streamlit repeats a click whose run was broken off by another part of
    the page: a drawing that has been handed in is not there any more
    """
    if reading is None or revision != current_drawing().revision:
        return
    pixels = (reading.image[0, 0] * 255).round().to(torch.uint8)
    accepted = reading.verdict is Verdict.READ
    if act(lambda: shared_store().hand_in(code, writer, asked, pixels, accepted)):
        _skip(0)


def _skip(count: int) -> None:
    st.session_state[SKIPPED] = count
    clear_canvas()


def _take_back(code: str, writer: int) -> None:
    if act(lambda: shared_store().take_back(code, writer)):
        forget(code)
        _skip(0)
        go_to_room("")
