"""What tests of the app share: a visitor who opens a page of it, and looks, and moves things."""

import base64
import functools
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Widget
from streamlit.util import calc_hash
from torch import Tensor

from mnist_core.data.mnist import load_mnist, mnist_root
from mnist_core.errors import WeightsUnusable
from mnist_core.latent.generate import generate_digits
from mnist_core.pictures.image_files import encode_png
from mnist_core.pictures.own_digits import Point, on_canvas
from ui.shared import process
from ui.shared.digit import test_digits
from ui.shared.digit.drawing import Drawing

ROOT = Path(__file__).resolve().parents[2]
Loaded = TypeVar("Loaded")
FIRST_PAGE = "draw"


# The server


@pytest.fixture(scope="session", autouse=True)
def a_server_that_knows_its_menu_and_components() -> Iterator[None]:
    """AppTest takes every run for the first one of a server, and every session for its own server.

    The first run would run a page's file alone. Then a click gets lost, because the page starts
    again with app.py: see `open_through_app`. And each session would look through all that is
    installed for components, which takes longer than to open a page.
    """

    def run_main_script(path: str) -> None:
        exec(compile(Path(path).read_text(), path, "exec"), {"__name__": "__main__"})

    scan = functools.cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(script_runner, "_mpa_v1", run_main_script)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(scope="session", autouse=True)
def digits_that_are_read_and_drawn_once() -> Iterator[None]:
    """They are the same for all tests, and nobody changes them."""
    load = functools.cache(load_mnist)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process, "load_mnist", lambda split: load(split, mnist_root()))
        patch.setattr(test_digits, "generate_digits", functools.cache(generate_digits))
        yield


@pytest.fixture(autouse=True)
def a_server_that_has_just_started() -> Iterator[None]:
    """Pages share networks and data through Streamlit's caches: no test leaves any behind."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture
def without_mnist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The empty folder that MNIST_DIR names."""
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))
    return tmp_path


def not_here(key: str) -> NoReturn:
    """In the place of what loads weights."""
    raise WeightsUnusable(f"The weights of {key} are not here.")


def all_but(missing: str, load: Callable[[str], Loaded]) -> Callable[[str], Loaded]:
    """What loads weights, for a server on which those of `missing` are not."""
    return lambda key: not_here(key) if key == missing else load(key)


def drawing_of(strokes: list[list[Point]]) -> Drawing:
    """What the canvas leaves in a session, under the key “drawing”; strokes: in percent of it."""
    objects = [{"type": "Path", "id": number} for number in range(1, len(strokes) + 1)]
    return Drawing(objects=objects, picture=on_canvas(strokes))


# To open


def visit(page: str, session: dict[str, Any] | None = None, **address: str) -> AppTest:
    """Open the page `pages/<page>.py` in a new session, as its own address does.

    session: what the session already holds, by key
    address: what stands behind the ? of the address
    """
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    if page != FIRST_PAGE:
        app.switch_page(f"pages/{page}.py")
    app.query_params.update(address)
    return run_with(app, **(session or {}))


def visit_moved(old_address: str, **address: str) -> AppTest:
    """Open in a new session an address that has no page of its own any more."""
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    app._page_hash = calc_hash(old_address)
    app.query_params.update(address)
    return run(app)


def go_to(app: AppTest, page: str) -> AppTest:
    """From another page, in the same session."""
    return run(app.switch_page(f"pages/{page}.py"))


def visit_part(part: Callable[[], None], **session: Any) -> AppTest:
    """Open a part of a page alone, in a new session that holds `session`."""
    return run_with(AppTest.from_function(part, default_timeout=60), **session)


def run_with(app: AppTest, **session: Any) -> AppTest:
    """Run again after the session has got these values."""
    for key, value in session.items():
        app.session_state[key] = value
    return run(app)


def run(app: AppTest) -> AppTest:
    """Run the page again.

    AppTest puts its script in the place of `__main__`, and processes started later would run that.
    """
    before = sys.modules["__main__"]
    try:
        app.run()
    finally:
        sys.modules["__main__"] = before
    assert not app.exception
    return app


# To move


def widget(app: AppTest, name: str) -> Any:
    """The one widget with this key or label, or else the one whose label begins so."""
    widgets = [part for part in app.main if isinstance(part, Widget) and hasattr(part, "label")]
    found = [each for each in widgets if name in (each.key, each.label)]
    found = found or [each for each in widgets if each.label.startswith(name)]
    assert len(found) == 1, (name, [(each.key, each.label) for each in found or widgets])
    return found[0]


def change(app: AppTest, name: str, value: object) -> AppTest:
    """Set a widget's value."""
    widget(app, name).set_value(value)
    return run(app)


def flip(app: AppTest, name: str) -> AppTest:
    """Switch a toggle to its other side."""
    return change(app, name, not widget(app, name).value)


def press(app: AppTest, name: str) -> AppTest:
    """Click a button."""
    widget(app, name).click()
    return run(app)


def wait_until(condition: Callable[[], bool], within_s: float = 20) -> None:
    """For what goes on in the background."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


# To look


def said(app: AppTest) -> str:
    """All that the page says in words, but for its headings and glosses."""
    parts = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.success]
    return re.sub(r"<abbr[^>]*>|</abbr>", "", "\n".join(part.value for part in parts))


def headers(app: AppTest) -> list[str]:
    """In their order, of the second level."""
    return [part.value for part in app.header]


def subheaders(app: AppTest) -> list[str]:
    """In their order."""
    return [part.value for part in app.subheader]


def buttons(app: AppTest) -> list[str]:
    """Their labels."""
    return [button.label for button in app.button]


def errors(app: AppTest) -> list[str]:
    """In their order."""
    return [error.value for error in app.error]


def html_parts(app: AppTest) -> list[str]:
    """The HTML parts of the page one by one, but for those in pictures."""
    return [part.proto.body for part in app.get("html")]


def sent(app: AppTest, key: str) -> dict[str, Any]:
    """What the component with this key is shown."""
    (found,) = [part for part in app.get("bidi_component") if part.key == key]
    data: dict[str, Any] = json.loads(found.proto.json)
    return data


def picture(app: AppTest, key: str) -> str:
    """The HTML of the picture with this key."""
    return str(sent(app, key)["html"])


def html(app: AppTest) -> str:
    """All HTML, that of the pictures included."""
    parts = [json.loads(part.proto.json) for part in app.get("bidi_component")]
    return "\n".join([*html_parts(app), *(part["html"] for part in parts if "html" in part)])


def png(image_01: Tensor) -> str:
    """As it stands in the page."""
    return base64.b64encode(encode_png(image_01.numpy())).decode()


def figure(app: AppTest, name: str) -> str:
    """What a row of figures says under this name."""
    after = html(app).split(f'data-name="{name}"')[1]
    return after.split("tabular-nums")[1].split(">")[1].split("<")[0]


def charts(app: AppTest) -> list[bytes]:
    """The page's charts with their data, in their order."""
    return [chart.proto.SerializeToString() for chart in app.get("vega_lite_chart")]
