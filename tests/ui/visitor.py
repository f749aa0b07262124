"""What tests of the app share: a visitor who opens a page of it, and looks, and moves things."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]


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


def visit(page: str, session: dict[str, Any] | None = None, **address: str) -> AppTest:
    """Open the page `pages/<page>.py` in a new session, as its own address does.

    session: what the session already holds, by key
    address: what stands behind the ? of the address
    """
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    for key, value in (session or {}).items():
        app.session_state[key] = value
    for name, value in address.items():
        app.query_params[name] = value
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return app
