"""An empty fragment: a slider and the number that it shows, on a page of its own."""

import streamlit as st

from ui.shared.components.pictures import show_picture
from ui.shared.process import prepare_process

LABEL = "Nothing but this number"


@st.fragment
def empty() -> None:
    """Show the slider and its value."""
    show_picture(f"<p>{st.slider(LABEL, 0, 100)}</p>", "nothing_but_this_number")


if __name__ == "__main__":
    st.set_page_config(page_title="Empty", layout="wide")
    prepare_process()
    empty()
