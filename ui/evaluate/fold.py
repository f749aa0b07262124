"""Parts of the page that are folded, and computed only while they are open."""

from collections.abc import Callable, Collection
from typing import Any

import streamlit as st

from ui.shared import address
from ui.shared.components.link_part import changed, link_says
from ui.shared.lesson import section
from ui.shared.state import FOLDS_OPEN, Setting, fold_of


@section
def fold(
    name: str, title: str, show: Callable[[], None], settings: Collection[Setting[Any]] = ()
) -> None:
    """A part with a title to open it by; it opens and closes without a rerun of the page.

    name:     tells it from the page's others; it is found open where the visitor left it so
    settings: those of its widgets that live in the address, which opens it where it names one
    """
    is_open = fold_of(name)
    if is_open.key not in st.session_state:
        is_open.set(name in FOLDS_OPEN.get() or address.fold(settings))
    part = st.expander(title, key=is_open.key, on_change="rerun")
    FOLDS_OPEN.set((FOLDS_OPEN.get() | {name}) if part.open else (FOLDS_OPEN.get() - {name}))
    if settings:
        link_says(name, {} if part.open else changed(settings))
    if part.open:
        with part:
            show()
