"""How the server is started: for visitors, and for those who change the code."""

import subprocess
import tomllib
from pathlib import Path

import pytest
import streamlit as st
from streamlit.errors import StreamlitAPIException

ROOT = Path(__file__).resolve().parents[1]
WATCHER = "fileWatcherType"


def command_of(target: str) -> str:
    """The line by which `make` starts the app."""
    said = subprocess.run(
        ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=True
    )
    (command,) = [line for line in said.stdout.splitlines() if "streamlit run" in line]
    return command


def test_only_who_changes_the_code_pays_for_the_watcher_of_sources() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"][WATCHER] == "none"
    assert WATCHER not in command_of("run")
    assert f"--server.{WATCHER} auto" in command_of("dev")


def test_a_page_cannot_switch_it_off_as_the_readme_says() -> None:
    with pytest.raises(StreamlitAPIException):
        st.set_option(f"server.{WATCHER}", "none")
