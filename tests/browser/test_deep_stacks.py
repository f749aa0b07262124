"""A visitor of the lesson on deep stacks."""

import re

import pytest
from playwright.sync_api import Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import (
    at_both_widths,
    button,
    draw_in_dialog,
    move,
    open_chapter,
    play,
    slider,
)
from ui.shared.tour.stops import DEEP_STACKS

pytestmark = [pytest.mark.browser, pytest.mark.walk]
LESSON = "deep_stacks"
LINES = 3
"""In the chart, each with a point for the input and for each layer."""


def test_the_chart_follows_the_depth_and_the_ellipse_the_power(lesson: Page):
    expect(lesson.get_by_role("heading", name=DEEP_STACKS.question)).to_be_visible()
    points = lesson.get_by_test_id("stVegaLiteChart").locator(".mark-symbol path")
    open_chapter(lesson, "By the numbers")
    ellipse = lesson.locator("svg[aria-label*='unit circle'] polygon")
    for _ in at_both_widths(lesson):
        move(slider(lesson, "Depth (layers)"), "Home")
        expect(points).to_have_count(2 * LINES)
        move(slider(lesson, "Depth (layers)"), "End")
        expect(lesson.get_by_text("the computer cannot tell the digits apart")).to_be_visible()
        expect(points).to_have_count(51 * LINES)
        expect(lesson.get_by_text("below: layer 50")).to_have_count(2)

        outline = ellipse.get_attribute("points")
        move(slider(lesson, "t, how often"), "ArrowRight", 3)
        expect(ellipse).not_to_have_attribute("points", outline or "")


def test_a_drawn_digit_goes_through_the_layer(lesson: Page):
    image = lesson.locator("svg[aria-label*='unit circle'] image")
    before = image.get_attribute("href")
    draw_in_dialog(lesson, DIGITS[3])
    expect(image).not_to_have_attribute("href", before or "")


def test_the_training_of_equal_weights_is_walked_through_and_plays(lesson: Page):
    open_chapter(lesson, "Idea")
    for _ in at_both_widths(lesson):
        move(slider(lesson, "Steps of training"), "End")
        expect(lesson.get_by_text("After 100 steps the loss is")).to_be_visible()
        move(slider(lesson, "Steps of training"), "Home")
        expect(lesson.get_by_text("After 0 steps the loss is")).to_be_visible()
        expect(lesson.get_by_text("greatest difference: 0", exact=False).first).to_be_visible()

    move(slider(lesson, "Steps of training"), "End")
    expect(lesson.get_by_text("After 100 steps the loss is")).to_be_visible()
    play(lesson)
    expect(lesson.get_by_text(re.compile(r"After [1-9]\d? steps the loss"))).to_be_visible()
    button(lesson, "Pause").click()
    expect(button(lesson, "Play")).to_be_visible()
