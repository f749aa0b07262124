"""Teach it our handwriting: a shipped network learns from part of the class, the others judge."""

from functools import partial
from typing import cast

import streamlit as st

from mnist_core.classroom.lesson import Lesson, Stage, plan_lesson
from mnist_core.classroom.measures import Measured
from mnist_core.classroom.networks import packed
from mnist_core.classroom.teach import tuned
from mnist_core.data.mnist import Digits, mnist_is_here
from mnist_core.words import in_percent
from ui.class_room.figures import confusion_table
from ui.class_room.learning_figures import learning_chart
from ui.class_room.offer import use_network
from ui.shared.figures.html import figures_row
from ui.shared.glossary import say
from ui.shared.lesson import section, try_or_say
from ui.shared.process import shared_reader
from ui.shared.session.data import shared_mnist
from ui.shared.session.rooms import attempt, own_of, say_refusal, shared_store
from ui.shared.state import MNIST_SHARE, WALL_NETWORK
from ui.shared.widgets import show_chart, slide

REFRESH_S, READING_S = 1.0, 0.4
LESSON = "class_lesson"
SHARE_LABEL = "MNIST in what it learns from: 0 % forgets, 90 % remembers"
SAYS = """
Two thirds of the writers teach, the others judge: never the same hand on both sides. A network that
sees only what is new **forgets** what it knew. Mix MNIST's digits in, and it remembers them.
"""
GIVEN = """
Everybody in this room is offered it now, for **Draw** and all lessons. It is deleted with the room;
whoever uses it then has it until the tab is closed.
"""


def show_teaching(code: str) -> None:
    """The slider and the buttons; below, what goes on."""
    say(SAYS)
    lesson = lesson_of(code)
    goes_on = lesson is not None and lesson.stage not in (Stage.DONE, Stage.STOPPED)
    if mnist_is_here():
        slide(MNIST_SHARE, SHARE_LABEL, 0, 90, 10, format="%d %%")
    else:
        st.caption("MNIST is not on this server, so nothing can be mixed in.")
    with st.container(horizontal=True):
        st.button(
            "Teach it our handwriting", type="primary", icon=":material/school:",
            disabled=goes_on, on_click=try_or_say, args=(partial(_begin, code),),
        )  # fmt: skip
        st.button(
            "Stop", icon=":material/stop:", disabled=not goes_on, on_click=_stop, args=(code,)
        )
    if lesson is not None:
        section(_follow, REFRESH_S if goes_on else None)(code, goes_on)


def _begin(code: str) -> None:
    digits = shared_store().digits_of(code, own_of(code).secret).shown
    shipped = shared_reader(WALL_NETWORK.get()).trained
    lesson = plan_lesson(shipped, digits, _mnist(), MNIST_SHARE.get() / 100)
    st.session_state[LESSON] = {code: lesson}


def _mnist() -> tuple[Digits, Digits] | None:
    if not mnist_is_here():
        return None
    data = shared_mnist()
    return data.train, data.test


def lesson_of(code: str) -> Lesson | None:
    """The one that goes on, or went on last, in that room."""
    return cast(dict[str, Lesson], st.session_state.get(LESSON, {})).get(code)


def _stop(code: str) -> None:
    if lesson := lesson_of(code):
        lesson.stop()


def end_lesson(code: str) -> None:
    """Stop it, and forget what it was taught."""
    _stop(code)
    st.session_state.pop(LESSON, None)


def _follow(code: str, goes_on: bool) -> None:
    lesson = lesson_of(code)
    if lesson is None:
        return
    lesson.advance(READING_S)
    if goes_on and lesson.stage in (Stage.DONE, Stage.STOPPED):
        st.rerun()
    if lesson.stage is Stage.STOPPED:
        st.markdown("Stopped. The shipped network is as it was.")
        return
    shares = {Stage.BEFORE: 0.0, Stage.LEARNING: lesson.learnt}
    st.progress(shares.get(lesson.stage, 1.0), f"The network is {lesson.stage}.")
    _show_figures(lesson)
    if lesson.before.is_done:
        ours = lesson.before.result.accuracy
        show_chart(learning_chart(ours, lesson.looks, lesson.remembered))
    before = lesson.before.result if lesson.before.is_done else None
    after = lesson.after.result if lesson.after and lesson.after.is_done else None
    left, right = st.columns(2)
    with left:
        _show_table("Before", before)
    with right:
        _show_table("After", after)
    if lesson.stage is Stage.DONE:
        st.button(
            "Give it to the class", icon=":material/share:", type="primary",
            on_click=attempt, args=(partial(_give, code),),
        )  # fmt: skip
        st.caption(GIVEN if shared_store().networks.kept(code) else "Nobody else has it yet.")
        say_refusal()


def _show_figures(lesson: Lesson) -> None:
    looks = lesson.looks
    now = looks[-1].accuracy if looks else None
    exam = lesson.forgotten
    forgotten = exam.result.accuracy if exam and exam.is_done else None
    figures = {
        "judging digits": str(len(lesson.before.digits)),
        "read before": _share(lesson.before.result.accuracy if lesson.before.is_done else None),
        "read now": _share(now),
        "MNIST before": in_percent(lesson.mnist_before),
        "MNIST after": _share(forgotten),
    }
    st.html(figures_row(figures))


def _share(value: float | None) -> str:
    return "–" if value is None else in_percent(value)


def _show_table(title: str, measured: Measured | None) -> None:
    st.subheader(title, anchor=False)
    if measured is not None:
        st.html(confusion_table(measured.confusion))


def _give(code: str) -> None:
    """To everybody in the room, this session among them."""
    lesson = lesson_of(code)
    assert lesson is not None
    weights = packed(tuned(lesson.player.run))
    kept = shared_store().networks.keep(code, own_of(code).secret, lesson.key, weights)
    use_network(code, kept)
