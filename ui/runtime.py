"""What the server process sets up once, and what all visitors share."""

import atexit
import gc

import streamlit as st
import torch

from mnist_core.data import Digits, load_mnist
from mnist_core.reading import Reader, load_reader


@st.cache_resource(show_spinner=False)
def prepare_process() -> None:
    """Set the process up for many visitors, once.

    One thread per picture: a pass takes 1 ms, and two threads beside a neighbour take longer.
    Streamlit collects garbage after every rerun, and looking through all that torch consists of
    holds everybody up for a third of a second: what is there at the start is never looked at again.
    """
    torch.set_num_threads(1)
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)


@st.cache_resource(show_spinner="Loading the network …")
def shared_reader(key: str) -> Reader:
    """The shipped network `key`, frozen, one copy for all visitors. Raises WeightsUnusable."""
    return load_reader(key)


@st.cache_resource(show_spinner="Loading the test digits …")
def shared_test_digits() -> Digits:
    """MNIST's 10 000 test digits, one copy for all visitors. Raises DataUnavailable."""
    return load_mnist("test")
