"""How the server is started: for visitors, and for those who change the code."""

import re
import subprocess
import tomllib
from pathlib import Path

from streamlit import config
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_cache import populate_hash_if_needed

ROOT = Path(__file__).resolve().parents[1]
WATCHER = "fileWatcherType"


def recipe_of(*arguments: str) -> str:
    """What `make` would do in a clone in which it has done nothing yet."""
    command = ["make", "--dry-run", "--always-make", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def command_of(target: str) -> str:
    """The line by which `make` starts the app."""
    (command,) = [line for line in recipe_of(target).splitlines() if "streamlit run" in line]
    return command


def test_only_who_changes_the_code_pays_for_the_watcher_of_sources() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"][WATCHER] == "none"
    assert WATCHER not in command_of("run")
    assert f"--server.{WATCHER} auto" in command_of("dev")


def test_garbage_is_not_looked_for_after_every_rerun() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["runner"]["postScriptGC"] is False
    assert config.get_option("runner.postScriptGC") is False


def test_other_requirements_can_be_named_and_are_installed_when_they_are_others() -> None:
    named = "deploy/cloud/requirements.txt"
    ours, others = recipe_of("run"), recipe_of("run", f"REQUIREMENTS={named}")
    assert "-r requirements.txt" in ours
    assert f"-r {named}" in others
    touched = [re.findall(r"^touch (\S+)", text, re.MULTILINE) for text in (ours, others)]
    assert touched[0] != touched[1]


def test_no_message_is_sent_as_a_number_that_the_browser_may_have_forgotten() -> None:
    message = ForwardMsg()
    message.delta.new_element.markdown.body = "x" * 2_000_000
    populate_hash_if_needed(message)
    assert not message.metadata.cacheable
