"""A visitor with a mouse or a finger on the Draw page."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.conftest import DESKTOP, PHONE, open_page
from tests.browser.hands import (
    box_of,
    button,
    canvas,
    clear,
    come_to_rest,
    draw,
    draw_stroke,
    ink_pixels,
    nothing_scrolls_sideways,
    prediction,
    reads,
    touch_stroke,
    wait_until,
)
from tests.digits import SCRIBBLE
from ui.draw.hand import WRITTEN

pytestmark = pytest.mark.browser
SMALL_PHONE = {"width": 390, "height": 664}
WIDTHS = (320, 390, 640, 768, 820, 1024, 1280, 1920)


@pytest.fixture
def page(tab: Page, address: str) -> Page:
    """One tab for all tests, each of which finds it as on arrival."""
    tab.bring_to_front()
    tab.set_viewport_size(DESKTOP)
    if tab.url != f"{address}/":  # a choice is in the link
        tab.goto(address)
        canvas(tab).wait_for()
    if ink_pixels(tab):
        start_over(tab)
    return tab


def start_over(page: Page) -> None:
    clear(page)
    expect(button(page, "Undo")).to_be_disabled()
    assert ink_pixels(page) == 0


def hand(page: Page) -> Locator:
    """The hand that writes, while there is one."""
    return page.locator(".hand:not([data-hand=gone])")


def open_chapter(page: Page) -> None:
    """The X-ray, if it is closed."""
    chapter = page.get_by_test_id("stExpander").filter(has_text="How your drawing becomes")
    if chapter.locator("details").get_attribute("open") is None:
        chapter.locator("summary").click()


def middle_of_ink(page: Page) -> tuple[float, float]:
    """As shares of the canvas's width and height."""
    middle: list[float] = page.locator("canvas.dc-canvas.lower-canvas").evaluate(
        """canvas => {
          const {width, height} = canvas;
          const {data} = canvas.getContext("2d").getImageData(0, 0, width, height);
          let [count, x, y] = [0, 0, 0];
          for (let i = 0; i < width * height; i++) {
            if (data[4 * i] > 127) { count++; x += i % width; y += Math.floor(i / width); }
          }
          return [(x / count + 0.5) / width, (y / count + 0.5) / height];
        }"""
    )
    return middle[0], middle[1]


@pytest.mark.walk
def test_ten_digits_drawn_with_the_mouse_are_all_read(page: Page):
    for digit, strokes in DIGITS.items():
        draw(page, strokes)
        reads(page, str(digit))
        clear(page)


def test_a_small_digit_drawn_with_a_thin_brush_is_read_again_after_a_reload(page: Page):
    page.get_by_role("button", name="Brush").click()
    slider = page.get_by_role("slider", name="Brush width")
    slider.focus()
    slider.press("Home")
    page.keyboard.press("Escape")
    expect(slider).to_be_hidden()
    draw(page, DIGITS[3], size=0.35)
    reads(page, "3")
    page.reload()
    canvas(page).wait_for()
    reads(page, "3")
    expect(hand(page)).to_be_hidden()
    start_over(page)
    draw(page, DIGITS[1])
    reads(page, "1")


def test_the_reading_follows_every_stroke_without_a_button(page: Page):
    draw_stroke(page, DIGITS[7][0])
    reads(page, "7")
    expect(
        page.get_by_role("img", name=re.compile("Probability of each digit. 0:"))
    ).to_be_visible()


def test_undo_takes_back_one_stroke(page: Page):
    vertical, bar = [(50, 5), (50, 95)], [(5, 50), (95, 50)]
    draw(page, [vertical])
    reads(page, "1")
    draw(page, [bar])
    reads(page, "?")
    button(page, "Undo").click()
    reads(page, "1")
    button(page, "Undo").click()
    expect(page.get_by_text("Nothing to read yet")).to_be_visible()


@pytest.mark.walk
def test_quick_undo_clicks_are_all_obeyed(page: Page):
    draw(page, [[(x, 5), (x, 95)] for x in (10, 30, 50, 70, 90)])
    expect(button(page, "Undo")).to_be_enabled()
    page.wait_for_timeout(1000)
    one_stroke = ink_pixels(page) / 5
    # as quick as hands are on a server that is busy; Streamlit takes those of one run for one
    button(page, "Undo").evaluate("one => { for (let i = 0; i < 4; i++) one.click(); }")
    reads(page, "1")
    assert abs(ink_pixels(page) - one_stroke) < 0.2 * one_stroke


@pytest.mark.walk
def test_a_stroke_may_start_anywhere_on_an_empty_canvas(page: Page):
    for corner in [(2, 2), (98, 2), (2, 98), (98, 98), (50, 2)]:
        draw_stroke(page, [corner, (50, 50)], size=1)
        expect(button(page, "Undo")).to_be_enabled()
        assert ink_pixels(page) > 1000
        start_over(page)


@pytest.mark.walk
def test_a_scribble_is_not_sure_which_looks_different_from_empty_and_is_read_out(page: Page):
    empty = look_of_the_answer(page)
    draw(page, SCRIBBLE)
    expect(page.get_by_role("status").filter(has_text="Not sure")).to_be_visible()
    reads(page, "?")
    assert look_of_the_answer(page) != empty


def look_of_the_answer(page: Page) -> list[str]:
    look: list[str] = prediction(page).evaluate(
        "element => [element.textContent, getComputedStyle(element).borderStyle]"
    )
    return look


@pytest.mark.walk
def test_the_drawing_is_still_on_the_canvas_after_a_look_at_another_source(page: Page):
    draw(page, DIGITS[4])
    reads(page, "4")
    drawn = ink_pixels(page)
    assert drawn > 1000
    page.get_by_role("radio", name="Upload").click()
    expect(canvas(page)).to_have_count(0)
    page.get_by_role("radio", name="Draw", exact=True).click()
    canvas(page).wait_for()
    reads(page, "4")
    assert abs(ink_pixels(page) - drawn) < 0.02 * drawn
    button(page, "Undo").click()
    expect(prediction(page)).not_to_have_text("4")


def test_two_tabs_do_not_disturb_each_other(page: Page, context: BrowserContext, address: str):
    draw(page, DIGITS[3])
    reads(page, "3")
    other = open_page(context, address)
    draw(other, DIGITS[8])
    reads(other, "8")
    page.bring_to_front()  # the browser hardly draws what is not in front
    reads(page, "3")
    clear(page)
    other.bring_to_front()
    reads(other, "8")


@pytest.mark.walk
def test_the_choice_of_network_is_in_the_link(page: Page, context: BrowserContext):
    page.get_by_role("radio", name="MNIST alone").click()
    page.wait_for_url("**model=*")
    handed_out = open_page(context, page.url)
    expect(handed_out.get_by_role("radio", name="MNIST alone")).to_be_checked()


@pytest.mark.walk
def test_the_xray_shows_five_steps_with_a_prediction_each(page: Page):
    draw(page, DIGITS[0])
    reads(page, "0")
    open_chapter(page)
    steps = page.get_by_role("img", name=re.compile(r"^Step \d, .*: would be read as \d$"))
    expect(steps).to_have_count(5)
    expect(steps.last).to_have_attribute("alt", re.compile("read as 0$"))


def test_a_finger_on_a_phone_draws_anywhere_and_all_of_it_stands_on_one_screen(
    browser: Browser, address: str
):
    phone = browser.new_context(viewport=SMALL_PHONE, has_touch=True, is_mobile=True)
    page = open_page(phone, address)
    expect(hand(page)).to_be_visible()
    box = box_of(canvas(page))
    touch_stroke(page, DIGITS[7][0])
    reads(page, "7")
    assert box_of(canvas(page)) == box, "the page must not scroll under the finger"
    answer = box_of(page.locator(".answer"))
    for part in (answer, box, box_of(button(page, "Undo")), box_of(button(page, "Clear"))):
        assert part["x"] >= 0
        assert part["x"] + part["width"] <= SMALL_PHONE["width"]
        assert part["y"] >= 0
        assert part["y"] + part["height"] <= SMALL_PHONE["height"]
    assert answer["y"] + answer["height"] <= box["y"], "the answer stands above the canvas"
    assert box["width"] > 0.9 * SMALL_PHONE["width"]
    for corner in [(95, 3), (50, 3), (80, 8)]:
        start_over(page)
        touch_stroke(page, [corner, (50, 50)], size=1)
        expect(button(page, "Undo")).to_be_enabled()
        assert ink_pixels(page) > 1000
    phone.close()


@pytest.mark.walk
def test_at_every_width_the_canvas_is_whole_and_the_ink_is_where_the_pointer_was(page: Page):
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        canvas(page).evaluate("part => part.scrollIntoView({block: 'center'})")
        come_to_rest(page)
        box = box_of(canvas(page))
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert abs(box["width"] - box["height"]) < 1
        assert box["width"] >= (400 if width >= 1024 else 240), width
        draw_stroke(page, [(75, 10), (76, 10)], size=1)
        expect(button(page, "Undo")).to_be_enabled()
        x, y = middle_of_ink(page)
        assert abs(x - 0.755) < 0.02
        assert abs(y - 0.1) < 0.02
        start_over(page)
        draw(page, DIGITS[4])
        reads(page, "4")
        start_over(page)


def test_the_hand_writes_until_the_first_touch(context: BrowserContext, address: str):
    page = open_page(context, address)
    expect(page.locator(".hand[data-hand=writes]")).to_be_visible()
    first = prediction(page).text_content()
    wait_until(page, lambda: prediction(page).text_content() != first)
    box = box_of(canvas(page))
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 10)
    page.mouse.down()
    assert hand(page).count() == 0, "at the touch, not after it"
    assert not page.locator(".hand-ink").is_visible()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.9, steps=5)
    page.mouse.up()
    reads(page, "1")
    clear(page)
    assert hand(page).count() == 0


@pytest.mark.walk
def test_the_hand_can_be_stopped_and_rests_for_who_wants_no_motion(
    context: BrowserContext, address: str
):
    page = open_page(context, address)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".hand[data-hand=rests]")).to_be_visible()
    expect(page.get_by_text("Your turn")).to_be_visible()
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    expect(page.locator(".hand[data-hand=rests]")).to_be_visible()
    expect(prediction(page)).to_have_text(str(WRITTEN[-1]))


def test_the_canvas_has_a_name_and_a_way_by_keyboard(page: Page):
    place = page.get_by_role("application", name="Canvas.")
    come_to_rest(page)
    for digit in (3, 8):
        place.focus()
        page.keyboard.press(str(digit))
        reads(page, str(digit))
        expect(page.get_by_role("status").filter(has_text="This is a")).to_contain_text(str(digit))
    assert ink_pixels(page) > 1000
    button(page, "Undo").click()
    reads(page, "–")


@pytest.mark.walk
def test_a_slash_fools_one_network_and_not_the_other(page: Page):
    page.get_by_role("button", name="Put a slash through it").click()
    expect(page.get_by_role("radio", name="MNIST alone")).to_be_checked()
    reads(page, "?")
    page.get_by_role("radio", name="MNIST and pen strokes").click()
    reads(page, "0")


@pytest.mark.walk
def test_the_page_does_not_scroll_sideways(page: Page):
    draw(page, DIGITS[4])
    reads(page, "4")
    main = page.get_by_test_id("stMain")
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        assert main.evaluate("element => element.scrollWidth <= element.clientWidth")


@pytest.mark.walk
def test_every_picture_has_a_text(page: Page):
    draw(page, DIGITS[6])
    reads(page, "6")
    images = page.get_by_test_id("stMain").locator("img:not(.st-key-next img)")
    come_to_rest(page)
    assert images.count() >= 4
    for index in range(images.count()):
        assert images.nth(index).get_attribute("alt")


@pytest.mark.walk
def test_the_28_by_28_picture_can_be_downloaded(page: Page):
    draw(page, DIGITS[9])
    reads(page, "9")
    open_chapter(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as PNG").click()
    with open(download.value.path(), "rb") as file:
        assert file.read(8) == b"\x89PNG\r\n\x1a\n"


def test_a_hostile_upload_gets_a_sentence_and_the_drawing_survives(page: Page):
    draw(page, DIGITS[3])
    reads(page, "3")
    page.get_by_role("radio", name="Upload").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "digit.png", "mimeType": "image/png", "buffer": b"this is text, not a picture"}
    )
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    page.get_by_role("radio", name="Draw", exact=True).click()
    reads(page, "3")


@pytest.mark.walk
def test_present_on_a_projector_shows_a_canvas_of_480_px_and_a_digit_of_200(
    tab: Page, address: str
):
    tab.set_viewport_size({"width": 1920, "height": 1080})
    tab.goto(f"{address}/?present=true")
    canvas(tab).wait_for()
    come_to_rest(tab)
    assert box_of(canvas(tab))["width"] == pytest.approx(480, abs=2)
    tab.get_by_role("application").focus()
    tab.keyboard.press("7")
    reads(tab, "7")
    size = prediction(tab).evaluate("sign => getComputedStyle(sign).fontSize")
    assert size == "200px"
    nothing_scrolls_sideways(tab)
    tab.set_viewport_size(DESKTOP)
