"""A visitor of the convolution lesson."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import (
    OpenLesson,
    at_both_widths,
    button,
    click_at,
    draw_in_popover,
    move,
    nothing_scrolls_sideways,
    play,
    slider,
)

pytestmark = [pytest.mark.browser]

OURS = "convolution?digit_from=Drawn+by+the+program"
WINDOW = "Position of the window, row by row"


def cell(page: Page, row: int, column: int) -> Locator:
    return page.get_by_role("textbox", name=f"Weight in row {row}, column {column}")


def output(page: Page, side: int = 28) -> Locator:
    return page.get_by_role("img", name=f"Output of {side} × {side} cells")


def write(cell: Locator, text: str) -> None:
    cell.fill(text)
    cell.press("Enter")


def test_sliders_and_clicks_move_the_window(lesson: OpenLesson):
    page = lesson(OURS)
    written = page.get_by_text(re.compile(r"in row \d+, column \d+ of the output"))
    size, outputs = slider(page, "Kernel size k"), slider(page, "Output channels")
    channels = page.get_by_role("img", name=re.compile("^output channel"))
    summed = page.get_by_text("In row 1, column 1 (rounded)")
    for _ in at_both_widths(page):
        expect(written).to_contain_text("row 11, column 15 of")
        move(slider(page, WINDOW), "ArrowRight")
        expect(written).to_contain_text("row 11, column 16 of")
        output(page).click(position={"x": 2, "y": 2})
        expect(written).to_contain_text("row 1, column 1 of")
        page.locator("[data-pick=input]").click(position={"x": 100, "y": 3})
        expect(written).not_to_contain_text("column 1 of")
        move(size, "End")
        expect(cell(page, 7, 7)).to_have_value("−1")
        expect(output(page, 24)).to_be_visible()
        nothing_scrolls_sideways(page)
        move(outputs, "ArrowLeft")
        expect(channels).to_have_count(3)
        expect(summed).to_have_count(0)
        page.get_by_role("img", name="output channel 1").click(position={"x": 1, "y": 1})
        expect(summed).to_be_visible()
        nothing_scrolls_sideways(page)

        move(slider(page, "Marked cell, row by row"), "End")
        move(outputs, "ArrowRight")
        expect(channels).to_have_count(4)
        move(size, "Home")
        move(size, "ArrowRight", 2)
        expect(output(page)).to_be_visible()
        click_at(output(page), 14.5 / 28, 10.5 / 28)


def test_numbers_are_written_into_the_kernel(lesson: OpenLesson):
    page = lesson(f"{OURS}&kernel=Identity")
    image = output(page).locator("image")
    write(cell(page, 1, 1), "abc")
    expect(page.get_by_text("“abc” cannot stand in a kernel")).to_be_visible()
    write(cell(page, 1, 1), "1/2")
    expect(cell(page, 1, 1)).to_have_value("0.5")
    expect(page.get_by_text("cannot stand")).to_have_count(0)
    before = image.get_attribute("href") or ""
    write(page.get_by_role("textbox", name="Bias"), "−0,25")
    expect(page.get_by_role("textbox", name="Bias")).to_have_value("−0.25")
    expect(image).not_to_have_attribute("href", before)
    button(page, "Undo my changes").click()
    expect(cell(page, 1, 1)).to_have_value("0")
    page.get_by_role("radio", name="Learnt").click()
    page.get_by_role("img", name="learnt kernel 12", exact=True).click()
    expect(slider(page, "Which of its kernels")).to_have_value("12")
    expect(page).to_have_url(re.compile("kernel_number=12"))


def test_play_moves_the_window_and_a_drawing_is_looked_at(lesson: OpenLesson):
    page = lesson("convolution")
    play(page)
    expect(slider(page, WINDOW)).not_to_have_value("294")
    button(page, "Pause").click()
    expect(button(page, "Play")).to_be_visible()
    image = page.locator("[data-pick=input] image")
    before = image.get_attribute("href") or ""
    draw_in_popover(page, DIGITS[3])
    expect(image).not_to_have_attribute("href", before)
