"""The rooms that this session is in, as whom, and the store of all rooms."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from mnist_core.classroom.store import Store, database_url
from mnist_core.errors import MnistLabError

COMMUNITY_CLOUD = ".streamlit.app"
OWN, TAUGHT, SAID = "class_own", "class_taught", "class_said"


@dataclass
class Own:
    """What this visitor has of one room. writer: None before the first digit; secret: teachers'."""

    writer: int | None = None
    secret: str = ""


@st.cache_resource(show_spinner=False)
def shared_store() -> Store:
    """All rooms, one object for all visitors. Raises StoreUnavailable."""
    return Store(_configured("DATABASE_URL") or database_url(), permit=permit())


def permit() -> str:
    """What the host asks of those who open a room; "" for nothing."""
    return _configured("CLASS_PASSPHRASE")


def keeps_no_files() -> bool:
    """Whether a restart of this server loses the rooms: on Community Cloud without a database."""
    return is_on_community_cloud(st.context.url or "") and not _configured("DATABASE_URL")


def is_on_community_cloud(url: str) -> bool:
    """By the app's own address."""
    return (urlsplit(url).hostname or "").endswith(COMMUNITY_CLOUD)


def _configured(name: str) -> str:
    """From the environment, or from Streamlit's secrets."""
    try:
        return os.environ.get(name) or str(st.secrets.get(name, ""))
    except StreamlitSecretNotFoundError:
        return ""


def own_of(code: str) -> Own:
    """What this session has of the room."""
    rooms = cast(dict[str, Own], st.session_state.setdefault(OWN, {}))
    return rooms.setdefault(code, Own())


def teach_room(code: str) -> None:
    """From now on this is the room that the session is the teacher of."""
    st.session_state[TAUGHT] = code


def taught_room() -> str:
    """Its code; "" for none."""
    code = cast(str, st.session_state.get(TAUGHT, ""))
    return code if code and own_of(code).secret else ""


def act(do: Callable[[], object]) -> bool:
    """In a callback, where nothing can be said: `say_refusal` says it in the run that follows.

    returns: whether it was done
    """
    try:
        do()
    except MnistLabError as refused:
        st.session_state[SAID] = str(refused)
        return False
    return True


def attempt(do: Callable[[], object]) -> None:
    """`act` as the callback of a button."""
    act(do)


def say_refusal() -> None:
    """What `act` has kept, once."""
    if problem := st.session_state.pop(SAID, ""):
        st.error(problem, icon=":material/error:")
