"""The digit that is read row by row, in Chromium: by keys, by pointer, and by itself."""

import pytest
from playwright.sync_api import Page, expect

from mnist_core.inside.rows import read_rows
from mnist_core.models.rnn import RNN
from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import load_reader
from tests.browser.hands import box_of

pytestmark = [pytest.mark.browser]
LESSON = "row_by_row?digit_from=Drawn+by+the+program&own_digit=4"


def test_the_bars_follow_the_rows_by_keys_by_pointer_and_by_themselves(lesson: Page) -> None:
    reader = load_reader("rnn")
    assert isinstance(reader.model, RNN)
    read = read_rows(reader.model, own_digit(4), reader.temperature).probabilities
    slider, says = lesson.get_by_label("Rows read"), lesson.locator(".rows-says")
    slider.focus()
    slider.press("End")
    best = int(read[28].argmax())
    expect(says).to_contain_text(f"28 of 28 rows read: likeliest is {best}")
    expect(lesson.locator(".rows-bars .share").nth(best)).to_have_text(
        f"{float(read[28, best]):.1%}".replace("%", "\u00a0%")
    )
    box = box_of(lesson.locator(".rows-digit"))
    lesson.mouse.move(box["x"] + 5, box["y"] + box["height"] * 9.5 / 28)
    expect(says).to_contain_text(f"10 of 28 rows read: likeliest is {int(read[10].argmax())}")
    lesson.mouse.move(5, 5)
    slider.focus()
    slider.press("End")
    lesson.get_by_role("button", name="Play").click()
    expect(says).to_contain_text("28 of 28 rows read")
    expect(lesson.get_by_role("button", name="Play")).to_be_visible()
