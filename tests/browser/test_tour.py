"""The bar, the menu on a phone, and the way to the next page."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import (
    PHONE_PX,
    box_of,
    come_to_rest,
    nothing_scrolls_sideways,
    part,
    set_width,
    wait_for_lesson,
)
from ui.shared.tour.stops import POOLING, TOUR, after

pytestmark = [pytest.mark.browser]
LESSON = "pooling"
ROW_PX = 44


def row(page: Page, name: str) -> Locator:
    return page.get_by_test_id("stPopoverBody").get_by_role("link", name=name)


def test_the_menu_of_a_phone_has_rows_for_fingers_and_closes_on_choice(lesson: Page):
    set_width(lesson, PHONE_PX)
    lesson.get_by_role("button", name="Menu", exact=True).click()
    for stop in TOUR:
        box = box_of(row(lesson, stop.title))
        assert box["height"] >= ROW_PX
    row(lesson, "Dropout").click()
    expect(lesson).to_have_url(re.compile("/dropout"))
    expect(lesson.get_by_test_id("stPopoverBody")).to_have_count(0)
    wait_for_lesson(lesson)
    nothing_scrolls_sideways(lesson)
    expect(lesson).to_have_title("Dropout · MNIST Lab")


@pytest.mark.walk
def test_the_bar_stays_in_sight_and_a_click_on_the_card_s_picture_leads_on(
    page: Page, address: str
):
    page.goto(f"{address}/pooling")
    wait_for_lesson(page)
    card = part(page, "next_card")
    card.scroll_into_view_if_needed()
    expect(page.get_by_role("link", name="Tour", exact=True)).to_be_in_viewport()
    come_to_rest(page)
    card.locator("img").click(force=True)
    expect(page).to_have_url(re.compile(f"/{after(POOLING).key}"))


@pytest.mark.walk
def test_the_next_card_says_its_whole_question_on_a_phone(page: Page, address: str):
    set_width(page, PHONE_PX)
    page.goto(f"{address}/pooling")
    wait_for_lesson(page)
    label = part(page, "next_card").get_by_role("link").locator("p")
    expect(label).to_contain_text(after(POOLING).question)
    assert label.evaluate("one => one.scrollWidth <= one.clientWidth")


@pytest.mark.walk
def test_present_shows_the_question_and_stays_on_the_way_to_the_next_page(page: Page, address: str):
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{address}/pooling?present=1")
    wait_for_lesson(page)
    expect(page.get_by_text("Predict, then look.")).to_be_visible()
    part(page, "next_card").get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"/{after(POOLING).key}"))
    wait_for_lesson(page)
    expect(page.get_by_role("button", name="New group")).to_be_visible()
    size = "() => parseFloat(getComputedStyle(document.documentElement).fontSize)"
    assert page.evaluate(size) == 24
