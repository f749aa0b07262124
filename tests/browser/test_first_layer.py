"""The page on first-layer weights in Chromium."""

import re

import pytest
from playwright.sync_api import expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import OpenLesson, at_both_widths, draw_in_popover, move, part, play

pytestmark = [pytest.mark.browser]
TRAINED = "After training: the shipped weights"


def test_walking_back_through_the_training_changes_the_pictures(lesson: OpenLesson):
    page = lesson("first_layer?digit_from=Drawn+by+the+program")
    walks = [
        (part(page, f"{what}_moment").get_by_role("slider"), part(page, f"{what}s image").first)
        for what in ("template", "unit", "kernel")
    ]
    trained = [pictures.get_attribute("href") or "" for _, pictures in walks]
    for _ in at_both_widths(page):
        for (thumb, pictures), href in zip(walks, trained, strict=True):
            move(thumb, "End")
            expect(pictures).to_be_visible()
            expect(pictures).to_have_attribute("href", href)
            move(thumb, "Home")
            expect(pictures).not_to_have_attribute("href", href)
        expect(page.get_by_text("Before training: random numbers")).to_have_count(3)


def test_it_plays_to_the_end_and_follows_what_the_visitor_draws(lesson: OpenLesson):
    page = lesson("first_layer")
    move(part(page, "template_moment").get_by_role("slider"), "ArrowLeft", 3)
    moment = page.get_by_text(re.compile(r"^After [\d ]+ batches$"))
    expect(moment).to_be_visible()
    expect(page.get_by_text(TRAINED)).to_have_count(2)
    begins = moment.inner_text()
    play(page)
    expect(page.get_by_text(begins)).to_have_count(0)
    expect(page.get_by_text(TRAINED)).to_have_count(3)
    votes = part(page, "votes")
    expect(votes).to_contain_text("◀")
    draw_in_popover(page, DIGITS[0])
    expect(votes).to_contain_text("0 ◀")
