"""The answer follows the pen: how soon it is there, how often, and whether drawing stutters."""

import asyncio
import statistics
import time
from dataclasses import dataclass, field

import numpy as np
from playwright.sync_api import Browser, Page

from benchmarks.classroom import REST_S, STROKE_S, run_class
from benchmarks.memory import AS_STARTED
from benchmarks.report import Found, Row, found, least_row, limit_row
from mnist_core.pictures.own_digits import DIGITS, Point
from tests.browser.hands import box_of, canvas, clear, come_to_rest, on_page, open_lesson
from tests.browser.server import running_app, running_browser

WRITTEN = (1, 2, 3, 6, 7, 8, 9, 0)
"""Each of one stroke, or drawn as one."""
ROUNDS = 2
MOVES = 40
VISITORS = 10
SAYS = """
A browser draws {count} strokes of about {seconds:.1f} s on the page as it is, and as many while the
component that sends live pictures hears nothing, so that the canvas's own drawing is all that the
server gets. Each answer brings the picture of 28 × 28 that the network was shown: *answered* is
when it is that of the whole drawing for good. Over the protocol {visitors} visitors draw at once.
"""
DEAF = """
const listen = EventTarget.prototype.addEventListener;
EventTarget.prototype.addEventListener = function (kind, ...rest) {
  const isPen = kind === "pointerdown" && this.classList?.contains("st-key-canvas_place");
  if (!isPen) listen.call(this, kind, ...rest);
};
"""
WATCH = """
() => {
  const picture = document.querySelector(".strip-seen img");
  const shown = () => picture.src;
  const watched = {changes: [[0, shown()]], frames: [], down: 0, up: 0};
  window.watched = watched;
  const isNew = (now) => now !== watched.changes.at(-1)[1];
  new MutationObserver(() => {
    if (isNew(shown())) watched.changes.push([performance.now(), shown()]);
  }).observe(picture, {attributes: true});
  addEventListener("pointerdown", ({timeStamp}) => { watched.down = timeStamp; }, {capture: true});
  addEventListener("pointerup", ({timeStamp}) => { watched.up = timeStamp; }, {capture: true});
  const frame = (now) => {
    if (watched.down && !watched.up) watched.frames.push(now);
    if (window.watched === watched) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
"""


@dataclass
class Drawn:
    """Of all strokes on one page: milliseconds, and answers a second."""

    answered_ms: list[float] = field(default_factory=list)
    gaps_ms: list[float] = field(default_factory=list)
    answers_per_s: list[float] = field(default_factory=list)
    stroke_s: list[float] = field(default_factory=list)


def measure_following() -> Found:
    """With live pictures and without, in turn; then several visitors at once."""
    with running_app(**AS_STARTED) as address, running_browser() as browser:
        pages = {live: drawing_page(browser, address, live) for live in (True, False)}
        for page in pages.values():  # the first stroke ends the hand that writes
            watch_stroke(page, DIGITS[1][0], Drawn())
        drawn = {live: Drawn() for live in pages}
        for _ in range(ROUNDS):
            for digit in WRITTEN:
                for live, page in pages.items():
                    watch_stroke(page, DIGITS[digit][0], drawn[live])
    with running_app(**AS_STARTED) as address:
        at_once = asyncio.run(run_class(address, VISITORS, 0, with_live=True))
    return found(rows_of(drawn[True], drawn[False], at_once.live), say(drawn[True]))


def drawing_page(browser: Browser, address: str, live: bool) -> Page:
    """Draw, ready to be drawn on."""
    page = browser.new_page()
    if not live:
        page.add_init_script(DEAF)
    open_lesson(page, address)
    come_to_rest(page)
    return page


def watch_stroke(page: Page, stroke: list[Point], into: Drawn) -> None:
    """Draw it, and wait until nothing changes any more."""
    page.bring_to_front()
    page.wait_for_timeout(500)
    page.evaluate(WATCH)
    draw_slowly(page, stroke)
    page.wait_for_timeout(1500)
    come_to_rest(page)
    seen = page.evaluate("() => { const seen = window.watched; window.watched = 0; return seen; }")
    up = seen["up"]
    at_ms = seen["changes"][-1][0]
    into.answered_ms.append(max(0.0, at_ms - up))
    into.gaps_ms += np.diff(seen["frames"]).tolist()
    seconds = (up - seen["down"]) / 1000
    live = sum(seen["down"] < at < up for at, _ in seen["changes"])
    into.answers_per_s.append(live / seconds)
    into.stroke_s.append(seconds)
    clear(page)
    come_to_rest(page)


def draw_slowly(page: Page, stroke: list[Point]) -> None:
    """In about STROKE_S seconds."""
    box = box_of(canvas(page))
    path = np.array([on_page(box, point) for point in stroke])
    places = np.linspace(0, len(path) - 1, MOVES)
    began = time.perf_counter()
    for number, place in enumerate(places):
        x, y = (float(np.interp(place, range(len(path)), path[:, axis])) for axis in (0, 1))
        page.mouse.move(x, y)
        if number == 0:
            page.mouse.down()
        left_s = began + STROKE_S * number / MOVES - time.perf_counter()
        page.wait_for_timeout(max(0.0, left_s * 1000))
    page.mouse.up()


def rows_of(live: Drawn, alone: Drawn, at_once: list[int]) -> list[Row]:
    """The figures beside their bars."""
    answered = [statistics.median(each.answered_ms) for each in (live, alone)]
    gaps = [float(np.quantile(each.gaps_ms, 0.95)) for each in (live, alone)]
    each_of_many = float(np.mean(at_once)) / (STROKE_S + REST_S)
    return [
        Row("pen-up → answered, median, as it is / canvas alone", _both(answered)),
        limit_row("their ratio", answered[0] / answered[1], "", 0.4),
        least_row(
            "answers a second while a stroke is drawn", statistics.median(live.answers_per_s), 8
        ),
        Row("gap between frames in a stroke, 95 %, as it is / canvas alone", _both(gaps)),
        limit_row("their ratio", gaps[0] / gaps[1], "", 1.3),
        least_row(f"answers a second, each of {VISITORS} at once", each_of_many, 3),
    ]


def _both(milliseconds: list[float]) -> str:
    return "{:.0f} / {:.0f} ms".format(*milliseconds)


def say(live: Drawn) -> str:
    """How it was measured."""
    return SAYS.format(
        count=len(live.stroke_s), seconds=statistics.median(live.stroke_s), visitors=VISITORS
    )
