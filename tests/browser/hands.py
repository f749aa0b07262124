"""Ten digits of our own, and a mouse or finger that draws them on the page's canvas."""

from itertools import pairwise

from playwright.sync_api import FloatRect, Locator, Page, expect

from mnist_core.pictures.own_digits import DIGITS as DIGITS  # noqa: PLC0414
from mnist_core.pictures.own_digits import Point
from tests.digits import SCRIBBLE as SCRIBBLE  # noqa: PLC0414


def canvas(page: Page) -> Locator:
    return page.locator("canvas.upper-canvas")


def draw(page: Page, strokes: list[list[Point]], size: float = 0.8) -> None:
    """Draw with the mouse, centred; size: share of the canvas that 100 % is."""
    for stroke in strokes:
        draw_stroke(page, stroke, size)


def draw_stroke(page: Page, stroke: list[Point], size: float = 0.8) -> None:
    canvas(page).scroll_into_view_if_needed()
    box = canvas(page).bounding_box()
    assert box is not None
    page.mouse.move(*_on_page(box, stroke[0], size))
    page.mouse.down()
    for point in stroke[1:]:
        page.mouse.move(*_on_page(box, point, size), steps=4)
    page.mouse.up()


def prediction(page: Page) -> Locator:
    return (
        page.get_by_test_id("stMetric")
        .filter(has_text="Prediction")
        .get_by_test_id("stMetricValue")
    )


def button(page: Page, name: str) -> Locator:
    """One of the page's own buttons; the canvas's hidden toolbar has some of the same name."""
    return page.get_by_test_id("stButton").get_by_role("button", name=name)


def clear(page: Page) -> None:
    button(page, "Clear").click()
    expect(prediction(page)).to_have_text("–")


def touch_stroke(page: Page, stroke: list[Point], size: float = 0.8) -> None:
    """Draw with a finger, through the browser's own touch events."""
    canvas(page).scroll_into_view_if_needed()
    box = canvas(page).bounding_box()
    assert box is not None
    session = page.context.new_cdp_session(page)

    def send(kind: str, points: list[Point]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    places = [_on_page(box, point, size) for point in stroke]
    send("touchStart", places[:1])
    for (x0, y0), (x1, y1) in pairwise(places):
        for part in range(1, 6):
            send("touchMove", [(x0 + (x1 - x0) * part / 5, y0 + (y1 - y0) * part / 5)])
    send("touchEnd", [])


def _on_page(box: FloatRect, point: Point, size: float) -> Point:
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
