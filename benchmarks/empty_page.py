"""A slider in a fragment that only shows its value: what every lesson is compared with."""

import streamlit as st

from ui.pictures import show_picture
from ui.runtime import prepare_process

st.set_page_config(page_title="Empty", layout="wide")
prepare_process()


@st.fragment
def lesson() -> None:
    """Show the slider and its value."""
    show_picture(f"<p>{st.slider('Position', 0, 100)}</p>", "value")


lesson()
