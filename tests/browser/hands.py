"""What a visitor's hands do in the browser: open a lesson, move, choose, press, draw."""

import io
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

from PIL import Image
from playwright.sync_api import FloatRect, Locator, Page, expect

from mnist_core.pictures.own_digits import Point
from ui.shared.tour.stops import DRAW, Stop

DESKTOP_PX, PHONE_PX = 1280, 390
FIRST_VISIT_MS = 120_000
"""The first visit to a page brings its modules and networks, beside whatever else is running."""


def open_lesson(page: Page, url: str) -> None:
    """Go to a lesson by its own address, on a desktop."""
    set_width(page, DESKTOP_PX)
    page.goto(url, wait_until="domcontentloaded")
    wait_for_lesson(page)


def address_of(stop: Stop, app: str) -> str:
    """The first page has the app's own address."""
    return app if stop is DRAW else f"{app}/{stop.key}"


def wait_for_lesson(page: Page) -> None:
    """Until all of it is there."""
    expect(part(page, "next")).to_be_visible(timeout=FIRST_VISIT_MS)
    come_to_rest(page)


def set_width(page: Page, width: int) -> None:
    """In CSS pixels."""
    page.set_viewport_size({"width": width, "height": 900})


def come_to_rest(page: Page) -> None:
    """Wait until no script is running: a click during a run may meet what is about to change."""
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=FIRST_VISIT_MS
    )


def at_both_widths(page: Page) -> Iterator[int]:
    """`for width in at_both_widths(page)`: what holds on a desktop also holds on a phone.

    After each turn the page must fit its width, without an exception in it.
    """
    for width in (DESKTOP_PX, PHONE_PX):
        print(f"{width} px wide")  # pytest shows it beside a failure
        set_width(page, width)
        yield width
        nothing_scrolls_sideways(page)
        expect(page.get_by_test_id("stException")).to_have_count(0)
    set_width(page, DESKTOP_PX)


def nothing_scrolls_sideways(page: Page) -> None:
    """Neither the window nor the page in it, when the charts have come to rest in it."""
    come_to_rest(page)
    size = page.viewport_size
    assert size is not None
    page.wait_for_function(
        """width => {
          const main = document.querySelector("[data-testid=stMain]");
          return document.documentElement.scrollWidth <= width
            && main.scrollWidth <= main.clientWidth;
        }""",
        arg=size["width"],
    )


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    """For what `expect` cannot ask."""
    deadline = time.monotonic() + FIRST_VISIT_MS / 1000
    while not holds():
        assert time.monotonic() < deadline, "it did not come about"
        page.wait_for_timeout(50)


def box_of(target: Locator) -> FloatRect:
    """Where it stands in the window, in CSS pixels; waits while it is being drawn anew."""
    box: FloatRect | None = None

    def stands_there() -> bool:
        nonlocal box
        box = target.bounding_box()
        return box is not None

    wait_until(target.page, stands_there)
    assert box is not None
    return box


def open_chapter(page: Page, title: str) -> None:
    """One of a lesson's folded chapters."""
    come_to_rest(page)
    part(page, "chapters").get_by_role("radio", name=title).click()
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    come_to_rest(page)


def part(page: Page, key: str) -> Locator:
    """The part of the page that has a key of Streamlit's."""
    return page.locator(f".st-key-{key}")


def slider(page: Page, label: str) -> Locator:
    """By its whole label: some labels begin like others."""
    return page.locator(f'input[type="range"][aria-label="{label}"]')


def move(thumb: Locator, key: str, times: int = 1) -> None:
    """Move a slider by keyboard."""
    for _ in range(times):
        thumb.press(key)


def hold(thumb: Locator, key: str, times: int, every_ms: int = 25) -> None:
    """Move a slider as a key does that is held: on and on, whatever the page is doing meanwhile."""
    thumb.focus()
    for _ in range(times):
        thumb.page.keyboard.press(key)
        thumb.page.wait_for_timeout(every_ms)


def choose(page: Page, label: str, option: str) -> None:
    """In a selectbox, by its first letters, for a long list shows a part of itself."""
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option).click()


def click_at(tile: Locator, x: float, y: float) -> None:
    """Click at a share of its width and height."""
    come_to_rest(tile.page)
    box = box_of(tile)
    tile.click(position={"x": x * box["width"], "y": y * box["height"]})


def play(page: Page) -> None:
    """Press the first Play of the page; what it plays is shown every 0.6 s."""
    come_to_rest(page)
    button(page, "Play").first.click()


def draw_in_dialog(page: Page, strokes: list[list[Point]]) -> None:
    """Draw the digit that the lesson looks at, instead of what has been drawn before."""
    open_dialog(page)
    if button(page, "Clear").is_enabled():
        button(page, "Clear").click()
        expect(button(page, "Clear")).to_be_disabled()
    draw(page, strokes)
    expect(button(page, "Clear")).to_be_enabled()
    come_to_rest(page)
    button(page, "Done").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("The digit: your drawing")).to_be_visible()
    come_to_rest(page)


def open_dialog(page: Page) -> None:
    """In which the lesson's digit is changed; it begins with the canvas."""
    come_to_rest(page)
    button(page, "Change the digit").click()
    canvas(page).click(trial=True)  # when the dialog has come to rest


def canvas(page: Page) -> Locator:
    return page.locator("canvas.upper-canvas")


def draw(page: Page, strokes: list[list[Point]], size: float = 0.8) -> None:
    """Draw with the mouse, centred; size: share of the canvas that 100 % is."""
    for stroke in strokes:
        draw_stroke(page, stroke, size)


def draw_stroke(page: Page, stroke: list[Point], size: float = 0.8) -> None:
    canvas(page).scroll_into_view_if_needed()
    box = box_of(canvas(page))
    page.mouse.move(*on_page(box, stroke[0], size))
    page.mouse.down()
    for point in stroke[1:]:
        page.mouse.move(*on_page(box, point, size), steps=4)
    page.mouse.up()


def prediction(page: Page) -> Locator:
    """The digit, “?” when the network is not sure, “–” when there is nothing to read."""
    return page.locator(".answer-sign")


def reads(page: Page, sign: str) -> None:
    """The final answer on Draw; the live one is shown before Python knows of the drawing."""
    expect(page.locator(".answer[data-by=visitor] .answer-sign")).to_have_text(sign)
    come_to_rest(page)


def button(page: Page, name: str) -> Locator:
    """One of the page's own buttons; the canvas's hidden toolbar has some of the same name."""
    return page.get_by_test_id("stButton").get_by_role("button", name=name)


def clear(page: Page) -> None:
    button(page, "Clear").click()
    reads(page, "–")


def touch_stroke(page: Page, stroke: list[Point], size: float = 0.8) -> None:
    """Draw with a finger, through the browser's own touch events."""
    canvas(page).scroll_into_view_if_needed()
    box = box_of(canvas(page))
    session = page.context.new_cdp_session(page)

    def send(kind: str, points: list[Point]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    places = [on_page(box, point, size) for point in stroke]
    send("touchStart", places[:1])
    for (x0, y0), (x1, y1) in pairwise(places):
        for part in range(1, 6):
            send("touchMove", [(x0 + (x1 - x0) * part / 5, y0 + (y1 - y0) * part / 5)])
    send("touchEnd", [])


def on_page(box: FloatRect, point: Point, size: float = 0.8) -> Point:
    """Where in the window a point of the canvas is; size: see `draw`."""
    margin = (1 - size) / 2
    x, y = (margin + coordinate / 100 * size for coordinate in point)
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def ink_pixels(page: Page) -> int:
    """How many pixels of the canvas are light."""
    count: int = page.locator("canvas.dc-canvas.lower-canvas").evaluate(
        """canvas => canvas.getContext('2d')
             .getImageData(0, 0, canvas.width, canvas.height).data
             .filter((value, index) => index % 4 === 0 && value > 127).length"""
    )
    return count


def go_to_page(page: Page, stop: Stop) -> None:
    """By the menu of a desktop."""
    page.get_by_test_id("stPopover").get_by_role("button", name="Pages").click()
    page.get_by_test_id("stPopoverBody").get_by_role("link", name=stop.title).click()


def open_settings(page: Page) -> None:
    """Those of a training, which are folded."""
    page.get_by_test_id("stExpander").get_by_text("All settings").click()


def pictures(page: Page, key: str) -> list[str]:
    """What the pictures of a part show, as it is written in the page."""
    images = part(page, key).locator("img")
    expect(images.first).to_be_attached()
    return [str(image.get_attribute("src")) for image in images.all()]


def changes(page: Page, key: str, before: list[str]) -> list[str]:
    """The pictures of a part when the last of them is another one."""
    last = part(page, key).locator("img").last
    expect(last).not_to_have_attribute("src", before[-1])
    return pictures(page, key)


def download(page: Page, name: str) -> Image.Image:
    """The picture file that a button saves."""
    come_to_rest(page)
    with page.expect_download() as started:
        page.get_by_role("button", name=name).click()
    return Image.open(io.BytesIO(Path(started.value.path()).read_bytes()))
