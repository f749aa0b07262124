"""What the server process sets up once, and what all visitors share."""

import atexit
import ctypes
import gc
import linecache
import sys
import threading
import time
from contextlib import nullcontext, suppress
from functools import cache

import streamlit as st
import torch
from streamlit import config
from streamlit.components.v2.bidi_component import serialization
from streamlit.dataframe_util import is_dataframe_like
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.pages_manager import PagesManager

from mnist_core.data.mnist import Digits, load_mnist
from mnist_core.reading import Reader, load_reader
from mnist_core.weights import TrainedAutoencoder, load_autoencoder

SWITCH_INTERVAL_S = 0.0002
TIDY_EVERY_S = 10.0


@st.cache_resource(show_spinner=False)
def prepare_process() -> None:
    """Set the process up for many visitors, once.

    One thread per picture: a pass takes 1 ms, and two threads beside a neighbour take longer.
    To look for garbage through all that torch consists of holds everybody up for a third of a
    second: what is there at the start is never looked at again.
    A rerun reads some hundred settings of Streamlit's, each under one lock of the process, though
    nobody sets any by then: whoever loses the interpreter with that lock keeps all others waiting.
    Before each rerun it puts the theme together for the browser, always the same one: a tenth of
    the interpreter's time while a class opens its pages.
    A training that waits for the interpreter, held by a page that is being drawn, waits less with
    a shorter switch interval.
    """
    setattr(serialization, "is_dataframe_like", is_dataframe)  # noqa: B010
    setattr(config, "_config_lock", nullcontext())  # noqa: B010
    setattr(app_session, "_populate_theme_msg", put_theme)  # noqa: B010
    torch.set_num_threads(1)
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    leave_out_of_collections()
    threading.Thread(target=give_memory_back_for_ever, daemon=True).start()
    atexit.register(gc.unfreeze)


def is_dataframe(value: object) -> bool:
    """Of what a component is given. Streamlit loads pandas, 40 MiB, to look at dicts and lists."""
    return not isinstance(value, dict | list) and is_dataframe_like(value)


_populate_theme = app_session._populate_theme_msg


@cache
def theme_of(section: str) -> CustomThemeConfig:
    """What config.toml says in this section."""
    theme = CustomThemeConfig()
    _populate_theme(theme, section)
    return theme


def put_theme(message: CustomThemeConfig, section: str = "theme") -> None:
    """Into what the browser is told before a rerun."""
    message.MergeFrom(theme_of(section))


def leave_out_of_collections() -> None:
    """Never look again through the objects that exist now: modules, shared networks and data.

    The lines of source that torch has read while it was loaded are not kept.
    """
    linecache.clearcache()
    give_memory_back()
    gc.freeze()


def give_memory_back_for_ever() -> None:
    """Every TIDY_EVERY_S seconds; after every rerun would be too often: see config.toml."""
    while True:
        time.sleep(TIDY_EVERY_S)
        give_memory_back()


def give_memory_back() -> None:
    """Find what nobody holds any more, such as sessions that have ended, and let it go.

    Also to the system, where the C library is glibc: it keeps what the threads of reruns and of
    trainings have freed.
    """
    gc.collect()
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


@st.cache_resource(show_spinner=False)
def leave_out_what_came_with(page: str) -> None:
    """The same for the modules and networks that the first visit to a page has brought, once."""
    leave_out_of_collections()


def open_through_app() -> None:
    """Start again with app.py when Streamlit has run a page's file alone.

    It does that when the page's own address is the first one that is asked of a server, because
    there is a folder `pages`. app.py has the menu, the layout and the set-up of the process.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()


@st.cache_resource(show_spinner="Loading the network …")
def shared_reader(key: str) -> Reader:
    """The shipped network `key`, frozen, one copy for all visitors. Raises WeightsUnusable."""
    return load_reader(key)


@st.cache_resource(show_spinner="Loading the autoencoder …")
def shared_autoencoder(key: str) -> TrainedAutoencoder:
    """The shipped autoencoder `key`, frozen, one copy for all visitors. Raises WeightsUnusable."""
    return load_autoencoder(key)


@st.cache_resource(show_spinner="Loading the test digits …")
def shared_test_digits() -> Digits:
    """MNIST's 10 000 test digits, one copy for all visitors. Raises DataUnavailable."""
    return load_mnist("test")
