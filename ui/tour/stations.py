"""The stops of the tour as a list with ticks."""

import streamlit as st

from ui.shared.tour.bar import numbered, show_card
from ui.shared.tour.stops import GROUPS


def show_stations() -> None:
    """All pages in teaching order under their groups."""
    for group, stops in GROUPS.items():
        st.header(group, anchor=False)
        for stop in stops:
            show_card(stop, f"**{numbered(stop)}:** {stop.question}", f"{stop.key}_card")
