"""How soon the answer stands in the page, in Chromium, against a page that only counts."""

import statistics

from playwright.sync_api import Browser, Page

from benchmarks.report import Found, Row, found, limit_row
from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import button, canvas, draw_stroke, prediction
from tests.browser.server import running_app, running_browser

STROKES = 30
WATCH = """
() => {
  const value = () => document.querySelector('.answer-sign')?.textContent;
  window.released = null; window.answered = null; window.before = value();
  window.addEventListener('pointerup', () => { window.released = performance.now(); },
                          {capture: true, once: true});
  new MutationObserver((_, observer) => {
    if (window.released !== null && value() !== window.before) {
      window.answered = performance.now(); observer.disconnect();
    }
  }).observe(document.body, {subtree: true, childList: true, characterData: true});
}
"""


def time_stroke_ms(page: Page, digit: int) -> float:
    """From mouse-up to the changed digit, both read off the browser's own clock."""
    before = prediction(page).text_content()
    page.evaluate(WATCH)
    draw_stroke(page, DIGITS[digit][0])
    page.wait_for_function("() => window.answered !== null")
    elapsed: float = page.evaluate("() => window.answered - window.released")
    assert prediction(page).text_content() != before
    return elapsed


def empty_canvas(page: Page) -> None:
    """Clear, and wait until the page has stood still for a second."""
    button(page, "Clear").click()
    said = None
    while said != (said := prediction(page).text_content()):
        page.wait_for_timeout(1000)


def measure_ms(browser: Browser, scripts: dict[str, str]) -> dict[str, list[float]]:
    """Strokes on all pages in turn, so that a busy machine slows them all alike."""
    times: dict[str, list[float]] = {name: [] for name in scripts}
    pages = {}
    for name, address in scripts.items():
        pages[name] = browser.new_page(viewport={"width": 1280, "height": 900})
        pages[name].goto(address)
        canvas(pages[name]).wait_for(timeout=60_000)
    one_stroke = [1, 2, 3, 6, 7, 8, 9, 0]
    for index in range(STROKES + 2):
        for name, page in pages.items():
            page.bring_to_front()
            elapsed = time_stroke_ms(page, one_stroke[index % len(one_stroke)])
            if index >= 2:
                times[name].append(elapsed)
            empty_canvas(page)
    return times


def measure_page() -> Found:
    """Median time to the answer on both pages, and their ratio."""
    with (
        running_app() as draw_page,
        running_app("benchmarks/counter_page.py") as counter_page,
        running_browser() as browser,
    ):
        times = measure_ms(browser, {"draw": draw_page, "counter": counter_page})
    medians = {name: statistics.median(values) for name, values in times.items()}
    ratio = medians["draw"] / medians["counter"]
    what = f"mouse-up to the new prediction, median of {STROKES}"
    return found(
        [
            Row(what, f"{medians['draw']:.0f} ms"),
            Row("the same with an empty fragment", f"{medians['counter']:.0f} ms"),
            limit_row("their ratio", ratio, "", 1.3),
        ]
    )
