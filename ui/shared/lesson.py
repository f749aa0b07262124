"""What all lessons share: how they open, and how an error becomes a sentence."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from mnist_core.errors import MnistLabError
from ui.shared.glossary import begin_glosses, say
from ui.shared.process import open_through_app
from ui.shared.tour.stops import Stop

P = ParamSpec("P")
T = TypeVar("T")


def open_lesson(stop: Stop, sentence: str = "") -> None:
    """First lines of a page: its question, and one sentence, the stop's own if no other."""
    open_through_app()
    begin_glosses()
    st.title(stop.question, anchor=False)
    say(sentence or stop.sentence)


def section(show: Callable[P, None], run_every: float | None = None) -> Callable[P, None]:
    """Decorator: a fragment in which an error of ours becomes a sentence where the part would be.

    A try round the fragment's call would not do: its own reruns come from elsewhere.
    run_every: seconds, for a part that plays by itself (see `ui.shared.walk`)
    """

    @wraps(show)
    def shown(*args: P.args, **kwargs: P.kwargs) -> None:
        try_or_say(lambda: show(*args, **kwargs))

    return st.fragment(shown, run_every=run_every)


def try_or_say(
    make: Callable[[], T],
    say: Callable[..., object] = st.error,
    icon: str | None = ":material/error:",
) -> T | None:
    """What `make` returns; None after an error of ours, of which the page says its sentence here.

    say, icon: how it looks, such as `st.warning` where the page goes on without it
    """
    try:
        return make()
    except MnistLabError as error:
        say(str(error), icon=icon)
        return None


def show_code(*functions: Callable[..., Any]) -> None:
    """Print the source of core functions in a fold-out."""
    with st.expander("The code that just ran", icon=":material/code:"):
        for function in functions:
            st.caption(f"`{function.__module__}.{function.__qualname__}`")
            st.code(inspect.getsource(function), language="python")
