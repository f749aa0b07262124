"""What the class takes home."""

import streamlit as st

from mnist_core.classroom.take_away import idx_files, wall_png, zipped
from ui.shared.lesson import section
from ui.shared.session.rooms import keeps_no_files, own_of, shared_store

SAYS = """
The archive holds files in the form of MNIST's own. Unpacked, they can be uploaded on the **Train**
page as they are. What is behind the curtain is left out.
"""

LOST = """
This server keeps no files when it restarts, and it may restart at any time: **take the digits
away** before the lesson ends.
"""


@section
def show_take_away(code: str) -> None:
    """Made when they are asked for."""
    st.markdown(SAYS)
    if keeps_no_files():
        st.warning(LOST, icon=":material/warning:")
    if not st.button("Make the files", icon=":material/folder_zip:"):
        return
    digits = shared_store().digits_of(code, own_of(code).secret).shown
    if not len(digits):
        st.markdown("No digits have been handed in yet.")
        return
    with st.container(horizontal=True):
        st.download_button("Wall as a picture", wall_png(digits.images), "class.png", "image/png")
        st.download_button("IDX files", zipped(idx_files(digits)), "class.zip", "application/zip")
