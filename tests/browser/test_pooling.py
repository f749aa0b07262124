"""A visitor of the pooling lesson."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import (
    at_both_widths,
    button,
    click_at,
    draw_in_dialog,
    move,
    open_chapter,
    play,
    slider,
)
from ui.shared.tour.stops import POOLING

pytestmark = [pytest.mark.browser]
LESSON = "pooling"


def pooled(page: Page) -> Locator:
    return page.get_by_role("img", name="the digit after max pooling")


def test_sliders_move_the_window_and_the_digit(lesson: Page):
    expect(lesson.get_by_role("heading", name=POOLING.question)).to_be_visible()
    open_chapter(lesson, "Idea")
    change = lesson.get_by_role("img", name=re.compile("The picture: "))
    kernel = slider(lesson, "Kernel k")
    for _ in at_both_widths(lesson):
        expect(lesson.get_by_text("row 4, column 8 is marked")).to_be_visible()
        move(slider(lesson, "Position of the window"), "ArrowRight")
        expect(lesson.get_by_text("row 4, column 9 is marked")).to_be_visible()
        pooled(lesson).click(position={"x": 2, "y": 2})
        expect(lesson.get_by_text("row 0, column 0 is marked")).to_be_visible()
        move(kernel, "ArrowRight")
        expect(lesson.get_by_text("What comes out, 13 × 13")).to_be_visible()
        before = change.get_attribute("aria-label")
        move(slider(lesson, "Pixels to the right"), "ArrowRight")
        expect(change).not_to_have_attribute("aria-label", before or "")

        move(kernel, "ArrowLeft")
        expect(lesson.get_by_text("What comes out, 14 × 14")).to_be_visible()
        click_at(pooled(lesson), 8.5 / 14, 4.5 / 14)


@pytest.mark.walk
def test_play_moves_the_window_and_pause_stops_it(lesson: Page):
    position = slider(lesson, "Position of the window")
    stood = position.input_value()
    play(lesson)
    expect(position).not_to_have_value(stood)
    button(lesson, "Pause").click()
    expect(button(lesson, "Play")).to_be_visible()
    stands = position.input_value()
    lesson.wait_for_timeout(1500)  # twice as long as it stands still while it plays
    expect(position).to_have_value(stands)


@pytest.mark.walk
def test_the_lesson_follows_what_is_drawn_in_it(lesson: Page):
    image = pooled(lesson).locator("image")
    before = image.get_attribute("href")
    draw_in_dialog(lesson, DIGITS[3])
    expect(image).not_to_have_attribute("href", before or "")
