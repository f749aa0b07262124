"""Parts of the page that are folded, and computed only while they are open."""

from collections.abc import Callable

import streamlit as st

from ui.shared.lesson import section
from ui.shared.state import FOLDS_OPEN, fold_of


@section
def fold(name: str, title: str, show: Callable[[], None]) -> None:
    """A part with a title to open it by; it opens and closes without a rerun of the page.

    name: tells it from the page's others; it is found open where the visitor left it so
    """
    is_open = fold_of(name)
    if is_open.key not in st.session_state:
        is_open.set(name in FOLDS_OPEN.get())
    part = st.expander(title, key=is_open.key, on_change="rerun")
    FOLDS_OPEN.set((FOLDS_OPEN.get() | {name}) if part.open else (FOLDS_OPEN.get() - {name}))
    if part.open:
        with part:
            show()
