"""Back, in Chromium: from page to page, not from setting to setting."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import (
    button,
    come_to_rest,
    go_to_page,
    open_dialog,
    open_lesson,
    wait_for_lesson,
)
from ui.shared.state import OWN
from ui.shared.tour.stops import ACTIVATION_FUNCTIONS, FIRST_LAYER, POOLING

pytestmark = [pytest.mark.browser]


def test_back_leads_over_what_was_set_to_the_page_before(tab: Page, address: str) -> None:
    open_lesson(tab, f"{address}/{FIRST_LAYER.key}")
    go_to_page(tab, POOLING)
    expect(tab.get_by_role("heading", level=1, name=POOLING.question)).to_be_visible()
    wait_for_lesson(tab)
    wait_for_history(tab)
    entries = tab.evaluate("() => history.length")
    open_dialog(tab)
    tab.get_by_role("radio", name=OWN).click()
    come_to_rest(tab)
    button(tab, "Done").click()
    come_to_rest(tab)
    assert "digit_from" in tab.url
    assert tab.evaluate("() => history.length") == entries
    tab.go_back()
    expect(tab.get_by_role("heading", level=1, name=FIRST_LAYER.question)).to_be_visible()


def wait_for_history(page: Page) -> None:
    """Until its script is there; Streamlit may bring it after all else."""
    page.wait_for_function("Object.hasOwn(history, 'pushState')")


@pytest.mark.walk
def test_back_is_not_caught_by_an_address_that_leads_on(page: Page, address: str):
    page.goto(f"{address}/pooling")
    wait_for_lesson(page)
    page.goto(f"{address}/activations?stack_depth=7")
    expect(page).to_have_url(re.compile(r"/deep_stacks\?stack_depth=7"))
    wait_for_lesson(page)
    wait_for_history(page)
    page.go_back()
    expect(page).to_have_url(re.compile("/activation_functions"))
    question = ACTIVATION_FUNCTIONS.question
    expect(page.get_by_role("heading", level=1, name=question)).to_be_visible()
    wait_for_lesson(page)
    page.go_back()
    expect(page).to_have_url(re.compile("/pooling"))
