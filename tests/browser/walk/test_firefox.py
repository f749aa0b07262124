"""Firefox, driven by Marionette: it draws, reads the answer, and opens every page once."""

import importlib
import time
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from mnist_core.pictures.own_digits import DIGITS, Point
from tests.browser.hands import FIRST_VISIT_MS, address_of
from tests.browser.server import free_port
from tests.conftest import firefox_path
from ui.shared.tour.router import APP
from ui.shared.tour.stops import DRAW, PAGES, Stop

pytestmark = [pytest.mark.firefox]
WINDOW = {"width": 1280, "height": 1000}
IS_THERE = """
return !!document.querySelector(".st-key-next")
  && document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning"
"""
CANVAS = """
const find = (root) => root.querySelector("canvas.upper-canvas")
  ?? [...root.querySelectorAll("*")].map((one) => one.shadowRoot && find(one.shadowRoot))
    .find(Boolean);
const canvas = find(document);
if (!canvas) return null;
const {x, y, width} = canvas.getBoundingClientRect();
return [x, y, width];
"""
SIDEWAYS = """
const main = document.querySelector('[data-testid="stMain"]');
return main.scrollWidth > main.clientWidth;
"""


def marionette() -> ModuleType:
    """Where it is not installed, tests that need Firefox are skipped before they ask for it."""
    return importlib.import_module("marionette_driver.marionette")


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A window of its own, with a profile that is empty."""
    log = tmp_path_factory.mktemp("firefox") / "log"
    browser = marionette().Marionette(
        bin=str(firefox_path()), port=free_port(), headless=True, gecko_log=str(log),
        startup_timeout=FIRST_VISIT_MS / 1000,
    )  # fmt: skip
    browser.start_session()
    browser.set_window_rect(**WINDOW)
    yield browser
    browser.cleanup()


def wait_until_it_says(firefox: Any, script: str, wanted: object = True) -> None:
    deadline = time.monotonic() + FIRST_VISIT_MS / 1000
    while (said := firefox.execute_script(script)) != wanted:
        assert time.monotonic() < deadline, f"{said!r} instead of {wanted!r}"
        time.sleep(0.1)


def open_in(firefox: Any, url: str) -> None:
    firefox.navigate(url)
    wait_until_it_says(firefox, IS_THERE)


def canvas_in(firefox: Any) -> tuple[float, float, float]:
    """Left, top and side of the canvas, as soon as it is there and stands still."""
    deadline, before = time.monotonic() + FIRST_VISIT_MS / 1000, None
    while (now := firefox.execute_script(CANVAS)) is None or now != before:
        assert time.monotonic() < deadline, "no canvas that stands still"
        before = now
        time.sleep(0.2)
    left, top, side = now
    return left, top, side


def draw_in(firefox: Any, strokes: list[list[Point]], size: float = 0.8) -> None:
    """Draw with the mouse, centred; size: share of the canvas that 100 % is."""
    left, top, side = canvas_in(firefox)
    margin = (1 - size) / 2
    for stroke in strokes:
        places = [
            [round(start + (margin + share / 100 * size) * side) for start, share in
             zip((left, top), point, strict=True)]
            for point in stroke
        ]  # fmt: skip
        hand = marionette().ActionSequence(firefox, "pointer", "mouse", {"pointerType": "mouse"})
        hand.pointer_move(*places[0]).pointer_down()
        for place in places[1:]:
            hand.pointer_move(*place, duration=60)
        hand.pointer_up().perform()


def test_a_digit_is_drawn_and_read(firefox: Any, address: str) -> None:
    open_in(firefox, address_of(DRAW, address))
    draw_in(firefox, DIGITS[3])
    answer = """return document.querySelector(".answer-says")?.textContent.slice(0, 11)"""
    wait_until_it_says(firefox, answer, "This is a 3")
    wait_until_it_says(firefox, 'return document.querySelector(".answer-sign")?.textContent', "3")


@pytest.mark.parametrize("stop", PAGES, ids=lambda stop: stop.key)
def test_it_opens_every_page(firefox: Any, address: str, stop: Stop) -> None:
    open_in(firefox, address_of(stop, address))
    wait_until_it_says(firefox, "return document.title", f"{stop.title} · {APP}")
    wait_until_it_says(firefox, SIDEWAYS, False)
    count = """return document.querySelectorAll('[data-testid="stException"]').length"""
    assert firefox.execute_script(count) == 0
