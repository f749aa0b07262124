"""A visitor of the lesson on activations and initialisation."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import (
    at_both_widths,
    button,
    draw_in_dialog,
    move,
    play,
    slider,
)
from ui.shared.tour.stops import ACTIVATIONS

pytestmark = [pytest.mark.browser]
LESSON = "activations"


def points(page: Page, chart: int) -> Locator:
    """The points of a chart, each with its numbers as label, whatever the chart's size."""
    return page.get_by_test_id("stVegaLiteChart").nth(chart).locator("[aria-roledescription=point]")


def test_every_picture_follows_its_slider_and_nothing_scrolls_sideways(lesson: Page):
    expect(lesson.get_by_role("heading", name=ACTIVATIONS.question)).to_be_visible()
    ellipse = lesson.locator("svg[aria-label*='unit circle'] polygon")
    for _ in at_both_widths(lesson):
        before = points(lesson, 0).first.get_attribute("aria-label")
        move(slider(lesson, "z"), "ArrowLeft", 5)
        expect(points(lesson, 0).first).not_to_have_attribute("aria-label", before or "")
        expect(lesson.get_by_text("Squeezes every number")).to_be_visible()

        move(slider(lesson, "Depth (layers)"), "Home")
        expect(points(lesson, 1).last).to_have_attribute("aria-label", re.compile("^layer: 1;"))
        move(slider(lesson, "Depth (layers)"), "End")
        expect(lesson.get_by_text("the computer cannot tell the digits apart")).to_be_visible()
        expect(points(lesson, 1).last).to_have_attribute("aria-label", re.compile("^layer: 50;"))
        expect(lesson.get_by_text("below: layer 50")).to_have_count(2)

        outline = ellipse.get_attribute("points")
        move(slider(lesson, "t, how often"), "ArrowRight", 3)
        expect(ellipse).not_to_have_attribute("points", outline or "")

        move(slider(lesson, "Steps of training"), "End")
        expect(lesson.get_by_text("After 100 steps the loss is")).to_be_visible()
        move(slider(lesson, "Steps of training"), "Home")
        expect(lesson.get_by_text("After 0 steps the loss is")).to_be_visible()
        expect(lesson.get_by_text("greatest difference: 0", exact=False).first).to_be_visible()


def test_a_drawn_digit_goes_through_everything_and_the_training_plays(lesson: Page):
    image = lesson.locator("svg[aria-label*='unit circle'] image")
    before = image.get_attribute("href")
    draw_in_dialog(lesson, DIGITS[3])
    expect(image).not_to_have_attribute("href", before or "")

    move(slider(lesson, "Steps of training"), "End")
    expect(lesson.get_by_text("After 100 steps the loss is")).to_be_visible()
    play(lesson)
    expect(lesson.get_by_text(re.compile(r"After [1-9]\d? steps the loss"))).to_be_visible()
    button(lesson, "Pause").click()
    expect(button(lesson, "Play")).to_be_visible()
