"""A visitor of the lesson on batch normalisation."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import OpenLesson, at_both_widths, choose, draw_in_popover, move, slider

pytestmark = [pytest.mark.browser]


def after(page: Page) -> Locator:
    return page.get_by_role("img", name="Histogram: After. mean")


def biased(page: Page) -> Locator:
    return page.get_by_role("img", name="Histogram: Before, with the bias")


def stands_still(page: Page) -> Locator:
    return page.get_by_role("img", name="Histogram: After, in training")


def test_sliders_move_the_histograms_that_they_should_and_no_other(lesson: OpenLesson):
    page = lesson("batch_norm?digit_from=Drawn+by+the+program")
    for _ in at_both_widths(page):
        expect(after(page)).to_have_attribute("aria-label", re.compile(r"mean 0\.000"))
        move(slider(page, "Mean β"), "PageUp")
        expect(after(page)).not_to_have_attribute("aria-label", re.compile(r"mean 0\.000"))
        label, still = biased(page).get_attribute("aria-label"), stands_still(page).inner_html()
        move(slider(page, "Bias b"), "PageUp")
        expect(biased(page)).not_to_have_attribute("aria-label", label or "")
        changed = page.get_by_role("row", name="before the normalisation")
        expect(changed).not_to_contain_text("2.000")
        assert stands_still(page).inner_html() == still
        move(slider(page, "Mean β"), "PageDown")


def test_a_batch_of_one_after_a_linear_layer_gets_a_sentence(lesson: OpenLesson):
    page = lesson("batch_norm?norm_batch=1&digit_from=Drawn+by+the+program")
    choose(page, "Batch normalisation", "5. after Linear")
    expect(page.get_by_text("A single number has no spread").first).to_be_visible()
    page.get_by_role("radio", name="In evaluation").click()
    expect(after(page)).to_be_visible()


def test_the_lesson_follows_what_is_drawn_in_it(lesson: OpenLesson):
    page = lesson("batch_norm")
    alone = page.get_by_role("img", name="in training, alone").locator("image")
    before = alone.get_attribute("href")
    draw_in_popover(page, DIGITS[3])
    expect(alone).not_to_have_attribute("href", before or "")
