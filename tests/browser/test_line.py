"""A visitor who moves the points of the line."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import box_of, come_to_rest, open_chapter, part

pytestmark = [pytest.mark.browser]
LESSON = "line"


def test_a_point_follows_mouse_and_keys_and_the_chapter_knows_where_it_is(lesson: Page):
    figure = part(lesson, "line_plot")
    here = figure.locator(".line-here")
    expect(here).to_contain_text("After 12 steps")
    open_chapter(lesson, "By the numbers")
    point = figure.get_by_role("button", name=re.compile("^Point 1:"))
    before = here.inner_text()
    box = box_of(point.locator(".plot-dot"))
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    lesson.mouse.move(x, y)
    lesson.mouse.down()
    lesson.mouse.move(x, y - 60, steps=3)
    expect(here).not_to_have_text(before)  # while it is held
    lesson.mouse.up()
    expect(lesson).to_have_url(re.compile("points="))
    come_to_rest(lesson)
    dragged = here.inner_text()
    for _ in range(6):  # faster than the server answers
        point.press("ArrowDown")
    expect(here).not_to_have_text(dragged)
    place = re.search(r"y ([\d.]+)\.", str(point.get_attribute("aria-label")))
    assert place is not None
    expect(lesson.get_by_role("cell", name=f"{place[1]}0", exact=True)).to_be_visible()
