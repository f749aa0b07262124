"""Which room the address names, how one comes into it, and what the browser keeps of it."""

import os
from typing import Any, cast

import streamlit as st

from mnist_core.classroom.keys import CODE_LENGTH, WRITERS, read_code
from mnist_core.classroom.store import Room
from mnist_core.errors import RoomUnknown
from ui.shared.address import hold, lines, take_held
from ui.shared.components.script import read_beside
from ui.shared.session.rooms import OWN, Own, own_of, shared_store
from ui.shared.state import ROOM

KEEPER = "class_keeper"
CODE_LABEL = "Code of the room"
LONGEST_CODE = 2 * CODE_LENGTH
HEARD, VISITOR, FORGET = "class_heard", "class_visitor", "class_forget"
ENTERED = "class_entered"
_keeper = st.components.v2.component(
    KEEPER, js=read_beside(__file__, "keeper.js"), isolate_styles=False
)


def asked_room() -> str:
    """The code in the address, as it is kept; "" for none. What is no code is left as it is."""
    asked = take_held(ROOM, CODE_LABEL, lines(LONGEST_CODE))
    try:
        return read_code(asked) if asked else ""
    except RoomUnknown:
        return asked


def go_to_room(code: str) -> None:
    """In a callback or before a rerun; "" leaves the room."""
    hold(ROOM, lines(LONGEST_CODE), code)


def forget(code: str) -> None:
    """Here, and in the browser as soon as it is outside of the room."""
    st.session_state.setdefault(OWN, {}).pop(code, None)
    st.session_state.get(HEARD, set()).discard(code)
    st.session_state[FORGET] = code


def keep_in_browser(code: str) -> bool:
    """Let the browser keep what this session has of the room, and tell what it had before.

    returns: whether the browser has told; before that nobody knows who this is
    """
    st.session_state.pop(FORGET, None)
    own = own_of(code)
    keep = {"writer": str(own.writer) if own.writer else "", "secret": own.secret}
    told = _keeper(
        key=KEEPER,
        data={"room": code, "keep": {k: v for k, v in keep.items() if v}, "forget": False},
        on_kept_change=lambda: None,
    ).kept
    if isinstance(told, dict) and told.get("room") == code:
        _take_over(own, told)
        st.session_state.setdefault(HEARD, set()).add(code)
    return code in st.session_state.get(HEARD, set())


def forget_in_browser() -> None:
    """Outside of all rooms: what `forget` has named."""
    if code := st.session_state.get(FORGET):
        _keeper(key=KEEPER, data={"room": code, "keep": {}, "forget": True})


def enter_room(code: str) -> Room:
    """Raises RoomUnknown; TooFast after many wrong codes, unless the session has been in it."""
    entered = cast(set[str], st.session_state.setdefault(ENTERED, set()))
    if code in entered:
        return shared_store().room(code)
    room = shared_store().enter(code, _visitor())
    entered.add(room.code)
    return room


def _visitor() -> str:
    """A name for this session, by which wrong codes are counted."""
    return cast(str, st.session_state.setdefault(VISITOR, os.urandom(8).hex()))


def _take_over(own: Own, told: dict[str, Any]) -> None:
    """What the browser says, which may be anything; what the session has itself comes first."""
    writer, secret = str(told.get("writer", "")), told.get("secret", "")
    if own.writer is None and writer.isdecimal() and len(writer) < 17 and 0 < int(writer) < WRITERS:
        own.writer = int(writer)
    if not own.secret and isinstance(secret, str):
        own.secret = secret
