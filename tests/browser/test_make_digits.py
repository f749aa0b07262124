"""A visitor who asks for digits."""

import pytest
from playwright.sync_api import Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import (
    at_both_widths,
    button,
    changes,
    download,
    draw_in_dialog,
    move,
    part,
    pictures,
)

pytestmark = [pytest.mark.browser, pytest.mark.walk]
LESSON = "make_digits?chapter=Idea"


def test_ask_for_sevens_and_take_them_home(lesson: Page):
    sheet = pictures(lesson, "asked_sheet")
    part(lesson, "asked_digit").get_by_text("7", exact=True).click()
    changes(lesson, "asked_sheet", sheet)
    expect(lesson.get_by_role("img", name="20 generated pictures of the digit 7")).to_be_visible()
    lesson.get_by_test_id("stExpander").get_by_text("How many").first.click()
    png = download(lesson, "Download the sheet as PNG")
    assert (png.format, png.size) == ("PNG", (10 * 112 + 9 * 4, 2 * 112 + 4))
    expect(lesson.get_by_test_id("stException")).to_have_count(0)


def test_the_temperature_changes_the_sheet_and_nothing_scrolls_sideways(lesson: Page):
    temperature = part(lesson, "asked_temperature").get_by_role("slider")
    for _ in at_both_widths(lesson):
        sheet = pictures(lesson, "asked_sheet")
        move(temperature, "PageDown")
        changes(lesson, "asked_sheet", sheet)


def test_new_samples_come_and_the_ten_digits_follow_what_is_drawn(lesson: Page):
    samples = pictures(lesson, "prior_row")
    part(lesson, "prior_seed_button").get_by_role("button").click()
    changes(lesson, "prior_row", samples)
    ten = pictures(lesson, "style_row")
    draw_in_dialog(lesson, DIGITS[3])
    assert len(changes(lesson, "style_row", ten)) == 10
    expect(button(lesson, "Change the digit")).to_be_visible()
