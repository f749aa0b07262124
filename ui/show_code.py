"""“The code that just ran”, as Streamlit's own hello app shows it."""

import inspect
from collections.abc import Callable
from typing import Any

import streamlit as st


def show_code(*functions: Callable[..., Any]) -> None:
    """Print the source of core functions in a fold-out."""
    with st.expander("The code that just ran", icon=":material/code:"):
        for function in functions:
            st.caption(f"`{function.__module__}.{function.__qualname__}`")
            st.code(inspect.getsource(function), language="python")
