"""The ways into a room: open one, come back to one's own, enter by its code."""

import streamlit as st

from mnist_core.classroom.keys import LONGEST_ENTRY, SHORTEST_PASSPHRASE
from mnist_core.classroom.store import Opened
from ui.class_room.rooms import CODE_LABEL, LONGEST_CODE, enter_room, go_to_room
from ui.shared.lesson import try_or_say
from ui.shared.session.rooms import own_of, permit, shared_store

OPENS = """
You get a code, a link and a QR code for your class. Nobody needs an account, and no names are
asked for. The room ends by itself after a day.
"""
PASSPHRASE_HELP = (
    f"At least {SHORTEST_PASSPHRASE} characters. With it you can come back to your room from "
    "another computer; without it, only from this browser."
)


def show_doors() -> None:
    """Side by side: for students, and for teachers."""
    student, teacher = st.columns(2, border=True)
    with student:
        st.header("Enter a room", anchor=False)
        with st.form("enter_room", border=False):
            code = st.text_input(CODE_LABEL, key="entered_code", max_chars=LONGEST_CODE)
            if st.form_submit_button("Enter", type="primary"):
                _enter(code)
    with teacher:
        st.header("Open a room", anchor=False)
        st.markdown(OPENS)
        with st.form("open_room", border=False):
            passphrase = _secret_field("Passphrase (optional)", "new_passphrase", PASSPHRASE_HELP)
            host = _secret_field("The host's passphrase", "host_passphrase") if permit() else ""
            if st.form_submit_button("Open a room"):
                _open(passphrase, host)
        with st.expander("Come back to your room"), st.form("come_back", border=False):
            code = st.text_input(CODE_LABEL, key="own_code", max_chars=LONGEST_CODE)
            passphrase = _secret_field("Its passphrase", "own_passphrase")
            if st.form_submit_button("Come back"):
                _come_back(code, passphrase)


def _secret_field(label: str, key: str, help: str | None = None) -> str:
    return st.text_input(
        label, key=key, max_chars=LONGEST_ENTRY, type="password", help=help, autocomplete="off"
    )


def _enter(code: str) -> None:
    if room := try_or_say(lambda: enter_room(code)):
        go_to_room(room.code)
        st.rerun()


def _open(passphrase: str, host: str) -> None:
    if opened := try_or_say(lambda: shared_store().open_room(passphrase, host)):
        _be_the_teacher(opened)


def _come_back(code: str, passphrase: str) -> None:
    if opened := try_or_say(lambda: shared_store().come_back(code, passphrase)):
        _be_the_teacher(opened)


def _be_the_teacher(opened: Opened) -> None:
    own_of(opened.code).secret = opened.secret
    go_to_room(opened.code)
    st.rerun()
