"""The computation graph in Chromium: stepped back by mouse and keys, with other numbers."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser]
LESSON = "computation_graph"


def test_the_way_back_is_walked_node_by_node_and_other_numbers_keep_the_place(
    lesson: Page,
) -> None:
    picture, says = lesson.locator(".graph-picture"), lesson.locator(".graph-says")
    lesson.get_by_role("button", name="Step back").click()
    expect(says).to_contain_text("the output itself")
    expect(picture.locator(".node.done")).to_have_count(1)
    picture.focus()
    for _ in range(4):
        picture.press("ArrowLeft")
    expect(says).to_contain_text("∂out/∂u = 1 · 4 + 1 · (−3) = 1")
    expect(picture.locator(".edge.walked")).to_have_count(2)
    lesson.get_by_label("u =").fill("5")
    expect(says).to_contain_text("1 · 10 + 1 · (−3) = 7")
    expect(lesson).to_have_url(re.compile("leaves=u"))
    lesson.get_by_label("Expression").fill("sigmoid(w*x + b)")
    lesson.get_by_label("Expression").press("Enter")
    expect(picture.locator(".node")).to_have_count(6)
    expect(picture.locator(".node.done")).to_have_count(0)
