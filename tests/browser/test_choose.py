"""The dialog in which a lesson's digit is changed, at every width."""

import pytest
from playwright.sync_api import Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import (
    box_of,
    button,
    canvas,
    come_to_rest,
    draw,
    open_dialog,
    open_lesson,
)
from tests.browser.test_draw import SMALL_PHONE, WIDTHS

pytestmark = [pytest.mark.browser, pytest.mark.walk]


def test_the_dialog_fits_at_every_width_and_reads_what_is_drawn_in_it(
    tab: Page, address: str
) -> None:
    open_lesson(tab, f"{address}/pooling")
    open_dialog(tab)
    dialog = tab.get_by_role("dialog")
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": SMALL_PHONE["height"]})
        for part in (canvas(tab), button(tab, "Undo"), button(tab, "Clear"), button(tab, "Done")):
            box = box_of(part)
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= SMALL_PHONE["height"], width
        draw(tab, DIGITS[4])
        expect(dialog.get_by_text("This is a 4")).to_be_visible()
        reading = box_of(dialog.get_by_text("This is a 4"))
        assert reading["y"] + reading["height"] <= SMALL_PHONE["height"]
        button(tab, "Clear").click()
        expect(button(tab, "Clear")).to_be_disabled()
    draw(tab, DIGITS[3])
    expect(dialog.get_by_text("This is a 3")).to_be_visible()
    button(tab, "Done").click()
    expect(tab.get_by_text("The digit: your drawing")).to_be_visible()


def test_the_dialog_is_dismissed_by_a_key_and_opens_again(tab: Page, address: str) -> None:
    open_lesson(tab, f"{address}/pooling")
    for _ in range(2):
        open_dialog(tab)
        tab.keyboard.press("Escape")
        expect(tab.get_by_role("dialog")).to_have_count(0)
        come_to_rest(tab)
    button(tab, "Play").click()
    come_to_rest(tab)
    expect(tab.get_by_role("dialog")).to_have_count(0)
