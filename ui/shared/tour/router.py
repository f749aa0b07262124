"""Which page is open, for `app.py`."""

from functools import partial

import streamlit as st
from streamlit.navigation.page import Page

from ui.shared.state import VISITED
from ui.shared.tour.forward import MOVED, forward
from ui.shared.tour.stops import DRAW, PAGES, Stop

APP = "MNIST Lab"


def open_page() -> tuple[Stop, Page]:
    """The stop that the address names, ticked off, and its page, which `app.py` runs.

    Streamlit's own menu stays away: `ui.shared.tour.bar` has ours. An address of before leads on.
    """
    pages = {stop.key: _page(stop) for stop in PAGES}
    moved = {address: st.Page(partial(forward, address), title=APP, url_path=address)
             for address in MOVED}  # fmt: skip
    page = st.navigation([*pages.values(), *moved.values()], position="hidden")
    if page in moved.values():
        page.run()
    (stop,) = (stop for stop in PAGES if pages[stop.key] == page)
    st.set_page_config(f"{stop.title} · {APP}", "✏️", layout="wide")
    if stop.key not in VISITED.get():
        VISITED.set((*VISITED.get(), stop.key))
    return stop, page


def _page(stop: Stop) -> Page:
    return st.Page(stop.file, title=stop.title, default=stop is DRAW)
