"""Wherever there is a canvas, a digit is drawn on it and read, at every width."""

import pytest
from playwright.sync_api import Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import (
    address_of,
    button,
    clear,
    come_to_rest,
    draw,
    nothing_scrolls_sideways,
    open_chapter,
    open_dialog,
    open_lesson,
    reads,
    set_width,
)
from tests.browser.server import ROOT
from tests.browser.test_draw import WIDTHS
from ui.shared.tour.stops import DRAW, PAGES, YES_OR_NO, Stop

pytestmark = [pytest.mark.browser]


def has_dialog(stop: Stop) -> bool:
    """Whether the digit that it looks at can be changed."""
    return "choose_digit()" in (ROOT / stop.file).read_text(encoding="utf-8")


def test_draw_reads_at_every_width(tab: Page, address: str) -> None:
    open_lesson(tab, address_of(DRAW, address))
    for digit, width in enumerate(WIDTHS):
        set_width(tab, width)
        come_to_rest(tab)
        draw(tab, DIGITS[digit])
        reads(tab, str(digit))
        clear(tab)
        nothing_scrolls_sideways(tab)


@pytest.mark.parametrize(
    "stop", [stop for stop in PAGES if has_dialog(stop)], ids=lambda stop: stop.key
)
def test_the_dialog_of_a_lesson_reads_at_every_width(tab: Page, address: str, stop: Stop) -> None:
    open_lesson(tab, address_of(stop, address))
    if stop == YES_OR_NO:
        open_chapter(tab, "For experts")
    open_dialog(tab)
    dialog = tab.get_by_role("dialog")
    if button(tab, "Clear").is_enabled():  # the tab has kept what was drawn before
        button(tab, "Clear").click()
        expect(button(tab, "Clear")).to_be_disabled()
    for digit, width in enumerate(WIDTHS):
        set_width(tab, width)
        draw(tab, DIGITS[digit])
        expect(dialog.get_by_text(f"This is a {digit}")).to_be_visible()
        button(tab, "Clear").click()
        expect(button(tab, "Clear")).to_be_disabled()
        nothing_scrolls_sideways(tab)
    draw(tab, DIGITS[3])
    expect(dialog.get_by_text("This is a 3")).to_be_visible()
    button(tab, "Done").click()
    expect(tab.get_by_text("The digit: your drawing")).to_be_visible()
    expect(tab.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.parametrize(
    "stop", [stop for stop in PAGES if not has_dialog(stop)], ids=lambda stop: stop.key
)
def test_no_other_page_has_a_dialog(tab: Page, address: str, stop: Stop) -> None:
    open_lesson(tab, address_of(stop, address))
    expect(button(tab, "Change the digit")).to_have_count(0)
