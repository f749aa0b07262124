"""The chapters below a page's main figure: folded, and only the open one is computed."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ui.shared.address import fold
from ui.shared.components.link_part import changed, link_says
from ui.shared.lesson import try_or_say
from ui.shared.state import CHAPTER, Setting
from ui.shared.widgets import segmented

CLOSED = ""
FOLDED = "Folded"
TITLES = {"idea": "Idea", "numbers": "By the numbers", "experts": "For experts"}


@dataclass(frozen=True)
class Chapter:
    """What is shown when it is open, and the settings that its widgets have in the address."""

    show: Callable[[], None]
    settings: Collection[Setting[Any]] = ()


def folded_settings(parts: dict[str, Chapter], is_open: str) -> dict[str, str]:
    """What a link says of settings in chapters that are closed, and that they are to stay so."""
    closed = [part.settings for key, part in parts.items() if key != is_open]
    says = changed(setting for settings in closed for setting in settings)
    return says | {CHAPTER.key: TITLES.get(is_open, FOLDED)} if says else {}


def chapters(idea: Chapter, numbers: Chapter, experts: Chapter) -> None:
    """A bar with three chapters that stays in sight, and the one that is open.

    idea: without a formula; numbers: formula and arithmetic; experts: conventions, PyTorch, code
    An address that says something of a setting in a chapter opens that chapter, too.
    """
    parts = {"idea": idea, "numbers": numbers, "experts": experts}
    asked = [key for key, part in parts.items() if fold(part.settings)]
    if asked and CHAPTER.key not in st.session_state and CHAPTER.key not in st.query_params:
        CHAPTER.set(asked[0])
    with st.container(key="chapters"):
        is_open = segmented(CHAPTER, "Read on", {CLOSED: FOLDED, **TITLES})
        link_says("chapters", folded_settings(parts, is_open))
    if is_open in parts:
        st.header(TITLES[is_open], anchor=False)
        try_or_say(parts[is_open].show)
