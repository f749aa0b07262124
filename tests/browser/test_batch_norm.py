"""A visitor of the lesson on batch normalisation."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.conftest import open_page
from tests.browser.hands import draw

pytestmark = [pytest.mark.browser]


def open_batch_norm(context: BrowserContext, address: str, query: str = "") -> Page:
    page = open_page(context, address)
    page.goto(f"{address}/batch_norm{query}")
    expect(page.get_by_role("heading", name="Batch normalisation", exact=True)).to_be_visible()
    expect(page.get_by_text("Where the running averages come from")).to_be_visible()
    return page


def fits(page: Page) -> bool:
    main = page.get_by_test_id("stMain")
    fits_inside: bool = main.evaluate("element => element.scrollWidth <= element.clientWidth")
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    return fits_inside and wide <= page.viewport_size["width"]  # type: ignore[index]


def after(page: Page) -> Locator:
    return page.get_by_role("img", name="Histogram: After. mean")


def biased(page: Page) -> Locator:
    return page.get_by_role("img", name="Histogram: Before, with the bias")


def stands_still(page: Page) -> Locator:
    return page.get_by_role("img", name="Histogram: After, in training")


@pytest.mark.parametrize("width", [1280, 390])
def test_sliders_move_the_histograms_that_they_should_and_no_other(
    context: BrowserContext, address: str, width: int
):
    page = open_batch_norm(context, address, "?digit_from=Drawn+by+the+program")
    page.set_viewport_size({"width": width, "height": 900})
    expect(after(page)).to_have_attribute("aria-label", re.compile(r"mean 0\.000"))
    page.get_by_role("slider", name="Mean β").press("PageUp")
    expect(after(page)).not_to_have_attribute("aria-label", re.compile(r"mean 0\.000"))
    label, still = biased(page).get_attribute("aria-label"), stands_still(page).inner_html()
    page.get_by_role("slider", name="Bias b").press("PageUp")
    expect(biased(page)).not_to_have_attribute("aria-label", label or "")
    expect(page.get_by_role("row", name="before the normalisation")).not_to_contain_text("2.000")
    assert stands_still(page).inner_html() == still
    assert fits(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_a_batch_of_one_after_a_linear_layer_gets_a_sentence(context: BrowserContext, address: str):
    page = open_batch_norm(context, address, "?norm_batch=1")
    page.get_by_role("combobox", name="Batch normalisation").click()
    page.get_by_role("option", name="5. after Linear").click()
    expect(page.get_by_text("A single number has no spread").first).to_be_visible()
    page.get_by_role("radio", name="In evaluation").click()
    expect(after(page)).to_be_visible()


def test_the_lesson_follows_what_is_drawn_in_it(context: BrowserContext, address: str):
    page = open_batch_norm(context, address)
    alone = page.get_by_role("img", name="in training, alone")
    before = alone.inner_html()
    page.get_by_role("button", name="Change the digit").click()
    draw(page, DIGITS[3])
    expect(page.get_by_text("your drawing")).to_be_visible()
    expect(alone).to_be_attached()
    assert alone.inner_html() != before
