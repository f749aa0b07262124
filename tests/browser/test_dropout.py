"""The Dropout page in Chromium."""

import pytest
from playwright.sync_api import Locator, Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import at_both_widths, button, draw_in_dialog, move, open_chapter, part

pytestmark = [pytest.mark.browser, pytest.mark.walk]
LESSON = "dropout"


def thumb(page: Page, key: str) -> Locator:
    return part(page, key).get_by_role("slider")


def test_sliders_change_their_pictures_and_nothing_scrolls_sideways(lesson: Page):
    gone = lesson.get_by_text("Channel dropout:")
    mean = lesson.get_by_text("mean of 1000 masks")
    as_trained = part(lesson, "spread_as_trained").get_by_text("The rates that it was trained with")
    answers = lesson.locator(".mask-answers")
    for _ in at_both_widths(lesson):
        open_chapter(lesson, "Idea")
        expect(gone).to_contain_text("of 32 maps")
        expect(gone).not_to_contain_text(", 0 of 32 maps")
        move(thumb(lesson, "maps_rate"), "Home")
        expect(gone).to_contain_text("0 % of the places gone, 0 of 32 maps")
        move(thumb(lesson, "maps_rate"), "End")

        open_chapter(lesson, "By the numbers")
        expect(mean).to_have_count(0)
        move(thumb(lesson, "mean_over"), "End")
        expect(mean.first).to_be_visible()
        move(thumb(lesson, "mean_over"), "Home")

        open_chapter(lesson, "For experts")
        as_trained.click()
        before = answers.get_attribute("aria-label")
        move(thumb(lesson, "spread_rate"), "End")
        expect(answers).not_to_have_attribute("aria-label", before or "")
        move(thumb(lesson, "spread_rate"), "Home")
        as_trained.click()
        expect(thumb(lesson, "spread_rate")).to_have_count(0)


def test_what_the_visitor_draws_is_what_falls_apart_and_is_read(lesson: Page):
    draw_in_dialog(lesson, DIGITS[3])
    expect(lesson.locator("[data-name='Answer in eval mode']")).to_contain_text("3")
    row = part(lesson, "sparse_row")
    expect(row).to_contain_text("reads 3")
    image = row.locator("image").last
    before = image.get_attribute("href")
    button(lesson, "Throw the dice again").click()
    expect(image).not_to_have_attribute("href", before or "")
