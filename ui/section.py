"""A part of a lesson that reruns alone, and fails alone."""

from collections.abc import Callable
from functools import wraps

import streamlit as st

from mnist_core.errors import MnistLabError
from ui.lesson import LessonDigit


def section(
    show: Callable[[LessonDigit], None], run_every: float | None = None
) -> Callable[[LessonDigit], None]:
    """Decorator: a fragment in which an error of ours becomes a sentence where the part would be.

    A try round the fragment's call would not do: its own reruns come from elsewhere.
    run_every: seconds, for a part that plays by itself (see `ui.walk`)
    """

    @wraps(show)
    def shown(digit: LessonDigit) -> None:
        try:
            show(digit)
        except MnistLabError as error:
            st.error(str(error), icon=":material/error:")

    return st.fragment(shown, run_every=run_every)
