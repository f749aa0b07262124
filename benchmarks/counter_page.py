"""The Draw page's canvas with an empty lesson: its fragment only counts its runs."""

import streamlit as st

from ui.shared.digit.canvas import digit_canvas
from ui.shared.process import prepare_process

st.set_page_config(page_title="Counter", layout="wide")
prepare_process()


@st.fragment
def lesson() -> None:
    """Show the canvas and a counter."""
    left, right = st.columns(2)
    with left:
        digit_canvas()
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    with right:
        st.html(f'<div class="answer-sign">{st.session_state["runs"]}</div>')


lesson()
