"""The page on first-layer weights in Chromium."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import button, draw

pytestmark = [pytest.mark.browser]


def open_first_layer(context: BrowserContext, address: str, width: int) -> Page:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/first_layer")
    expect(page.get_by_role("heading", name="Try this")).to_be_visible(timeout=60_000)
    return page


@pytest.mark.parametrize("width", [1280, 390])
def test_walking_back_through_the_training_changes_the_pictures(
    context: BrowserContext, address: str, width: int
) -> None:
    page = open_first_layer(context, address, width)
    for key, shown in (
        ("template_moment", "templates"),
        ("unit_moment", "units"),
        ("kernel_moment", "kernels"),
    ):
        pictures = page.locator(f".st-key-{shown} image").first
        expect(pictures).to_be_visible()
        before = pictures.get_attribute("href")
        slider = page.locator(f".st-key-{key}").get_by_role("slider")
        slider.scroll_into_view_if_needed()
        slider.focus()
        slider.press("Home")
        expect(pictures).not_to_have_attribute("href", before or "")
    expect(page.get_by_text("Before training: random numbers")).to_have_count(3)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    main = page.get_by_test_id("stMain")
    assert main.evaluate("element => element.scrollWidth <= element.clientWidth")


def test_it_plays_to_the_end_and_follows_what_the_visitor_draws(
    context: BrowserContext, address: str
) -> None:
    page = open_first_layer(context, address, 1280)
    button(page, "Play").first.click()
    expect(page.get_by_text(re.compile(r"After [\d ]+ batches"))).to_be_visible()
    expect(page.get_by_text("After training: the shipped weights")).to_have_count(3)
    votes = page.locator(".st-key-votes")
    expect(votes).to_contain_text("◀")
    page.get_by_role("button", name="Change the digit").click()
    page.locator("canvas.upper-canvas").wait_for()
    page.wait_for_timeout(1000)  # the popover comes to rest
    draw(page, DIGITS[0])
    expect(page.get_by_text("The digit: your drawing")).to_be_visible()
    expect(votes).to_contain_text("0 ◀")
