"""What a visitor's hands change stands in the page's address, and the address brings it back."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.hands import (
    FIRST_VISIT_MS,
    choose,
    come_to_rest,
    move,
    open_chapter,
    open_lesson,
    open_settings,
    slider,
    wait_for_lesson,
)

pytestmark = [pytest.mark.browser, pytest.mark.walk]


def the_address_speaks(page: Page) -> bool:
    return page.get_by_text("The address says").count() > 0


def test_sliders_and_pills_of_a_lesson(tab: Page, context: BrowserContext, address: str) -> None:
    asked = "kernel=Blur&kernel_size=4&channel_bias=0.333&kernel_dilation=9&chapter=numbers"
    open_lesson(tab, f"{address}/convolution?{asked}")
    expect(tab.get_by_text("The address says kernel_dilation=9")).to_be_visible()
    expect(slider(tab, "Kernel size k")).to_have_value("4")
    move(slider(tab, "Padding p"), "ArrowLeft")
    expect(tab).to_have_url(re.compile("kernel_padding=0"))
    tab.get_by_role("radio", name="Sharpen").click()
    expect(tab).to_have_url(re.compile("kernel=Sharpen"))
    come_to_rest(tab)
    assert "dilation" not in tab.url

    again = context.new_page()
    again.goto(tab.url)
    wait_for_lesson(again)
    assert not the_address_speaks(again)
    expect(slider(again, "Kernel size k")).to_have_value("4")
    expect(slider(again, "Padding p")).to_have_value("0")
    expect(slider(again, "Dilation d")).to_have_value("1")
    expect(again.get_by_role("radio", name="Sharpen")).to_be_checked()
    open_chapter(again, "Idea")
    bias = slider(again, "Bias b₁ of output channel 1")
    expect(bias).to_have_attribute("aria-valuetext", "0.333")


def test_the_form_of_a_training(tab: Page, context: BrowserContext, address: str) -> None:
    tab.goto(f"{address}/train?net=convnet&learning_rate=0.003&batch_size=100&log_y=true")
    show_form(tab)
    choose(tab, "Optimiser", "RMSprop")
    expect(tab).to_have_url(re.compile("optimizer=RMSprop"))
    come_to_rest(tab)

    again = context.new_page()
    again.goto(tab.url)
    show_form(again)
    assert not the_address_speaks(again)
    expect(again.get_by_role("combobox", name="Network")).to_have_value("Small CNN")
    expect(again.get_by_role("combobox", name="Optimiser")).to_have_value("RMSprop")


def show_form(page: Page) -> None:
    """Open it and wait until it is there, with the numbers that no slider has a stop for."""
    expect(page.get_by_test_id("stExpander").first).to_be_visible(timeout=FIRST_VISIT_MS)
    open_settings(page)
    for label, number in (("Learning rate", "0.003"), ("Batch size", "100")):
        expect(slider(page, label)).to_have_attribute(
            "aria-valuetext", number, timeout=FIRST_VISIT_MS
        )
    expect(page.get_by_role("switch", name="Loss on a log axis")).to_be_checked()
    come_to_rest(page)
