import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import script_runner


@pytest.fixture(autouse=True)
def a_server_that_has_just_started() -> Iterator[None]:
    """Pages share networks and data through Streamlit's caches: no test leaves any behind."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture(autouse=True)
def the_main_module_of_the_test_run() -> Iterator[None]:
    """AppTest puts its script in the place of `__main__`, and processes started later run that."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture(autouse=True)
def a_server_that_knows_its_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest takes every run for the first one of a server, which would run a page's file alone.

    Then a click gets lost, because the page starts again with app.py: see `open_through_app`.
    """

    def run_main_script(path: str) -> None:
        exec(compile(Path(path).read_text(), path, "exec"), {"__name__": "__main__"})

    monkeypatch.setattr(script_runner, "_mpa_v1", run_main_script)
