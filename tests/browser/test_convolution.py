"""A visitor of the convolution lesson."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.conftest import open_page
from tests.browser.hands import button, draw

pytestmark = [pytest.mark.browser]

OURS = "?digit_from=Drawn+by+the+program"


def open_convolution(context: BrowserContext, address: str, query: str = OURS) -> Page:
    page = open_page(context, address)
    page.goto(f"{address}/convolution{query}")
    expect(page.get_by_role("heading", name="Convolution", exact=True)).to_be_visible()
    expect(written(page)).to_be_visible()
    return page


def slider(page: Page, label: str) -> Locator:
    return page.get_by_role("slider", name=label)


def cell(page: Page, row: int, column: int) -> Locator:
    return page.get_by_role("textbox", name=f"Weight in row {row}, column {column}")


def written(page: Page) -> Locator:
    return page.get_by_text(re.compile(r"in row \d+, column \d+ of the output"))


def write(cell: Locator, text: str) -> None:
    cell.fill(text)
    cell.press("Enter")


def fits(page: Page) -> bool:
    main = page.get_by_test_id("stMain")
    fits_inside: bool = main.evaluate("element => element.scrollWidth <= element.clientWidth")
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    return fits_inside and wide <= page.viewport_size["width"]  # type: ignore[index]


@pytest.mark.parametrize("width", [1280, 390])
def test_sliders_and_clicks_move_the_window(context: BrowserContext, address: str, width: int):
    page = open_convolution(context, address)
    page.set_viewport_size({"width": width, "height": 900})
    expect(written(page)).to_contain_text("row 11, column 15 of")
    slider(page, "Position of the window").press("ArrowRight")
    expect(written(page)).to_contain_text("row 11, column 16 of")
    output = page.get_by_role("img", name="Output of 28 × 28 cells")
    output.click(position={"x": 2, "y": 2})
    expect(written(page)).to_contain_text("row 1, column 1 of")
    page.locator("[data-pick=input]").click(position={"x": 100, "y": 3})
    expect(written(page)).not_to_contain_text("column 1 of")
    slider(page, "Kernel size k").press("End")
    expect(cell(page, 7, 7)).to_have_value("−1")
    expect(page.get_by_role("img", name="Output of 24 × 24 cells")).to_be_visible()
    assert fits(page)
    slider(page, "Output channels").press("ArrowLeft")
    expect(page.get_by_role("img", name=re.compile("^output channel"))).to_have_count(3)
    page.get_by_role("img", name="output channel 1").click(position={"x": 1, "y": 1})
    expect(page.get_by_text("In row 1, column 1 (rounded)")).to_be_visible()
    assert fits(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_numbers_are_written_into_the_kernel(context: BrowserContext, address: str):
    page = open_convolution(context, address, f"{OURS}&kernel=Identity")
    output = page.get_by_role("img", name="Output of 28 × 28 cells").locator("image")
    write(cell(page, 1, 1), "abc")
    expect(page.get_by_text("“abc” cannot stand in a kernel")).to_be_visible()
    write(cell(page, 1, 1), "1/2")
    expect(cell(page, 1, 1)).to_have_value("0.5")
    expect(page.get_by_text("cannot stand")).to_have_count(0)
    before = output.get_attribute("href") or ""
    write(page.get_by_role("textbox", name="Bias"), "−0,25")
    expect(page.get_by_role("textbox", name="Bias")).to_have_value("−0.25")
    expect(output).not_to_have_attribute("href", before)
    button(page, "Undo my changes").click()
    expect(cell(page, 1, 1)).to_have_value("0")
    page.get_by_role("radio", name="Learnt").click()
    page.get_by_role("img", name="learnt kernel 12", exact=True).click()
    expect(slider(page, "Which of its kernels")).to_have_value("12")
    assert "kernel_number=12" in page.url


def test_play_moves_the_window_and_a_drawing_is_looked_at(context: BrowserContext, address: str):
    page = open_convolution(context, address, "")
    button(page, "Play").click()
    expect(slider(page, "Position of the window")).not_to_have_value("294")
    button(page, "Pause").click()
    expect(button(page, "Play")).to_be_visible()
    image = page.locator("[data-pick=input] image")
    before = image.get_attribute("href") or ""
    page.get_by_role("button", name="Change the digit").click()
    draw(page, DIGITS[3])
    expect(page.get_by_text("your drawing")).to_be_visible()
    expect(image).not_to_have_attribute("href", before)
