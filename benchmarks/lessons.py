"""How soon a moved slider has changed the picture, in Chromium, against an empty fragment."""

import statistics

from playwright.sync_api import Browser, Locator, Page
from playwright.sync_api import TimeoutError as TooLate

from benchmarks.report import Row, limit_row
from tests.browser.server import running_app, running_browser

MOVES = 9
PAGES = (
    "layer_by_layer", "convolution", "pooling", "dropout", "batch_norm", "activations",
    "first_layer", "latent",
)  # fmt: skip
DIGIT = "?digit_from=Drawn+by+the+program&own_digit=3"
SHOWN = '[data-testid="stHtml"], .pick-root, [data-testid="stMarkdownContainer"], svg.marks'
WATCH = """
selector => {
  const shown = () => [...document.querySelectorAll(selector)]
    .filter(part => !part.closest('[data-testid="stSlider"]'))
    .map(part => part.innerHTML).join();
  window.before = shown(); window.moved = null; window.answered = null;
  window.addEventListener("keydown", () => { window.moved = performance.now(); },
                          {capture: true, once: true});
  const observer = new MutationObserver(() => {
    if (window.moved === null || window.answered !== null) return;
    const now = performance.now();
    if (shown() !== window.before) { window.answered = now; observer.disconnect(); }
  });
  observer.observe(document.body, {subtree: true, childList: true, characterData: true,
                                   attributes: true, attributeFilter: ["src", "d"]});
}
"""


def time_move_ms(page: Page, slider: Locator, key: str) -> float:
    """From the key that moves the slider to what it changes, by the browser's own clock."""
    slider.focus()
    page.evaluate(WATCH, SHOWN)
    page.keyboard.press(key)
    page.wait_for_function("() => window.answered !== null", timeout=10_000)
    elapsed: float = page.evaluate("() => window.answered - window.moved")
    page.wait_for_timeout(400)
    return elapsed


def open_lesson(browser: Browser, url: str) -> Page:
    """The page with all that can be folded out in sight, but not the source code."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(url)
    page.get_by_text("The code that just ran").wait_for(timeout=60_000)
    page.wait_for_timeout(2000)
    for fold in page.locator('[data-testid="stExpander"] summary').all():
        if "code" not in fold.inner_text():
            fold.click()
    page.wait_for_timeout(1500)
    return page


def keys_for(slider: Locator) -> tuple[str, str]:
    """There and back, starting away from the end at which the slider stands."""
    at_end = slider.evaluate("one => Number(one.value) >= Number(one.max)")
    return ("ArrowLeft", "ArrowRight") if at_end else ("ArrowRight", "ArrowLeft")


def time_slider(page: Page, slider: Locator, empty: Page) -> tuple[float, float]:
    """Medians of the slider and of the empty fragment's, moved in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    keys, other = keys_for(slider), empty.get_by_role("slider")
    for move in range(MOVES + 1):
        page.bring_to_front()
        times[0].append(time_move_ms(page, slider, keys[move % 2]))
        empty.bring_to_front()
        times[1].append(time_move_ms(empty, other, ("ArrowRight", "ArrowLeft")[move % 2]))
    return statistics.median(times[0][1:]), statistics.median(times[1][1:])


def page_sliders(page: Page, empty: Page) -> dict[str, tuple[float, float]]:
    """Label → medians (ms) of every slider of the page; those that change nothing are left out."""
    found: dict[str, tuple[float, float]] = {}
    for number in range(page.get_by_role("slider").count()):
        slider = page.get_by_role("slider").nth(number)
        label = f"{number + 1}. {slider.get_attribute('aria-label')}"
        try:
            found[label] = time_slider(page, slider, empty)
        except TooLate:
            print(f"{label}: nothing changed")
    return found


def lesson_rows(pages: tuple[str, ...] = PAGES) -> list[Row]:
    """Of each page the median slider, and the slowest, in ms and as a multiple of the empty one."""
    rows = []
    with (
        running_app() as app,
        running_app("benchmarks/empty_page.py") as empty_app,
        running_browser() as browser,
    ):
        empty = browser.new_page(viewport={"width": 1280, "height": 900})
        empty.goto(empty_app)
        empty.get_by_role("slider").wait_for(timeout=60_000)
        for name in pages:
            page = open_lesson(browser, f"{app}/{name}{DIGIT}")
            sliders = page_sliders(page, empty)
            page.close()
            print(name, {label: [round(ms) for ms in both] for label, both in sliders.items()})
            rows += rows_of(name, sliders)
    return rows


def rows_of(name: str, sliders: dict[str, tuple[float, float]]) -> list[Row]:
    """Median over the sliders of a page, the slowest, and the worst ratio."""
    lesson = {label: both[0] for label, both in sliders.items()}
    ratios = [ours / empty for ours, empty in sliders.values()]
    slowest = max(lesson, key=lambda label: lesson[label])
    middle = statistics.median(lesson.values())
    return [
        Row(f"{name}: {len(sliders)} sliders, median", f"{middle:.0f} ms"),
        limit_row(f"{name}: the slowest, {slowest}", lesson[slowest], " ms", 300),
        limit_row(f"{name}: median ÷ empty fragment", statistics.median(ratios), "", 3),
        limit_row(f"{name}: the worst ÷ empty fragment", max(ratios), "", 3),
    ]
