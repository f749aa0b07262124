"""How soon a dragged point has changed the picture, where the browser computes it."""

import statistics

from playwright.sync_api import Browser, Locator, Page

from benchmarks.report import Found, limit_row, table
from tests.browser.hands import box_of, open_lesson, part
from tests.browser.server import running_app, running_browser

MOVES = 40
MOST_MS = 50
HANDLES = {
    "line": ("line_plot", ".line-points .plot-handle"),
    "yes_or_no": ("yes_plot", ".yes-points .plot-handle"),
    "bending?units=16&bend_steps=500": ("bend_plot", ".bend-points .plot-handle"),
    "tensors": ("strip_view", ".strip-result"),
    "batches": ("walk_map", ".descent-plot"),
    "optimisers": ("race_map", ".descent-plot"),
}
"""By address: the component's key, and what in it is dragged."""
SAYS = f"""
From the movement of the mouse to the painted picture, medians of {MOVES}; the bar is {MOST_MS} ms.
"""
WATCH = """
() => {
  window.took = [];
  window.addEventListener("pointermove", ({timeStamp}) => {
    requestAnimationFrame(() => {
      const painted = new MessageChannel();
      painted.port1.onmessage = () => window.took.push(performance.now() - timeStamp);
      painted.port2.postMessage(null);
    });
  }, {capture: true});
}
"""


def measure_dragging() -> Found:
    """Each page's first point, dragged to and fro."""
    with running_app() as address, running_browser() as browser:
        medians = {key: time_page(browser, f"{address}/{key}", *HANDLES[key]) for key in HANDLES}
    rows = [limit_row(key, median, " ms", MOST_MS) for key, median in medians.items()]
    lines = [(row.what, row.measured, row.bar) for row in rows]
    return Found(
        f"{SAYS}\n{table(('address', 'median', 'bar'), lines)}", all(row.holds for row in rows)
    )


def time_page(browser: Browser, url: str, key: str, handle: str) -> float:
    """The median in ms."""
    page = browser.new_page()
    open_lesson(page, url)
    dragged = part(page, key).locator(handle).first
    dragged.wait_for()
    times = time_moves_ms(page, dragged)
    page.close()
    return statistics.median(times)


def time_moves_ms(page: Page, dragged: Locator) -> list[float]:
    """From each movement to the frame that shows it."""
    box = box_of(dragged)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(WATCH)
    for move in range(MOVES):
        page.mouse.move(x + (move % 5) * 4, y - (move % 7) * 4)
        page.wait_for_function("count => window.took.length > count", arg=move)
    page.mouse.up()
    times: list[float] = page.evaluate("() => window.took")
    return times
