"""Ten digits of our own, and a mouse or finger that draws them on the page's canvas."""

from itertools import pairwise

from playwright.sync_api import FloatRect, Locator, Page, expect

Point = tuple[float, float]

DIGITS: dict[int, list[list[Point]]] = {
    0: [[(50, 8), (28, 18), (18, 45), (24, 78), (48, 92), (72, 80), (81, 50), (72, 20), (50, 8)]],
    1: [[(52, 5), (51, 35), (50, 65), (49, 95)]],
    2: [[(22, 28), (34, 10), (58, 8), (73, 25), (66, 48), (42, 72), (20, 92), (50, 92), (80, 92)]],
    3: [[(24, 14), (48, 6), (70, 18), (66, 38), (44, 48), (68, 58), (76, 76), (54, 94), (24, 86)]],
    4: [[(38, 8), (30, 34), (22, 58), (50, 58), (80, 57)], [(64, 30), (62, 60), (60, 96)]],
    5: [[(34, 10), (31, 28), (28, 46), (52, 42), (72, 56), (70, 80), (48, 94), (22, 86)],
        [(34, 10), (54, 10), (76, 9)]],
    6: [[(64, 6), (44, 24), (30, 52), (30, 78), (48, 94), (68, 84), (70, 64), (52, 54), (32, 68)]],
    7: [[(20, 12), (48, 12), (78, 12), (62, 42), (48, 70), (38, 96)]],
    8: [[(66, 18), (46, 6), (30, 20), (40, 38), (60, 50), (74, 72), (54, 94), (30, 84), (30, 64),
         (50, 48), (66, 34), (66, 18)]],
    9: [[(70, 24), (52, 8), (32, 20), (32, 42), (52, 50), (68, 36), (70, 22), (68, 58), (62, 96)]],
}  # fmt: skip
"""Strokes in percent of the canvas."""

SCRIBBLE: list[list[Point]] = [
    [(10, 50), (90, 20), (20, 80), (80, 85), (15, 15), (60, 95), (85, 45), (30, 10), (50, 70),
     (10, 90), (95, 60), (40, 30), (70, 10), (20, 60)]
]  # fmt: skip


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


def clear(page: Page) -> None:
    page.get_by_role("button", name="Clear").click()
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
