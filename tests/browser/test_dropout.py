"""The Dropout page in Chromium."""

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import button, draw

pytestmark = [pytest.mark.browser]


def open_dropout(context: BrowserContext, address: str, width: int) -> Page:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/dropout")
    expect(page.get_by_role("heading", name="Try this")).to_be_visible(timeout=60_000)
    return page


def slider(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-{key}").get_by_role("slider")


def move(thumb: Locator, presses: int) -> None:
    thumb.scroll_into_view_if_needed()
    thumb.focus()
    for _ in range(abs(presses)):
        thumb.press("ArrowRight" if presses > 0 else "ArrowLeft")


@pytest.mark.parametrize("width", [1280, 390])
def test_sliders_change_their_pictures_and_nothing_scrolls_sideways(
    context: BrowserContext, address: str, width: int
) -> None:
    page = open_dropout(context, address, width)
    gone = page.get_by_text("Channel dropout:")
    expect(gone).to_contain_text("of 32 maps")
    move(slider(page, "maps_rate"), -10)
    expect(gone).to_contain_text("0 % of the places gone, 0 of 32 maps")
    move(slider(page, "mean_over"), 4)
    expect(page.get_by_text("mean of 1000 masks").first).to_be_visible()
    page.get_by_text("The rates that it was trained with", exact=True).click()
    answers = page.locator(".mask-answers")
    before = answers.get_attribute("aria-label")
    move(slider(page, "spread_rate"), 8)
    expect(answers).not_to_have_attribute("aria-label", before or "")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    main = page.get_by_test_id("stMain")
    assert main.evaluate("element => element.scrollWidth <= element.clientWidth")


def test_what_the_visitor_draws_is_what_falls_apart_and_is_read(
    context: BrowserContext, address: str
) -> None:
    page = open_dropout(context, address, 1280)
    page.get_by_role("button", name="Change the digit").click()
    page.locator("canvas.upper-canvas").wait_for()
    page.wait_for_timeout(1000)  # the popover comes to rest
    draw(page, DIGITS[3])
    expect(page.get_by_text("The digit: your drawing")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-name='Answer in eval mode']")).to_contain_text("3")
    row = page.locator(".st-key-sparse_row")
    expect(row).to_contain_text("reads 3")
    before = row.inner_html()
    button(page, "Throw the dice again").click()
    page.wait_for_function(
        "before => document.querySelector('.st-key-sparse_row').innerHTML !== before", arg=before
    )
