"""The page on first-layer weights in Chromium."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import at_both_widths, draw_in_dialog, move, part, play

pytestmark = [pytest.mark.browser]
LESSON = "first_layer"
LAYERS = ("template", "unit", "kernel")
TRAINED = "After training: the shipped weights"


def moment_slider(page: Page, what: str) -> Locator:
    return part(page, f"{what}_moment").get_by_role("slider")


def test_walking_back_through_the_training_changes_the_pictures(lesson: Page):
    walks = [(moment_slider(lesson, what), part(lesson, f"{what}s image").first) for what in LAYERS]
    expect(lesson.get_by_text(TRAINED)).to_have_count(3)
    trained = [pictures.get_attribute("href") or "" for _, pictures in walks]
    for _ in at_both_widths(lesson):
        for (thumb, pictures), href in zip(walks, trained, strict=True):
            move(thumb, "End")
            expect(pictures).to_be_visible()
            expect(pictures).to_have_attribute("href", href)
            move(thumb, "Home")
            expect(pictures).not_to_have_attribute("href", href)
        expect(lesson.get_by_text("Before training: random numbers")).to_have_count(3)


def test_it_plays_to_the_end_and_follows_what_the_visitor_draws(lesson: Page):
    for what in LAYERS:
        move(moment_slider(lesson, what), "End")
    expect(lesson.get_by_text(TRAINED)).to_have_count(3)
    move(moment_slider(lesson, "template"), "ArrowLeft", 3)
    moment = lesson.get_by_text(re.compile(r"^After [\d ]+ batches$"))
    expect(moment).to_be_visible()
    expect(lesson.get_by_text(TRAINED)).to_have_count(2)
    begins = moment.inner_text()
    play(lesson)
    expect(lesson.get_by_text(begins)).to_have_count(0)
    expect(lesson.get_by_text(TRAINED)).to_have_count(3)
    votes = part(lesson, "votes")
    expect(votes).to_contain_text("◀")
    draw_in_dialog(lesson, DIGITS[0])
    expect(votes).to_contain_text("0 ◀")
