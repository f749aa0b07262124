"""A visitor of the lesson on activation functions."""

import re

import pytest
from playwright.sync_api import Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import (
    at_both_widths,
    draw_in_dialog,
    move,
    open_chapter,
    slider,
    wait_for_lesson,
)
from ui.shared.tour.stops import ACTIVATION_FUNCTIONS

pytestmark = [pytest.mark.browser, pytest.mark.walk]
LESSON = "activation_functions"


def test_the_curve_follows_its_slider_and_softmax_its_temperature(lesson: Page):
    expect(lesson.get_by_role("heading", name=ACTIVATION_FUNCTIONS.question)).to_be_visible()
    mark = lesson.get_by_test_id("stVegaLiteChart").locator(".mark-symbol path").first
    open_chapter(lesson, "By the numbers")
    bars = lesson.locator(".probability-bars")
    for _ in at_both_widths(lesson):
        before = mark.get_attribute("transform")
        move(slider(lesson, "z"), "ArrowLeft", 5)
        expect(mark).not_to_have_attribute("transform", before or "")
        expect(lesson.get_by_text("Squeezes every number")).to_be_visible()
        said = bars.get_attribute("aria-label")
        move(slider(lesson, "Temperature T"), "ArrowRight", 5)
        expect(bars).not_to_have_attribute("aria-label", said or "")


def test_a_drawn_digit_has_sums_of_its_own(lesson: Page):
    asleep = lesson.get_by_text(re.compile("of these 512 units would have a slope"))
    before = asleep.inner_text()
    draw_in_dialog(lesson, DIGITS[3])
    expect(asleep).not_to_have_text(before)


def test_an_old_address_leads_to_the_page_that_has_its_settings(page: Page, address: str):
    for asked, leads_to in (("curve_at=-2", LESSON), ("stack_depth=7", "deep_stacks")):
        page.goto(f"{address}/activations?{asked}")
        wait_for_lesson(page)
        expect(page).to_have_url(re.compile(rf"/{leads_to}\?{asked}$"))
