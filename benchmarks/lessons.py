"""How soon a moved slider has changed the picture, in Chromium, against an empty fragment."""

import statistics
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from benchmarks.report import Row, limit_row
from tests.browser.server import running_app, running_browser

MOVES = 15
DIGIT = "?digit_from=Drawn+by+the+program&own_digit=3"
WATCH = """
selector => {
  const shown = () => [...document.querySelectorAll(selector)]
    .map(part => part.tagName === "IMG" ? part.src : part.innerHTML).join("|");
  window.before = shown(); window.moved = null; window.answered = null;
  window.addEventListener("keydown", () => { window.moved = performance.now(); },
                          {capture: true, once: true});
  new MutationObserver((_, observer) => {
    if (window.moved !== null && shown() !== window.before) {
      window.answered = performance.now(); observer.disconnect();
    }
  }).observe(document.body, {subtree: true, childList: true, characterData: true,
                             attributes: true, attributeFilter: ["src"]});
}
"""
PICTURES = ".pick-root, [data-testid=stHtml] img, [data-testid=stVegaLiteChart] svg.marks"


@dataclass(frozen=True)
class Slider:
    """A slider of a page, and what changes when it is moved.

    page:   path and parameters
    label:  of the slider
    what:   for the table
    opens:  name of an expander or button that has to be opened first
    """

    page: str
    label: str
    what: str
    opens: str = ""


SLIDERS: tuple[Slider, ...] = ()


def time_move_ms(page: Page, label: str, key: str) -> float:
    """From the key that moves the slider to the changed picture, by the browser's own clock."""
    thumb = page.get_by_role("slider", name=label).first
    thumb.focus()
    page.evaluate(WATCH, PICTURES)
    page.keyboard.press(key)
    page.wait_for_function("() => window.answered !== null", timeout=20_000)
    elapsed: float = page.evaluate("() => window.answered - window.moved")
    page.wait_for_timeout(350)
    return elapsed


def open_slider(browser: Browser, address: str, slider: Slider) -> Page:
    """The page, with the slider in sight."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/{slider.page}")
    page.get_by_role("heading", level=1).wait_for(timeout=60_000)
    if slider.opens:
        page.get_by_text(slider.opens, exact=True).first.click()
    page.get_by_role("slider", name=slider.label).first.wait_for()
    page.wait_for_timeout(1500)
    return page


def lesson_rows() -> list[Row]:
    """Median of each slider, and its ratio to the empty fragment, moved in turn with it."""
    rows = []
    with (
        running_app() as app,
        running_app("benchmarks/empty_page.py") as empty_app,
        running_browser() as browser,
    ):
        empty = browser.new_page(viewport={"width": 1280, "height": 900})
        empty.goto(empty_app)
        empty.get_by_role("slider", name="Position").wait_for(timeout=60_000)
        for slider in SLIDERS:
            page = open_slider(browser, app, slider)
            times: dict[str, list[float]] = {"lesson": [], "empty": []}
            for move in range(MOVES + 1):
                key = "ArrowRight" if move % 4 < 2 else "ArrowLeft"
                for name, one, label in (
                    ("lesson", page, slider.label), ("empty", empty, "Position"),
                ):  # fmt: skip
                    one.bring_to_front()
                    times[name].append(time_move_ms(one, label, key))
            page.close()
            medians = {name: statistics.median(values[1:]) for name, values in times.items()}
            rows.append(
                limit_row(f"{slider.what}, median of {MOVES}", medians["lesson"], "ms", 300)
            )
            rows.append(limit_row("÷ empty fragment", medians["lesson"] / medians["empty"], "", 3))
    return rows
