"""A visitor who writes into a view and into a copy."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import choose, come_to_rest, part

pytestmark = [pytest.mark.browser]
LESSON = "tensors"


def pixels(page: Page) -> str:
    drawn: str = part(page, "strip_view").locator(".strip-digit").evaluate("one => one.toDataURL()")
    return drawn


def test_writing_into_a_view_changes_the_digit_and_into_a_copy_does_not(lesson: Page):
    figure = part(lesson, "strip_view")
    expect(figure.locator(".strip-says")).to_contain_text("Element")
    before = pixels(lesson)
    figure.locator(".strip-result").press("Enter")
    expect(figure.locator(".strip-wrote")).to_contain_text("the digit has changed")
    assert pixels(lesson) != before
    choose(lesson, "What is done to the digit x", "A copy: x.clone()")
    expect(figure.locator(".strip-code")).to_have_text("x.clone()")
    come_to_rest(lesson)
    assert pixels(lesson) == before
    figure.get_by_role("button", name="Write into this pixel").click()
    expect(figure.locator(".strip-wrote")).to_contain_text("the digit stays as it was")
    assert pixels(lesson) == before
