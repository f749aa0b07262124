"""A visitor of the pooling lesson."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.conftest import open_page
from tests.browser.hands import button, draw

pytestmark = [pytest.mark.browser]


def open_pooling(context: BrowserContext, address: str, query: str = "") -> Page:
    page = open_page(context, address)
    page.goto(f"{address}/pooling{query}")
    expect(page.get_by_role("heading", name="Pooling", exact=True)).to_be_visible()
    expect(page.get_by_text("What comes out, ")).to_be_visible()
    return page


def slider(page: Page, label: str) -> Locator:
    return page.get_by_role("slider", name=label)


def fits(page: Page) -> bool:
    main = page.get_by_test_id("stMain")
    fits_inside: bool = main.evaluate("element => element.scrollWidth <= element.clientWidth")
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    return fits_inside and wide <= page.viewport_size["width"]  # type: ignore[index]


@pytest.mark.parametrize("width", [1280, 390])
def test_sliders_move_the_window_and_the_digit(context: BrowserContext, address: str, width: int):
    page = open_pooling(context, address, "?digit_from=Drawn+by+the+program")
    page.set_viewport_size({"width": width, "height": 900})
    expect(page.get_by_text("row 4, column 8 is marked")).to_be_visible()
    slider(page, "Position of the window").press("ArrowRight")
    expect(page.get_by_text("row 4, column 9 is marked")).to_be_visible()
    page.get_by_role("img", name="the digit after max pooling").click(position={"x": 2, "y": 2})
    expect(page.get_by_text("row 0, column 0 is marked")).to_be_visible()
    slider(page, "Kernel k").press("ArrowRight")
    expect(page.get_by_text("What comes out, 13 × 13")).to_be_visible()
    change = page.get_by_role("img", name=re.compile("The picture: "))
    before = change.get_attribute("aria-label")
    slider(page, "Pixels to the right").press("ArrowRight")
    expect(change).not_to_have_attribute("aria-label", before or "")
    assert fits(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_play_moves_the_window_and_pause_stops_it(context: BrowserContext, address: str):
    page = open_pooling(context, address)
    position = slider(page, "Position of the window")
    button(page, "Play").click()
    expect(position).not_to_have_value("64")
    button(page, "Pause").click()
    expect(button(page, "Play")).to_be_visible()
    stands = position.input_value()
    page.wait_for_timeout(1500)
    expect(position).to_have_value(stands)


def test_the_lesson_follows_what_is_drawn_in_it(context: BrowserContext, address: str):
    page = open_pooling(context, address)
    before = page.get_by_role("img", name="the digit after max pooling").inner_html()
    page.get_by_role("button", name="Change the digit").click()
    draw(page, DIGITS[3])
    expect(page.get_by_text("your drawing")).to_be_visible()
    after = page.get_by_role("img", name="the digit after max pooling")
    expect(after).to_be_attached()
    assert after.inner_html() != before
