"""A visitor of the lesson on batch normalisation."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import (
    at_both_widths,
    choose,
    come_to_rest,
    draw_in_dialog,
    move,
    open_chapter,
    slider,
)
from ui.shared.tour.stops import BATCH_NORM

pytestmark = [pytest.mark.browser, pytest.mark.walk]
LESSON = "batch_norm"


def after(page: Page) -> Locator:
    return page.get_by_role("img", name="Histogram: After. mean")


def biased(page: Page) -> Locator:
    return page.get_by_role("img", name="Histogram: Before, with the bias")


def stands_still(page: Page) -> Locator:
    return page.get_by_role("img", name="Histogram: After, in training")


def test_sliders_move_the_histograms_that_they_should_and_no_other(lesson: Page):
    expect(lesson.get_by_role("heading", name=BATCH_NORM.question)).to_be_visible()
    open_chapter(lesson, "By the numbers")
    for _ in at_both_widths(lesson):
        expect(after(lesson)).to_have_attribute("aria-label", re.compile(r"mean 0\.000"))
        move(slider(lesson, "Mean β"), "PageUp")
        expect(after(lesson)).not_to_have_attribute("aria-label", re.compile(r"mean 0\.000"))
        label, still = biased(lesson).get_attribute("aria-label"), stands_still(lesson).inner_html()
        move(slider(lesson, "Bias b"), "PageUp")
        expect(biased(lesson)).not_to_have_attribute("aria-label", label or "")
        changed = lesson.get_by_role("row", name="before the normalisation")
        expect(changed).not_to_contain_text("2.000")
        assert stands_still(lesson).inner_html() == still
        move(slider(lesson, "Mean β"), "PageDown")


def test_the_lesson_follows_what_is_drawn_in_it(lesson: Page):
    open_chapter(lesson, "Idea")
    alone = lesson.get_by_role("img", name="in training, alone").locator("image")
    before = alone.get_attribute("href")
    draw_in_dialog(lesson, DIGITS[3])
    expect(alone).not_to_have_attribute("href", before or "")


def test_a_batch_of_one_after_a_linear_layer_gets_a_sentence(lesson: Page):
    open_chapter(lesson, "Idea")
    move(slider(lesson, "Pictures in the batch"), "Home")
    expect(lesson.get_by_text("with 0 others").first).to_be_visible()
    come_to_rest(lesson)
    choose(lesson, "Batch normalisation", "5. after Linear")
    expect(lesson.get_by_text("A single number has no spread").first).to_be_visible()
    lesson.get_by_role("radio", name="In evaluation").click()
    expect(after(lesson)).to_be_visible()
