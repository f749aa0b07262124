"""The page on first-layer weights in Chromium."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import at_both_widths, draw_in_dialog, move, open_chapter, part, play

pytestmark = [pytest.mark.browser, pytest.mark.walk]
LESSON = "first_layer"
TRAINED = "After training: the shipped weights"


def moment_slider(page: Page, what: str) -> Locator:
    return part(page, f"{what}_moment").get_by_role("slider")


@pytest.mark.parametrize(
    ("what", "chapter"), [("template", "Idea"), ("kernel", "Idea"), ("unit", "By the numbers")]
)
def test_walking_back_through_the_training_changes_the_pictures(
    lesson: Page, what: str, chapter: str
):
    open_chapter(lesson, chapter)
    thumb, pictures = moment_slider(lesson, what), part(lesson, f"{what}s image").first
    expect(lesson.get_by_text(TRAINED)).to_have_count(2)
    trained = pictures.get_attribute("href") or ""
    for _ in at_both_widths(lesson):
        move(thumb, "End")
        expect(pictures).to_be_visible()
        expect(pictures).to_have_attribute("href", trained)
        move(thumb, "Home")
        expect(pictures).not_to_have_attribute("href", trained)
        expect(lesson.get_by_text("Before training: random numbers")).to_have_count(1)
    move(thumb, "End")
    expect(lesson.get_by_text(TRAINED)).to_have_count(2)


def test_it_plays_to_the_end_and_follows_what_the_visitor_draws(lesson: Page):
    open_chapter(lesson, "Idea")
    move(moment_slider(lesson, "template"), "End")
    expect(lesson.get_by_text(TRAINED)).to_have_count(2)
    move(moment_slider(lesson, "template"), "ArrowLeft", 3)
    moment = lesson.get_by_text(re.compile(r"^After [\d ]+ batches$"))
    expect(moment).to_be_visible()
    expect(lesson.get_by_text(TRAINED)).to_have_count(1)
    begins = moment.inner_text()
    play(lesson)
    expect(lesson.get_by_text(begins)).to_have_count(0)
    expect(lesson.get_by_text(TRAINED)).to_have_count(2)
    votes = part(lesson, "votes")
    expect(votes).to_contain_text("◀")
    draw_in_dialog(lesson, DIGITS[0])
    expect(votes).to_contain_text("0 ◀")
