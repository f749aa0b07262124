"""What all lessons share: how they open and close, and the digit that they look at."""

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import streamlit as st

from mnist_core.errors import MnistLabError
from ui.shared.digit.choose import LessonDigit
from ui.shared.process import open_through_app


def open_lesson(title: str, answers: str) -> None:
    """First lines of every lesson. answers: in two sentences, what question it answers."""
    open_through_app()
    st.title(title, anchor=False)
    st.markdown(answers)


def close_lesson(experiments: Sequence[tuple[str, str]], *functions: Callable[..., Any]) -> None:
    """Last lines of every lesson: three things to try, and the core code that it used.

    experiments: what to do, and what one should see
    """
    st.subheader("Try this", anchor=False)
    st.markdown("\n".join(f"1. {do} *You should see:* {see}" for do, see in experiments))
    show_code(*functions)


def section(
    show: Callable[[LessonDigit], None], run_every: float | None = None
) -> Callable[[LessonDigit], None]:
    """Decorator: a fragment in which an error of ours becomes a sentence where the part would be.

    A try round the fragment's call would not do: its own reruns come from elsewhere.
    run_every: seconds, for a part that plays by itself (see `ui.shared.walk`)
    """

    @wraps(show)
    def shown(digit: LessonDigit) -> None:
        try:
            show(digit)
        except MnistLabError as error:
            st.error(str(error), icon=":material/error:")

    return st.fragment(shown, run_every=run_every)


def show_code(*functions: Callable[..., Any]) -> None:
    """Print the source of core functions in a fold-out."""
    with st.expander("The code that just ran", icon=":material/code:"):
        for function in functions:
            st.caption(f"`{function.__module__}.{function.__qualname__}`")
            st.code(inspect.getsource(function), language="python")
