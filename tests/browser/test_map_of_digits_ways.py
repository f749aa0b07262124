"""The visitor's own digit on the map of digits in Chromium: encode, walk, interpolate, download."""

import re

import pytest
from playwright.sync_api import Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import (
    at_both_widths,
    changes,
    download,
    draw_in_dialog,
    move,
    open_chapter,
    part,
    pictures,
    slider,
)
from tests.digits import SCRIBBLE

pytestmark = [pytest.mark.browser, pytest.mark.walk]
LESSON = "map_of_digits?chapter=Idea"


def test_draw_encode_interpolate_take_it_home_and_walk(lesson: Page):
    draw_in_dialog(lesson, DIGITS[3])
    expect(part(lesson, "your_code").locator("img")).to_have_count(10)
    expect(lesson.get_by_text("From your drawing to the mean of all 0s")).to_be_visible()
    strip, line = pictures(lesson, "way_strip"), pictures(lesson, "way_moving")
    part(lesson, "way").get_by_text("spherical").click()
    arc = changes(lesson, "way_moving", line)
    assert arc[0].startswith("data:image/gif;base64,")
    middle = part(lesson, "way_strip").locator("img").nth(len(strip) // 2)
    expect(middle).not_to_have_attribute("src", strip[len(strip) // 2])
    gif = download(lesson, "Download as GIF")
    assert (gif.format, gif.size, gif.n_frames) == ("GIF", (224, 224), 18)  # type: ignore[attr-defined]
    lesson.get_by_role("button", name="Walk from here").click()
    number = lesson.get_by_role("slider", name=re.compile("^z5,"))
    expect(number).to_be_visible()
    expect(number).not_to_have_value("0")
    expect(lesson).to_have_url(re.compile(r"[?&]z="))
    expect(lesson.get_by_text("comes out as well as digits do")).to_be_visible()
    expect(lesson.get_by_test_id("stException")).to_have_count(0)


def test_a_scribble_is_said_to_be_unlike_any_test_digit(lesson: Page):
    draw_in_dialog(lesson, SCRIBBLE)
    open_chapter(lesson, "By the numbers")
    expect(lesson.get_by_text("It is unlike any test digit.")).to_be_visible()


def test_a_way_has_as_many_pictures_as_wanted_and_nothing_scrolls_sideways(lesson: Page):
    open_chapter(lesson, "Idea")
    steps, way = slider(lesson, "Pictures on the way"), part(lesson, "way_strip").locator("img")
    for _ in at_both_widths(lesson):
        expect(way).to_have_count(10)
        strip = pictures(lesson, "way_strip")
        move(steps, "ArrowRight", 3)
        expect(way).to_have_count(13)
        assert pictures(lesson, "way_strip")[0] == strip[0], "it still begins with the same digit"
        move(steps, "ArrowLeft", 3)
