"""How soon a moved slider has changed the picture, in Chromium, against an empty fragment.

The empty fragment stands at the end of the same page, since the browser goes through all of a page
whenever any part of it changes; and for comparison alone on a page of its own.
"""

import os
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page
from playwright.sync_api import TimeoutError as TooLate

from benchmarks.empty_page import LABEL
from benchmarks.report import MARKS, Found, table
from tests.browser.server import ROOT, running_app, running_browser
from ui.shared.chapters import TITLES

MOVES = 5
MOST_MS, MOST_TIMES = 300, 3
MOST_LEARNING_MS = 150
COLUMNS = (
    "page", "sliders", "median", "slowest (bar {} ms)", "÷ empty fragment, median",
    f"worst (bar {MOST_TIMES})", "÷ one on a bare page, median", "holds",
)  # fmt: skip
SAYS = f"""
From the key that moves a slider to the changed picture; medians of {MOVES} moves each, in turn with
an empty fragment (a slider and its number) at the end of the same page: the browser goes through
the whole page whenever a part of it changes.
"""
PAGES = (
    "through_the_network", "why_this_answer", "compare_networks", "convolution", "pooling",
    "dropout", "batch_norm", "activation_functions", "deep_stacks", "first_layer", "map_of_digits",
    "make_digits", "autoencoder",
)  # fmt: skip
HOW_LEARNING_WORKS = (
    "tensors", "line", "yes_or_no", "bending", "batches", "optimisers", "loss_landscape",
    "computation_graph", "backwards", "row_by_row",
)  # fmt: skip
DIGIT = "?digit_from=Drawn+by+the+program&own_digit=3"
SHOWN = (
    '[data-testid="stHtml"], [data-testid="stMarkdownContainer"], .pick-root, svg.marks, '
    ".walk-all output, .walk-temperature output, .plot, .descent"
)
WATCH = """
selector => {
  const shadows = [...document.querySelectorAll("*")].map(part => part.shadowRoot).filter(Boolean);
  const shown = () => [document, ...shadows].flatMap(root => [...root.querySelectorAll(selector)])
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
  for (const root of [document.body, ...shadows])
    observer.observe(root, {subtree: true, childList: true, characterData: true,
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
    """The page with all that can be folded out in sight, but no chapter and no source code.

    Nothing in it plays by itself, so that what moves is the answer.
    """
    page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page.goto(url)
    page.locator(".st-key-next").wait_for(timeout=60_000)
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


@dataclass(frozen=True)
class Timed:
    """Medians in ms: of a slider, of the empty fragment below it, and of the one that is alone."""

    label: str
    ours: float
    empty_beside: float
    empty_alone: float


def time_slider(page: Page, slider: Locator, alone: Page) -> Timed:
    """The three are moved in turn, so that a busy machine slows them all alike."""
    beside, bare = (p.get_by_role("slider", name=LABEL) for p in (page, alone))
    ours: list[float] = []
    empty: list[float] = []
    lonely: list[float] = []
    keys = {one: keys_for(one) for one in (slider, beside, bare)}
    for move in range(MOVES + 1):
        page.bring_to_front()
        ours.append(time_move_ms(page, slider, keys[slider][move % 2]))
        empty.append(time_move_ms(page, beside, keys[beside][move % 2]))
        alone.bring_to_front()
        lonely.append(time_move_ms(alone, bare, keys[bare][move % 2]))
    label = str(slider.get_attribute("aria-label"))
    return Timed(label, *(statistics.median(times[1:]) for times in (ours, empty, lonely)))


def time_sliders(page: Page, alone: Page, before: Sequence[Timed] = ()) -> list[Timed]:
    """Every slider of Streamlit's on the page that is not timed yet, and changes something."""
    found = []
    known = {LABEL, *(timed.label for timed in before)}
    sliders = page.get_by_test_id("stSlider").get_by_role("slider")
    for number in range(sliders.count()):
        slider = sliders.nth(number)
        if slider.get_attribute("aria-label") in known:
            continue
        try:
            found.append(time_slider(page, slider, alone))
        except TooLate:
            print(f"{slider.get_attribute('aria-label')}: nothing changed")
    return found


@contextmanager
def app_with_an_empty_fragment() -> Iterator[str]:
    """The app with the empty fragment at the end of every page; yields its address."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pages").symlink_to(ROOT / "pages")
        script = Path(folder) / "app.py"
        script.write_text(
            f"exec(compile(open({str(ROOT / 'app.py')!r}).read(), 'app.py', 'exec'))\n"
            "from benchmarks.empty_page import empty\nempty()\n"
        )
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        with running_app(str(script), PYTHONPATH=path) as address:
            yield address


def measure_lessons() -> Found:
    """The pages that look into a network."""
    return measure_pages(PAGES, MOST_MS)


def measure_how_learning_works() -> Found:
    """The pages of that group, by the stricter bar."""
    return measure_pages(HOW_LEARNING_WORKS, MOST_LEARNING_MS)


def measure_pages(pages: Sequence[str], most_ms: float) -> Found:
    """Of each page the median slider and the slowest, in ms and as multiples of the empty ones."""
    timed: dict[str, list[Timed]] = {}
    with (
        app_with_an_empty_fragment() as app,
        running_app("benchmarks/empty_page.py") as empty_app,
        running_browser() as browser,
    ):
        alone = browser.new_page(viewport={"width": 1280, "height": 900})
        alone.goto(empty_app)
        alone.get_by_role("slider").wait_for(timeout=60_000)
        for name in pages:
            page = open_lesson(browser, f"{app}/{name}{DIGIT}")
            timed[name] = time_sliders(page, alone)
            for title in TITLES.values():
                chapter = page.locator(".st-key-chapters").get_by_role("radio", name=title)
                if chapter.count():
                    chapter.click()
                    page.wait_for_timeout(2000)
                    timed[name] += time_sliders(page, alone, timed[name])
            page.close()
    timed = {name: sliders for name, sliders in timed.items() if sliders}
    found = (line_of(name, sliders, most_ms) for name, sliders in timed.items())
    lines, hold = zip(*found, strict=True)
    columns = [column.format(most_ms) for column in COLUMNS]
    return Found(f"{table(columns, lines)}\n\n{SAYS.strip()}", all(hold))


def line_of(name: str, timed: list[Timed], most_ms: float) -> tuple[tuple[str, ...], bool]:
    """A page's row of the table, and whether its bars are reached."""
    slowest = max(timed, key=lambda one: one.ours)
    beside = [one.ours / one.empty_beside for one in timed]
    alone = [one.ours / one.empty_alone for one in timed]
    holds = slowest.ours <= most_ms and max(beside) <= MOST_TIMES
    line = (
        f"`{name}`",
        str(len(timed)),
        f"{statistics.median(one.ours for one in timed):.0f} ms",
        f"{slowest.ours:.0f} ms (“{slowest.label}”)",
        f"{statistics.median(beside):.2f}",
        f"{max(beside):.2f}",
        f"{statistics.median(alone):.2f}",
        MARKS[holds],
    )
    return line, holds
