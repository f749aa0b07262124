"""Which page is open, for `app.py`."""

import streamlit as st
from streamlit.navigation.page import Page

from ui.shared.state import VISITED
from ui.shared.tour.stops import DRAW, PAGES, Stop

APP = "MNIST Lab"


def open_page() -> tuple[Stop, Page]:
    """The stop that the address names, ticked off, and its page, which `app.py` runs.

    Streamlit's own menu stays away: `ui.shared.tour.bar` has ours.
    """
    pages = {stop.key: _page(stop) for stop in PAGES}
    page = st.navigation(list(pages.values()), position="hidden")
    (stop,) = (stop for stop in PAGES if pages[stop.key] == page)
    st.set_page_config(f"{stop.title} · {APP}", "✏️", layout="wide")
    if stop.key not in VISITED.get():
        VISITED.set((*VISITED.get(), stop.key))
    return stop, page


def _page(stop: Stop) -> Page:
    return st.Page(stop.file, title=stop.title, default=stop is DRAW)
