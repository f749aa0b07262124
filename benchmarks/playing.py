"""How fast a network trains while it plays in the real page, against the bare loop; and Pause."""

import re
import statistics
import time
from multiprocessing import get_context
from urllib.parse import urlencode

import torch
from playwright.sync_api import Browser, Page

from benchmarks.report import Found, Row, found, least_row, limit_row, share_row
from mnist_core.data.mnist import load_mnist
from mnist_core.models.registry import architecture
from mnist_core.training.run import Run
from mnist_core.words import in_percent
from tests.browser.hands import button
from tests.browser.server import running_app, running_browser

KEYS = ("mlp", "deep_cnn")
WINDOW_S = 20.0
ROUNDS = 3
LOOK_EVERY_S = 0.7
PAUSES = 8
STANDS_STILL_MS = 2500
PATIENCE_MS = 120_000
TABS = 4
TABS_WINDOW_S = 15.0
TABS_ROUNDS = 2
FIRST_S, FIRST_ROUNDS, FIRST_SHARE = 5.0, 5, 0.95
EPOCHS = 50
"""More than any window has, so that no run is done before its window is over."""

SAYS = """
The ratio of page and bare loop swings from run to run where Chromium draws on one of two cores: it
slows the training on the other. With a browser on another machine that falls away.
"""

Looks = list[tuple[float, int]]
"""When (in seconds) how many digits had been seen."""

WATCH = """
name => {
  const read = () => {
    const figure = document.querySelector(`.figure[data-name="${name}"]`);
    return figure ? Number(figure.lastElementChild.textContent.replace(/\\s/g, '')) : null;
  };
  window.watching?.disconnect();
  window.looks = [];
  window.clicked = null;
  document.addEventListener('click', () => { window.clicked = performance.now(); },
                            {capture: true, once: true});
  let last = read();
  window.watching = new MutationObserver(() => {
    const value = read();
    if (value !== null && value !== last) {
      last = value;
      window.looks.push([performance.now() / 1000, value]);
    }
  });
  window.watching.observe(document.body, {subtree: true, childList: true, characterData: true});
}
"""
"""Note from now on when a figure of the page changes, and when something is clicked first."""


def open_training(browser: Browser, address: str, key: str) -> Page:
    """The Train page with the published recipe of `key` (more epochs), in a context of its own."""
    title = architecture(key).title
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{address}/train?{urlencode({'net': title, 'epochs': EPOCHS})}")
    button(page, "Play").wait_for(timeout=PATIENCE_MS)
    page.locator('.figure[data-name="Batches"]').wait_for(timeout=PATIENCE_MS)
    assert is_chosen(page, title)
    return page


def is_chosen(page: Page, title: str) -> bool:
    """Whether the page trains the network with this title, and has not ignored the URL."""
    network = page.get_by_test_id("stSelectbox").first
    return title in (network.locator("input").input_value(), network.inner_text())


def play(page: Page) -> None:
    """Press Play, and wait until the first batches are counted."""
    page.evaluate(WATCH, "Digits seen")
    button(page, "Play").click()
    page.wait_for_function("() => window.looks.length > 1", timeout=PATIENCE_MS)


def pause(page: Page) -> None:
    """Press Pause, and wait until that is said."""
    button(page, "Pause").click()
    button(page, "Play").wait_for(timeout=PATIENCE_MS)


def start_again(page: Page) -> None:
    """Back to the initial weights."""
    button(page, "Reset").click()
    page.wait_for_function(
        "() => document.querySelector('.figure[data-name=\"Digits seen\"]')"
        "?.lastElementChild.textContent.trim() === '0'",
        timeout=PATIENCE_MS,
    )


def digits_per_s(looks: Looks) -> float:
    """Slope of the straight line through `looks`."""
    seconds, digits = zip(*looks, strict=True)
    return statistics.linear_regression(seconds, digits).slope


def rates_of_pages(pages: list[Page], window_s: float) -> list[float]:
    """Digits per second of each page, all playing at once from the first weights on."""
    for page in pages:
        start_again(page)
    for page in pages:
        play(page)
    for page in pages:
        page.evaluate("() => { window.looks = []; }")
    pages[0].wait_for_timeout(window_s * 1000)
    looks: list[Looks] = [page.evaluate("() => window.looks") for page in pages]
    for page in pages:
        pause(page)
    return [digits_per_s(of_page) for of_page in looks]


def bare_rate(job: tuple[str, float]) -> float:
    """Digits per second of the bare loop, in a process of its own. job: key, window_s."""
    key, window_s = job
    torch.set_num_threads(1)  # as the app does
    recipe = architecture(key).source_recipe
    run = Run(key, recipe, load_mnist("train"), load_mnist("test"))
    run.set_epochs(EPOCHS)
    run.advance(LOOK_EVERY_S)
    start = time.perf_counter()
    looks: Looks = []
    while time.perf_counter() - start < window_s:
        run.advance(LOOK_EVERY_S)
        looks.append((time.perf_counter(), run.progress.samples))
    return digits_per_s(looks)


def measure_playing() -> Found:
    """Page ÷ bare loop in turn, and how soon Pause pauses."""
    rows: list[Row] = []
    with (
        running_app() as address,
        running_browser() as browser,
        get_context("spawn").Pool(1) as elsewhere,
    ):
        for key in KEYS:
            page = open_training(browser, address, key)
            bare, played = [], []
            for _ in range(ROUNDS):
                (rate,) = elsewhere.map(bare_rate, [(key, WINDOW_S)])
                bare.append(rate)
                played += rates_of_pages([page], WINDOW_S)
            rows += ratio_rows(key, bare, played)
            rows.append(pause_row(page, key))
            page.context.close()
    return found(rows, SAYS)


def ratio_rows(key: str, bare: list[float], played: list[float]) -> list[Row]:
    """Medians of both, and of the ratio of each pair."""
    ratios = sorted(p / b for p, b in zip(played, bare, strict=True))
    what = f"{key}: page ÷ bare, median of {len(ratios)} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
    return [
        Row(f"{key}: bare loop", f"{statistics.median(bare):,.0f} digits/s"),
        Row(f"{key}: playing in the page", f"{statistics.median(played):,.0f} digits/s"),
        least_row(what, statistics.median(ratios), 0.85),
    ]


def pause_row(page: Page, key: str) -> Row:
    """Median time from the click on Pause until the counter of batches stands still."""
    start_again(page)
    times_s = [time_to_stand_still_s(page) for _ in range(PAUSES)]
    what = f"{key}: Pause until the counter stands still, median of {PAUSES}"
    return limit_row(f"{what} (longest {max(times_s):.2f} s)", statistics.median(times_s), " s", 1)


def time_to_stand_still_s(page: Page) -> float:
    """From the click to the last change of the counter, by the browser's clock; 0 for none."""
    play(page)
    page.wait_for_timeout(1000)
    page.evaluate(WATCH, "Batches")
    pause(page)
    page.wait_for_timeout(STANDS_STILL_MS)
    clicked_s: float = page.evaluate("() => window.clicked / 1000")
    looks: Looks = page.evaluate("() => window.looks")
    return max((at_s - clicked_s for at_s, _ in looks), default=0.0)


def measure_first_seconds() -> Found:
    """What Train reads FIRST_S seconds after the first Play, with what it opens with."""
    with running_app() as address, running_browser() as browser:
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.goto(f"{address}/train")
        button(page, "Play").wait_for(timeout=PATIENCE_MS)
        shares = [share_after_first_seconds(page) for _ in range(FIRST_ROUNDS)]
    said = ", ".join(in_percent(share) for share in shares)
    what = f"read right {FIRST_S:.0f} s after Play, median of {FIRST_ROUNDS} ({said})"
    return found([share_row(what, statistics.median(shares), FIRST_SHARE)])


def share_after_first_seconds(page: Page) -> float:
    """What the page then says of the test digits; 0 where it does not say it yet."""
    start_again(page)
    page.wait_for_timeout(1000)
    button(page, "Play").click()
    page.wait_for_timeout(FIRST_S * 1000)
    said = page.locator('.figure[data-name="Test"]').inner_text()
    pause(page)
    share = re.search(r"([\d.]+) % right", said)
    return float(share[1]) / 100 if share else 0.0


def measure_tabs() -> Found:
    """Four visitors who train an MLP at once, against one alone, in turn."""
    alone: list[float] = []
    together: list[list[float]] = []
    with running_app() as address, running_browser() as browser:
        pages = [open_training(browser, address, "mlp") for _ in range(TABS)]
        for _ in range(TABS_ROUNDS):
            alone += rates_of_pages(pages[:1], TABS_WINDOW_S)
            together.append(rates_of_pages(pages, TABS_WINDOW_S))
    sums = [sum(rates) for rates in together]
    least = min(min(rates) / (sum(rates) / TABS) for rates in together)
    ratio = statistics.median(s / a for s, a in zip(sums, alone, strict=True))
    return found(
        [
            Row("mlp: one tab alone", f"{statistics.median(alone):,.0f} digits/s"),
            Row(f"mlp: {TABS} tabs, sum", f"{statistics.median(sums):,.0f} digits/s"),
            Row("the slowest tab ÷ the tabs' mean", f"{least:.2f}", "> 0", least > 0),
            least_row(f"{TABS} tabs, sum ÷ one alone", ratio, 0.9),
        ]
    )
