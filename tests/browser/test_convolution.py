"""A visitor of the convolution lesson."""

import asyncio
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.protocol import new_visitor
from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import (
    at_both_widths,
    button,
    click_at,
    come_to_rest,
    draw_in_dialog,
    hold,
    move,
    nothing_scrolls_sideways,
    open_chapter,
    play,
    slider,
)
from tests.elsewhere import elsewhere
from ui.shared.tour.stops import CONVOLUTION

pytestmark = [pytest.mark.browser]
LESSON = "convolution"

WINDOW = "Position of the window, row by row"


def cell(page: Page, row: int, column: int) -> Locator:
    return page.get_by_role("textbox", name=f"Weight in row {row}, column {column}")


def output(page: Page, side: int = 28) -> Locator:
    return page.get_by_role("img", name=f"Output of {side} × {side} cells")


def write(cell: Locator, text: str) -> None:
    cell.fill(text)
    cell.press("Enter")


def test_sliders_and_clicks_move_the_window(lesson: Page):
    expect(lesson.get_by_role("heading", name=CONVOLUTION.question)).to_be_visible()
    written = lesson.get_by_text(re.compile(r"in row \d+, column \d+ of the output"))
    size = slider(lesson, "Kernel size k")
    open_chapter(lesson, "By the numbers")
    for _ in at_both_widths(lesson):
        expect(written).to_contain_text("row 11, column 15 of")
        move(slider(lesson, WINDOW), "ArrowRight")
        expect(written).to_contain_text("row 11, column 16 of")
        output(lesson).click(position={"x": 2, "y": 2})
        expect(written).to_contain_text("row 1, column 1 of")
        lesson.locator("[data-pick=input]").click(position={"x": 100, "y": 3})
        expect(written).not_to_contain_text("column 1 of")
        move(size, "End")
        expect(cell(lesson, 7, 7)).to_have_value("−1")
        expect(output(lesson, 24)).to_be_visible()
        nothing_scrolls_sideways(lesson)

        move(size, "Home")
        move(size, "ArrowRight", 2)
        expect(output(lesson)).to_be_visible()
        click_at(output(lesson), 14.5 / 28, 10.5 / 28)


@pytest.mark.walk
def test_channels_are_added_up_at_the_cell_that_is_clicked(lesson: Page):
    open_chapter(lesson, "Idea")
    outputs = slider(lesson, "Output channels")
    channels = lesson.get_by_role("img", name=re.compile("^output channel"))
    summed = lesson.get_by_text("In row 1, column 1 (rounded)")
    for _ in at_both_widths(lesson):
        move(outputs, "ArrowLeft")
        expect(channels).to_have_count(3)
        expect(summed).to_have_count(0)
        lesson.get_by_role("img", name="output channel 1").click(position={"x": 1, "y": 1})
        expect(summed).to_be_visible()
        nothing_scrolls_sideways(lesson)

        move(slider(lesson, "Marked cell, row by row"), "End")
        move(outputs, "ArrowRight")
        expect(channels).to_have_count(4)


@pytest.mark.walk
def test_numbers_are_written_into_the_kernel(lesson: Page):
    lesson.get_by_role("radio", name="Identity").click()
    expect(cell(lesson, 1, 1)).to_have_value("0")
    image = output(lesson).locator("image")
    write(cell(lesson, 1, 1), "abc")
    expect(lesson.get_by_text("“abc” cannot stand in a kernel")).to_be_visible()
    write(cell(lesson, 1, 1), "1/2")
    expect(cell(lesson, 1, 1)).to_have_value("0.5")
    expect(lesson.get_by_text("cannot stand")).to_have_count(0)
    before = image.get_attribute("href") or ""
    write(lesson.get_by_role("textbox", name="Bias"), "−0,25")
    expect(lesson.get_by_role("textbox", name="Bias")).to_have_value("−0.25")
    expect(image).not_to_have_attribute("href", before)
    button(lesson, "Undo my changes").click()
    expect(cell(lesson, 1, 1)).to_have_value("0")
    open_chapter(lesson, "Idea")
    lesson.get_by_role("img", name="learnt kernel 12", exact=True).click()
    expect(slider(lesson, "Which of its kernels")).to_have_value("12")
    expect(lesson).to_have_url(re.compile("kernel=Learnt.*kernel_number=12"))
    expect(lesson.get_by_role("radio", name="Learnt")).to_be_checked()


@pytest.mark.walk
def test_play_moves_the_window_and_a_drawing_is_looked_at(lesson: Page):
    stands = slider(lesson, WINDOW).input_value()
    play(lesson)
    expect(slider(lesson, WINDOW)).not_to_have_value(stands)
    button(lesson, "Pause").click()
    expect(button(lesson, "Play")).to_be_visible()
    image = lesson.locator("[data-pick=input] image")
    before = image.get_attribute("href") or ""
    draw_in_dialog(lesson, DIGITS[3])
    expect(image).not_to_have_attribute("href", before)


@pytest.mark.walk
def test_no_press_of_a_held_key_is_lost(lesson: Page):
    window = slider(lesson, WINDOW)
    move(window, "Home")
    hold(window, "ArrowRight", 100)
    come_to_rest(lesson)
    lesson.wait_for_timeout(500)  # an answer on its way would still set it back
    expect(window).to_have_value("100")


def test_of_choices_in_quick_succession_the_last_counts(address: str) -> None:
    """Each reruns the page, while the runs for those before it are still on their way out."""

    async def visit() -> list[int]:
        visitor, last = await new_visitor(address), []
        await visitor.open(LESSON)
        for _ in range(10):
            for size in ("&kernel_size=5", "&kernel_size=2", "&kernel_size=7", ""):
                visitor.query = f"chapter=By+the+numbers{size}"
                before = visitor.finished
                await visitor.rerun()
            await visitor.wait_for(lambda before=before: visitor.finished > before)
            await asyncio.sleep(0.3)  # a run before it would come now
            shown = re.findall(r"Output of (\d+)", str(visitor.parts["kernel_slide"].data))
            last.append(int(shown[-1]))
        await visitor.close()
        return last

    assert elsewhere(lambda: asyncio.run(visit())) == [28] * 10
