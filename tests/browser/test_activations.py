"""A visitor of the lesson on activations and initialisation."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.conftest import open_page
from tests.browser.hands import button, draw

pytestmark = [pytest.mark.browser]


def open_activations(context: BrowserContext, address: str, width: int) -> Page:
    """The page by its own address. The first page was open before: the server knows all pages."""
    page = open_page(context, address)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/activations")
    expect(page.get_by_role("heading", name="Activations and initialisation")).to_be_visible()
    expect(page.get_by_role("heading", name="Try this")).to_be_visible()
    return page


def move(page: Page, label: str, key: str, times: int = 1) -> None:
    """Move a slider by keyboard."""
    slider = page.locator(f'input[type="range"][aria-label="{label}"]')
    for _ in range(times):
        slider.press(key)


def chart(page: Page, which: int) -> Locator:
    """The drawing in a chart."""
    return page.get_by_test_id("stVegaLiteChart").nth(which).locator("svg")


def changes(chart: Locator, before: str) -> None:
    for _ in range(100):
        if chart.inner_html() != before:
            return
        chart.page.wait_for_timeout(100)
    raise AssertionError("the chart stayed as it was")


@pytest.mark.parametrize("width", [1280, 390])
def test_every_picture_follows_its_slider_and_nothing_scrolls_sideways(
    context: BrowserContext, address: str, width: int
) -> None:
    page = open_activations(context, address, width)
    before = chart(page, 0).inner_html()
    move(page, "z", "ArrowLeft", 5)
    changes(chart(page, 0), before)
    expect(page.get_by_text("Squeezes every number")).to_be_visible()

    before = chart(page, 1).inner_html()
    move(page, "Depth (layers)", "End")
    expect(page.get_by_text("the computer cannot tell the digits apart")).to_be_visible()
    changes(chart(page, 1), before)
    expect(page.get_by_text("below: layer 50")).to_have_count(2)

    ellipse = page.locator("svg[aria-label*='unit circle'] polygon")
    points = ellipse.get_attribute("points")
    move(page, "t, how often", "ArrowRight", 3)
    expect(ellipse).not_to_have_attribute("points", points or "")

    move(page, "Steps of training", "Home")
    expect(page.get_by_text("After 0 steps the loss is")).to_be_visible()
    expect(page.get_by_text("greatest difference: 0", exact=False).first).to_be_visible()

    scrolled = "document.documentElement.scrollWidth <= window.innerWidth"
    assert page.evaluate(scrolled)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("element => element.scrollWidth <= element.clientWidth")
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_a_drawn_digit_goes_through_everything_and_the_training_plays(
    context: BrowserContext, address: str
) -> None:
    page = open_activations(context, address, 1280)
    image = page.locator("svg[aria-label*='unit circle'] image")
    before = image.get_attribute("href")
    page.get_by_role("button", name="Change the digit").click()
    page.locator("canvas.upper-canvas").wait_for()
    draw(page, DIGITS[3])
    expect(page.get_by_text("your drawing").first).to_be_visible()
    expect(image).not_to_have_attribute("href", before or "")
    page.keyboard.press("Escape")

    button(page, "Play").click()
    expect(page.get_by_text(re.compile(r"After [1-9]\d? steps the loss"))).to_be_visible()
    button(page, "Pause").click()
    expect(button(page, "Play")).to_be_visible()
