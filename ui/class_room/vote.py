"""A vote: large answers on the phones, bars on the wall, then what the model says."""

from functools import partial

import streamlit as st

from mnist_core.classroom.votes import Poll
from mnist_core.data.mnist import to_images_01
from ui.class_room.figures import vote_bars
from ui.class_room.offer import offer_network
from ui.shared.figures.html import picture
from ui.shared.lesson import section
from ui.shared.session.rooms import attempt, own_of, say_refusal, shared_store

WALL_S = 2.0
HOW_TO_ASK = """
Let the class vote: choose a picture on the wall and press **Ask what it reads**, or open a lesson
and press **Ask the class** under one of its questions.
"""
PHONE_PX, WALL_PX = 96, 200


@partial(section, run_every=WALL_S)
def show_vote(code: str) -> None:
    """On the teacher's wall: the question, its bars as the class votes, and what ends it."""
    say_refusal()
    poll = shared_store().votes.poll(code)
    if poll is None:
        return
    with st.container(border=True, key="class_vote"):
        st.header("What do you think?", anchor=False)
        _show_question(poll, WALL_PX)
        st.html(vote_bars(poll))
        if poll.is_revealed:
            st.markdown(poll.says)
        votes, secret = shared_store().votes, own_of(code).secret
        with st.container(horizontal=True):
            st.button(
                "What does the model say?", type="primary", disabled=poll.is_revealed,
                on_click=attempt, args=(partial(votes.reveal, code, secret),),
            )  # fmt: skip
            st.button(
                "Take it off the wall", on_click=attempt, args=(partial(votes.end, code, secret),)
            )


def show_news(code: str, writer: int) -> None:
    """On a phone: what the teacher asks or offers."""
    poll = shared_store().votes.poll(code, writer)
    if poll is not None:
        with st.container(border=True, key="class_ballot"):
            _show_ballot(code, writer, poll)
    offer_network(code)


def _show_ballot(code: str, writer: int, poll: Poll) -> None:
    _show_question(poll, PHONE_PX)
    votes = shared_store().votes
    for index, answer in enumerate(poll.answers):
        st.button(
            f"{answer}{_mark(poll, index)}", key=f"vote_{poll.number}_{index}", width="stretch",
            type="primary" if index == poll.mine else "secondary", disabled=poll.is_revealed,
            on_click=attempt, args=(partial(votes.vote, code, poll.number, writer, index),),
        )  # fmt: skip
    if poll.is_revealed:
        st.markdown(poll.says)
    elif poll.mine is not None:
        st.caption("Your vote is counted. Until the answer is shown you can change it.")


def _mark(poll: Poll, index: int) -> str:
    if index == poll.right:
        return " ✓"
    return " ✗" if index == poll.mine and poll.is_revealed else ""


def _show_question(poll: Poll, side_px: int) -> None:
    st.markdown(poll.text)
    if poll.image is not None:
        ink = to_images_01(poll.image[None])[0, 0].numpy()
        st.html(picture(ink, "the picture in question", side_px))
