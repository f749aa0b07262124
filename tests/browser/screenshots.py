"""`python -m tests.browser.screenshots`: a picture of every page, and those of the README."""

from math import cos, sin, tau
from pathlib import Path

from playwright.sync_api import Page, expect

from mnist_core.pictures.own_digits import Point
from tests.browser.accessible import THEMES, set_theme
from tests.browser.hands import (
    DESKTOP_PX,
    PHONE_PX,
    address_of,
    draw,
    nothing_scrolls_sideways,
    open_lesson,
    play,
    prediction,
    set_width,
    wait_until,
)
from tests.browser.server import ROOT, running_app, running_browser
from tests.browser.test_train import figure, number
from ui.shared.tour.stops import DRAW, PAGES, TRAIN

FOLDER = ROOT / "screenshots"
DOCS = ROOT / "docs"
UNROLLED = """
:is(html, body, #root, #root > *, [data-testid="stApp"], [data-testid="stAppViewContainer"],
[data-testid="stMain"]) { position: static !important; height: auto !important;
  overflow: visible !important }
"""
"""The page as long as what is in it, which else scrolls inside of the window."""
ZERO: list[Point] = [
    (50 + 32 * cos(angle), 50 - 42 * sin(angle)) for angle in (n * tau / 40 for n in range(10, 51))
]
STANDS_STILL_MS = 2000
SLASH: list[Point] = [(88, 0), (12, 100)]
BATCHES = 700
"""After which the picture of a training is taken: the test digits have been read by then."""


def picture_pages(page: Page, app: str, folder: Path) -> None:
    """Each page from top to bottom: `<page>-<width>-<theme>.png`."""
    for stop in PAGES:
        open_lesson(page, address_of(stop, app))
        page.add_style_tag(content=UNROLLED)
        for width in (PHONE_PX, DESKTOP_PX):
            set_width(page, width)
            for theme in THEMES:
                set_theme(page, theme)
                nothing_scrolls_sideways(page)
                path = folder / f"{stop.key}-{width}-{theme}.png"
                page.screenshot(path=path, full_page=True, animations="disabled")
                print(path.relative_to(ROOT), flush=True)


def picture_draw(page: Page, app: str) -> None:
    """A zero with a slash, drawn with the mouse, and what the network reads."""
    page.set_viewport_size({"width": DESKTOP_PX, "height": 800})
    page.goto(address_of(DRAW, app))
    draw(page, [ZERO, SLASH])
    shown = None
    while shown != (shown := page.locator(".strip").inner_html()):
        page.wait_for_timeout(STANDS_STILL_MS)
    expect(prediction(page)).to_have_text("0")
    page.screenshot(path=DOCS / "draw.png", animations="disabled")


def picture_train(page: Page, app: str) -> None:
    """A training while it plays."""
    page.set_viewport_size({"width": DESKTOP_PX, "height": 760})
    page.goto(address_of(TRAIN, app))
    play(page)
    expect(figure(page, "Batches")).to_be_visible()
    wait_until(page, lambda: number(page, "Batches") >= BATCHES)
    page.screenshot(path=DOCS / "train.png")


def main() -> None:
    """Take them all."""
    FOLDER.mkdir(exist_ok=True)
    with running_app() as app, running_browser() as browser:
        page = browser.new_context().new_page()
        picture_pages(page, app, FOLDER)
        set_theme(page, THEMES[0])
        picture_draw(page, app)
        picture_train(page, app)


if __name__ == "__main__":
    main()
