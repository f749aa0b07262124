"""The Dropout page in Chromium."""

import pytest
from playwright.sync_api import Locator, Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import OpenLesson, at_both_widths, button, draw_in_popover, move, part

pytestmark = [pytest.mark.browser]


def thumb(page: Page, key: str) -> Locator:
    return part(page, key).get_by_role("slider")


def test_sliders_change_their_pictures_and_nothing_scrolls_sideways(lesson: OpenLesson):
    page = lesson("dropout?digit_from=Drawn+by+the+program")
    gone = page.get_by_text("Channel dropout:")
    mean = page.get_by_text("mean of 1000 masks")
    as_trained = part(page, "spread_as_trained").get_by_text("The rates that it was trained with")
    answers = page.locator(".mask-answers")
    for _ in at_both_widths(page):
        expect(gone).to_contain_text("of 32 maps")
        expect(gone).not_to_contain_text(", 0 of 32 maps")
        move(thumb(page, "maps_rate"), "Home")
        expect(gone).to_contain_text("0 % of the places gone, 0 of 32 maps")
        expect(mean).to_have_count(0)
        move(thumb(page, "mean_over"), "End")
        expect(mean.first).to_be_visible()
        as_trained.click()
        before = answers.get_attribute("aria-label")
        move(thumb(page, "spread_rate"), "End")
        expect(answers).not_to_have_attribute("aria-label", before or "")

        move(thumb(page, "maps_rate"), "End")
        move(thumb(page, "mean_over"), "Home")
        move(thumb(page, "spread_rate"), "Home")
        as_trained.click()
        expect(thumb(page, "spread_rate")).to_have_count(0)


def test_what_the_visitor_draws_is_what_falls_apart_and_is_read(lesson: OpenLesson):
    page = lesson("dropout")
    draw_in_popover(page, DIGITS[3])
    expect(page.locator("[data-name='Answer in eval mode']")).to_contain_text("3")
    row = part(page, "sparse_row")
    expect(row).to_contain_text("reads 3")
    image = row.locator("image").last
    before = image.get_attribute("href")
    button(page, "Throw the dice again").click()
    expect(image).not_to_have_attribute("href", before or "")
