"""The answer follows the pen, and the final one stands."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import BrowserContext, Page, expect

from benchmarks.protocol import Visitor, new_visitor
from mnist_core.pictures.image_files import decode_picture, encode_png
from mnist_core.pictures.own_digits import DIGITS, Point, on_canvas
from mnist_core.reading import read_digit
from mnist_core.words import percent
from tests.browser.conftest import open_page
from tests.browser.hands import (
    box_of,
    button,
    canvas,
    clear,
    come_to_rest,
    draw_stroke,
    on_page,
    prediction,
    reads,
    wait_until,
)
from tests.elsewhere import elsewhere
from ui.shared.figures.html import address as as_address

pytestmark = pytest.mark.browser


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    page = open_page(context, address)
    come_to_rest(page)
    yield page
    page.mouse.up()


def press_pen(page: Page, stroke: list[Point]) -> None:
    """Draw, and keep the pen down."""
    canvas(page).scroll_into_view_if_needed()
    box = box_of(canvas(page))
    page.mouse.move(*on_page(box, stroke[0]))
    page.mouse.down()
    for point in stroke[1:]:
        page.mouse.move(*on_page(box, point), steps=6)


def picture_on(page: Page) -> NDArray[np.uint8]:
    """What is on the canvas."""
    address: str = page.locator("canvas.dc-canvas.lower-canvas").evaluate("c => c.toDataURL()")
    return decode_picture(base64.b64decode(address.partition(",")[2]))


def written_by(page: Page) -> str | None:
    """Whose answer it is that is shown: the hand's, the pen's, or the final one."""
    return page.locator(".answer").get_attribute("data-by")


def test_the_answer_changes_before_the_pen_is_lifted_and_the_final_one_stands(page: Page) -> None:
    press_pen(page, DIGITS[7][0])
    expect(page.locator(".answer[data-by=pen] .answer-sign")).to_have_text("7")
    assert button(page, "Undo").is_disabled(), "the drawing has not been sent yet"
    assert page.locator(".strip-seen img").is_visible()
    page.mouse.up()
    expect(page.get_by_role("status").filter(has_text="This is a 7")).to_be_visible()
    reads(page, "7")
    expected = read_digit(picture_on(page))
    assert expected.digit == 7
    bars = page.locator(".answer-bar i").all_text_contents()
    assert bars == [percent(float(p)) for p in expected.probabilities]


NOTE_SIGNS = """
() => {
  const sign = document.querySelector(".answer-sign");
  window.signs = [];
  new MutationObserver(() => window.signs.push(sign.textContent))
    .observe(sign, {childList: true, characterData: true, subtree: true});
}
"""


@pytest.mark.walk
def test_between_the_pen_s_answer_and_the_final_one_there_is_no_other(page: Page) -> None:
    press_pen(page, DIGITS[7][0])
    expect(page.locator(".answer[data-by=pen] .answer-sign")).to_have_text("7")
    page.evaluate(NOTE_SIGNS)
    page.mouse.up()
    reads(page, "7")
    assert set(page.evaluate("() => window.signs")) <= {"7"}


@pytest.mark.walk
def test_undo_and_clear_end_what_the_pen_has_shown(page: Page) -> None:
    draw_stroke(page, DIGITS[7][0])
    reads(page, "7")
    press_pen(page, [(10, 50), (90, 50), (90, 90), (10, 90)])
    wait_until(page, lambda: written_by(page) == "pen")
    page.mouse.up()
    wait_until(page, lambda: written_by(page) == "visitor")
    come_to_rest(page)
    button(page, "Undo").click()
    reads(page, "7")
    draw_stroke(page, [(10, 50), (90, 50)])
    clear(page)
    reads(page, "–")
    page.wait_for_timeout(1000)
    reads(page, "–")


def test_a_second_stroke_at_once_is_not_overwritten_by_the_final_answer_to_the_first(
    page: Page,
) -> None:
    vertical, bar = [(50.0, 5.0), (50.0, 95.0)], [(5.0, 50.0), (95.0, 50.0), (5.0, 52.0)]
    draw_stroke(page, vertical)
    press_pen(page, bar)
    expect(page.locator(".answer[data-by=pen] .answer-sign")).to_have_text("?")
    expect(button(page, "Undo")).to_be_enabled()  # the final answer to the first is here
    assert written_by(page) == "pen"
    page.mouse.up()
    reads(page, "?")


@pytest.mark.walk
def test_two_tabs_write_apart(page: Page, context: BrowserContext, address: str) -> None:
    draw_stroke(page, DIGITS[3][0])
    reads(page, "3")
    other = open_page(context, address)
    come_to_rest(other)
    press_pen(other, DIGITS[7][0])
    expect(other.locator(".answer[data-by=pen] .answer-sign")).to_have_text("7")
    assert prediction(page).text_content() == "3"
    assert written_by(page) == "visitor"
    other.mouse.up()
    reads(other, "7")


def visit(address: str, do: Callable[[Visitor], Awaitable[None]]) -> None:
    """One visit to the Draw page over the protocol, where messages can be put together at will."""

    async def whole() -> None:
        for _ in range(2):  # a server's first run begins twice
            visitor = await new_visitor(address)
            await visitor.open()
            await visitor.close()
        visitor = await new_visitor(address)
        await visitor.open()
        await do(visitor)
        await visitor.close()

    elsewhere(lambda: asyncio.run(whole()))


def picture_of(digit: int) -> str:
    picture = on_canvas(DIGITS[digit])
    return as_address(encode_png(picture[..., 0].astype("float32") / 255))


def live(number: int, digit: int) -> dict[str, object]:
    return {"picture": {"number": number, "png": picture_of(digit)}}


def drawn(digit: int) -> dict[str, object]:
    raw = {"objects": [{"type": "Path", "path": [["M", digit, 0]]}]}
    return {"drawing": {"raw": raw, "data": picture_of(digit)}}


@pytest.mark.walk
def test_a_live_answer_sends_only_what_must_change(address: str) -> None:
    async def do(visitor: Visitor) -> None:
        counts = {key: part.count for key, part in visitor.parts.items()}
        await visitor.set_states("pen", pen=live(1, 2))
        part = await visitor.next_of("pen", counts["pen"])
        assert part.data["number"] == 1
        shares = [round(float(p), 3) for p in read_digit(on_canvas(DIGITS[2])).probabilities]
        assert part.data["moment"]["answer"]["shares"] == shares
        again = {key for key, part in visitor.parts.items() if part.count > counts[key]}
        assert again == {"pen"}

    visit(address, do)


@pytest.mark.parametrize("fragment_of", ["pen", "canvas"])
def test_a_picture_and_the_drawing_in_one_message_get_the_final_answer(
    address: str, fragment_of: str
) -> None:
    async def do(visitor: Visitor) -> None:
        before, pens = visitor.parts["answer"].count, visitor.parts["pen"].count
        await visitor.set_states(fragment_of, pen=live(1, 2), canvas=drawn(7))
        answer = await visitor.next_of("answer", before)
        assert answer.data["sign"] == "7"
        part = await visitor.next_of("pen", pens)
        assert (part.data["number"], part.data["moment"]) == (1, None)

    visit(address, do)
