"""The files of `deploy/` fit the app, and each other."""

import asyncio
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename
from streamlit import config
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.testing.v1 import AppTest

from benchmarks.memory import AS_STARTED
from tests.deploy.proxy import CONFIGURATION, COPIES
from tests.elsewhere import elsewhere
from ui.shared.tour.stops import DRAW

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
REQUIREMENTS = DEPLOY / "cloud" / "requirements.txt"
MAIN_FILE = REQUIREMENTS.with_name("streamlit_app.py")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
LINUX = {"sys_platform": "linux", "platform_machine": "x86_64"}
MAC = {"sys_platform": "darwin", "platform_machine": "arm64"}
WATCHER = "server.fileWatcherType"
OVERTAKING = "runner.fastReruns"


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# What is installed


def lines_of(path: Path) -> Iterator[str]:
    for line in read(path).splitlines():
        if line.startswith("-r "):
            yield from lines_of((path.parent / line.removeprefix("-r ")).resolve())
        elif line and not line.startswith("#"):
            yield line


def wanted(path: Path, **environment: str) -> list[Requirement]:
    """By name, on such a machine."""
    found = [Requirement(line) for line in lines_of(path)]
    return [each for each in found if each.marker is None or each.marker.evaluate(environment)]


@pytest.mark.parametrize("python", PYTHONS)
def test_on_linux_the_wheels_named_by_address_are_those_of_the_pins(python: str) -> None:
    pins = {each.name: each.specifier for each in wanted(ROOT / "requirements.txt")}
    by_address = [each for each in wanted(REQUIREMENTS, python_version=python, **LINUX) if each.url]
    assert [each.name for each in by_address] == ["torch", "torchvision"]
    for each in by_address:
        assert each.url is not None
        file = urlsplit(each.url).path.rpartition("/")[2]
        assert "+" not in file, "written as %2B in an address"
        name, version, _, tags = parse_wheel_filename(unquote(file))
        assert name == each.name
        assert version in pins[name]
        assert version.local == "cpu"
        tag = f"cp{python.replace('.', '')}"
        assert {str(one) for one in tags} == {f"{tag}-{tag}-manylinux_2_28_x86_64"}


def test_elsewhere_the_root_s_pins_hold() -> None:
    here = wanted(REQUIREMENTS, python_version="3.12", **MAC)
    assert here == wanted(ROOT / "requirements.txt")


# Docker


def test_what_the_image_is_made_of_is_there_and_let_in() -> None:
    let_in = re.findall(r"^!(.+)$", read(DEPLOY / "Dockerfile.dockerignore"), re.MULTILINE)
    copied = re.findall(r"^COPY (\S+) ", read(DEPLOY / "Dockerfile"), re.MULTILINE)
    assert "app.py" in copied
    for source in copied:
        assert (ROOT / source).exists()
        assert any(Path(each).is_relative_to(source) for each in let_in), source


def test_the_image_runs_the_app_as_somebody_who_may_do_little() -> None:
    text = read(DEPLOY / "Dockerfile")
    installs, runs = text.index(str(REQUIREMENTS.relative_to(ROOT))), text.index("\nUSER lab")
    assert installs < runs < text.index("\nCMD ")
    assert "/_stcore/health" in text.partition("HEALTHCHECK")[2]


def test_the_app_s_memory_is_measured_as_it_is_started() -> None:
    (setting,) = AS_STARTED.items()
    assert f"ENV {'='.join(setting)} " in read(DEPLOY / "Dockerfile")
    assert f"\nrun dev: export {' := '.join(setting)}\n" in read(ROOT / "Makefile")


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml"])
def test_a_file_that_nobody_has_run_says_so(name: str) -> None:
    assert "It could not be run where it was written" in read(DEPLOY / name)


def test_all_copies_share_one_secret_and_one_database() -> None:
    text = read(DEPLOY / "compose.yaml")
    option = config.get_config_options()["server.cookieSecret"]
    assert f"{option.env_var}: ${{COOKIE_SECRET:?" in text
    assert "DATABASE_URL: postgresql://" in text
    names = [copy.partition(":")[0] for copy in COPIES]
    assert re.findall(r"^  (\w+): \*copy$", text, re.MULTILINE) == names


# nginx


def test_a_file_that_the_app_takes_is_not_too_large_for_nginx() -> None:
    settings = tomllib.loads(read(ROOT / ".streamlit" / "config.toml"))
    (most_mb,) = re.findall(r"client_max_body_size (\d+)m;", read(CONFIGURATION))
    assert int(most_mb) > settings["server"]["maxUploadSize"]


def test_nginx_keeps_no_addresses_and_asks_the_copies_of_compose() -> None:
    text = read(CONFIGURATION)
    assert "access_log off;" in text
    assert re.findall(r"^ +server ([\w:]+) ", text, re.MULTILINE) == list(COPIES)


# The Community Cloud


@pytest.fixture
def a_host_with_settings_of_its_own() -> Iterator[None]:
    before = {name: config.get_option(name) for name in (WATCHER, OVERTAKING)}
    config.set_option(WATCHER, "auto")
    config.set_option(OVERTAKING, True)
    yield
    for name, value in before.items():
        config.set_option(name, value)


async def is_watched() -> bool:
    """Whether a new session looks through all modules after each run."""
    script: Any = SimpleNamespace(main_script_path=str(MAIN_FILE))
    nothing: Any = SimpleNamespace()
    session = AppSession(script, nothing, nothing, None, {})
    try:
        return session._local_sources_watcher is not None
    finally:
        session.disconnect_file_watchers()
        session._state = AppSessionState.SHUTDOWN_REQUESTED  # it has no runtime to take leave of


@pytest.mark.usefixtures("a_host_with_settings_of_its_own")
def test_the_small_main_file_opens_the_app_and_puts_the_hosts_settings_right() -> None:
    assert elsewhere(lambda: asyncio.run(is_watched()))
    app = AppTest.from_file(MAIN_FILE, default_timeout=60).run()
    assert not app.exception
    assert app.title[0].value == DRAW.question
    assert not elsewhere(lambda: asyncio.run(is_watched()))
    assert config.get_option(OVERTAKING) is False
