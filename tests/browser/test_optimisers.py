"""The race of the optimisers, which runs in the browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import box_of, come_to_rest, part

pytestmark = [pytest.mark.browser]
LESSON = "optimisers"


def test_the_start_moves_by_key_and_by_mouse_and_stands_in_the_address(lesson: Page) -> None:
    race = part(lesson, "race_map")
    place = race.locator(".descent-numbers dd").first
    slider = race.get_by_role("slider", name="Step", exact=True)
    slider.press("End")  # a step that is taken ends the race, and it may still be at its first
    slider.press("Home")
    expect(race.locator(".descent-at")).to_have_text("step 0")
    expect(place).to_have_text("(−2, 1)")
    plot = race.locator(".descent-plot")
    plot.press("ArrowRight")
    expect(place).to_have_text("(−1.950, 1)")
    expect(lesson).to_have_url(re.compile(r"race_start=-1\.95"))
    come_to_rest(lesson)
    box = box_of(plot)
    lesson.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 4)
    lesson.mouse.down()
    lesson.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(race.get_by_label("Numbers of")).to_have_value("sgd")
    lesson.mouse.up()
    expect(place).not_to_have_text("(−1.950, 1)")
    come_to_rest(lesson)


def test_a_racer_that_leaves_the_race_has_no_loss_and_stays_out(lesson: Page) -> None:
    race = part(lesson, "race_map")
    come_to_rest(lesson)
    racer = race.get_by_role("button", name="RMSprop")
    row = race.locator(".descent-legend > div", has=lesson.get_by_role("button", name="RMSprop"))
    expect(row.locator("output")).to_contain_text("J =")
    racer.click()
    expect(racer).to_have_attribute("aria-pressed", "false")
    expect(row.locator("output")).to_be_empty()
    expect(lesson).to_have_url(re.compile(r"race=sgd\+momentum\+adam|race=sgd%20momentum%20adam"))
