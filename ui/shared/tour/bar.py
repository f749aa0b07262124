"""The bar at the top of every page, and the card at its end that leads to the next one."""

import json

import streamlit as st

from ui.shared.components.script import read_beside
from ui.shared.figures.colours import VARIABLES
from ui.shared.figures.html import image
from ui.shared.state import PRESENT, VISITED
from ui.shared.tour.forward import MOVED
from ui.shared.tour.router import APP
from ui.shared.tour.share import copy_link
from ui.shared.tour.stops import (
    CLASS_ROOM,
    DRAW,
    GROUPS,
    OVERVIEW,
    TEACHERS,
    TOUR,
    Stop,
    after,
    group_of,
)
from ui.shared.widgets import toggle

PICTURE = "width:112px;aspect-ratio:4/3"
HISTORY = (
    f"<script>{read_beside(__file__, 'history.js')} stepOverSettings({json.dumps(list(MOVED))});"
    "</script>"
)
"""Not a component, whose script would come still later: until it is there, Back may be caught."""


def show_bar(stop: Stop) -> None:
    """The app's name, the tour, all pages, and Present; on a phone the pages are called Menu."""
    styles = read_beside(__file__, "page.css", "bar.css")
    st.html(f"<style>:root{{{VARIABLES}}}{styles}</style>")
    with st.container(key="bar", horizontal=True, vertical_alignment="center", gap="small"):
        _link(DRAW, f"**{APP}**", "✏️")
        _link(OVERVIEW, OVERVIEW.title)
        group = group_of(stop)
        pages = f"Pages: {group}" if group else "Pages"
        menu = st.popover(f"**{pages}***Menu*", key=f"menu_of_{stop.key}")
        with menu.container(gap="xxsmall"):
            _menu(group)
        copy_link()
        with st.container(key="presenting", width="content"):
            toggle(PRESENT, "Present")
            st.html(HISTORY, width="content", unsafe_allow_javascript=True)


def _menu(open_group: str | None) -> None:
    for group, stops in GROUPS.items():
        mark = " · you are here" if group == open_group else ""
        st.markdown(f"**{group}**{mark}")
        for stop in stops:
            _link(stop, numbered(stop))
    st.markdown(f"**{TEACHERS.title}**")
    _link(TEACHERS, "Plan of a lesson")
    _link(CLASS_ROOM, CLASS_ROOM.title)


def numbered(stop: Stop) -> str:
    """Its place on the tour, its title, and a tick when the visitor has been there."""
    tick = " ✓" if stop.key in VISITED.get() else ""
    return f"{TOUR.index(stop) + 1} · {stop.title}{tick}"


def show_next(stop: Stop) -> None:
    """A card that leads to the page after this one."""
    onward = after(stop)
    label = f"**Next:** {onward.question}"
    with st.container(key="next"):
        show_card(onward, label, "next_card")


def show_card(stop: Stop, label: str, key: str) -> None:
    """Picture, link and sentence of a page; all of the card can be clicked.

    key: ends in “_card”, to which the look belongs
    """
    with st.container(key=key, border=True, horizontal=True, vertical_alignment="center"):
        st.html(image(stop.picture, "", PICTURE, "svg+xml"), width="content")
        with st.container(gap=None, width="stretch"):
            _link(stop, label)
            st.markdown(stop.sentence)


def _link(stop: Stop, label: str, icon: str | None = None) -> None:
    asked = {PRESENT.key: "true"} if PRESENT.get() else None
    st.page_link(stop.file, label=label, icon=icon, width="stretch", query_params=asked)
