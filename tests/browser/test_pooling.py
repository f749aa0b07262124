"""A visitor of the pooling lesson."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import (
    OpenLesson,
    at_both_widths,
    button,
    click_at,
    draw_in_popover,
    move,
    play,
    slider,
)

pytestmark = [pytest.mark.browser]


def pooled(page: Page) -> Locator:
    return page.get_by_role("img", name="the digit after max pooling")


def test_sliders_move_the_window_and_the_digit(lesson: OpenLesson):
    page = lesson("pooling?digit_from=Drawn+by+the+program")
    change = page.get_by_role("img", name=re.compile("The picture: "))
    kernel = slider(page, "Kernel k")
    for _ in at_both_widths(page):
        expect(page.get_by_text("row 4, column 8 is marked")).to_be_visible()
        move(slider(page, "Position of the window"), "ArrowRight")
        expect(page.get_by_text("row 4, column 9 is marked")).to_be_visible()
        pooled(page).click(position={"x": 2, "y": 2})
        expect(page.get_by_text("row 0, column 0 is marked")).to_be_visible()
        move(kernel, "ArrowRight")
        expect(page.get_by_text("What comes out, 13 × 13")).to_be_visible()
        before = change.get_attribute("aria-label")
        move(slider(page, "Pixels to the right"), "ArrowRight")
        expect(change).not_to_have_attribute("aria-label", before or "")

        move(kernel, "ArrowLeft")
        expect(page.get_by_text("What comes out, 14 × 14")).to_be_visible()
        click_at(pooled(page), 8.5 / 14, 4.5 / 14)


def test_play_moves_the_window_pause_stops_it_and_a_drawing_is_looked_at(lesson: OpenLesson):
    page = lesson("pooling")
    position = slider(page, "Position of the window")
    play(page)
    expect(position).not_to_have_value("64")
    button(page, "Pause").click()
    expect(button(page, "Play")).to_be_visible()
    stands = position.input_value()
    page.wait_for_timeout(1500)  # twice as long as it stands still while it plays
    expect(position).to_have_value(stands)

    image = pooled(page).locator("image")
    before = image.get_attribute("href")
    draw_in_popover(page, DIGITS[3])
    expect(image).not_to_have_attribute("href", before or "")
