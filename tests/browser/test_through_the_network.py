"""A visitor takes the network apart, and what is written out is what the network computes."""

import re

import pytest
import torch
import torch.nn.functional as F
from playwright.sync_api import Locator, Page, expect

from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import load_reader
from tests.browser.hands import (
    PHONE_PX,
    at_both_widths,
    box_of,
    button,
    click_at,
    come_to_rest,
    move,
    part,
    slider,
    wait_for_lesson,
)

pytestmark = [pytest.mark.browser]

LESSON = (
    "through_the_network?digit_from=Drawn+by+the+program&own_digit=3&maps=small&chapter=numbers"
)
PICTURE_STYLE = ".st-key-network_picture .pick-root > style"
OTHERS = re.compile(r"\((the other|bias)[^)]*\)")
ONLY_ARITHMETIC = re.compile(r"[-+*/(). \d]+")


def cards(page: Page) -> Locator:
    return page.locator(".st-key-unit_arithmetic .pick-root > div")


def step(page: Page, index: int) -> Locator:
    return page.locator(f".st-key-unit_arithmetic [data-step='{index}']")


def value(page: Page, index: int) -> float:
    return float(step(page, index).get_attribute("data-value") or "nan")


def written_sum(page: Page) -> float:
    """What the first step's written-out line adds up to, read off the page and added here."""
    text = cards(page).first.inner_text().split("\n")[1].rsplit("=", 1)[0]
    line = OTHERS.sub("", text.replace("−", "-").replace("·", "*").replace("\xa0", " "))
    assert ONLY_ARITHMETIC.fullmatch(line), line
    return float(eval(line))


def tile(page: Page, pick: str) -> Locator:
    return page.locator(f"[data-pick='{pick}']")


def close_sheet(page: Page) -> None:
    """On a phone, where it covers the maps."""
    come_to_rest(page)
    if button(page, "Close").is_visible():
        button(page, "Close").click()
        expect(button(page, "Close")).to_be_hidden()


def second_block(channel: int, row: int, column: int) -> list[float]:
    """Convolution, batch norm and ReLU of a unit in the second block, by plain torch."""
    model = load_reader("deep_cnn_pen").trained.model
    features = list(model.features.children())
    conv, norm = features[5], features[6]
    with torch.no_grad():
        pooled = model.features[:5](model.standardise(own_digit(3)))
        sums = F.conv2d(pooled, conv.weight, padding=1)
        normed = F.batch_norm(
            sums, norm.running_mean, norm.running_var, norm.weight, norm.bias, eps=norm.eps
        )
        maps = (sums, normed, F.relu(normed))
    return [float(values[0, channel, row, column]) for values in maps]


def test_a_click_on_a_cell_writes_out_a_sum_that_is_the_network_s_activation(
    lesson: Page,
):
    with torch.no_grad():
        model = load_reader("deep_cnn_pen").trained.model
        first = F.conv2d(model.standardise(own_digit(3)), model.features[0].weight, padding=1)
    assert value(lesson, 0) == pytest.approx(float(first[0, 4, 9, 13]), abs=1e-4)
    assert written_sum(lesson) == pytest.approx(float(first[0, 4, 9, 13]), abs=2e-3)

    click_at(tile(lesson, "8:3"), 6.5 / 14, 9.5 / 14)
    summary = part(lesson, "unit_in_short")
    expect(summary).to_contain_text("channel 3, row 9, column 6")
    expect(summary).to_contain_text("9 · ReLU")
    expect(summary).to_be_in_viewport()
    expect(step(lesson, 2)).to_have_count(1)
    expected = second_block(3, 9, 6)
    assert [value(lesson, i) for i in range(3)] == pytest.approx(expected, abs=1e-4)
    assert written_sum(lesson) == pytest.approx(expected[0], abs=5e-3)
    own = [step(lesson, i).get_attribute("data-network") for i in range(3)]
    assert [float(text or "nan") for text in own] == pytest.approx(expected, abs=1e-4)
    expect(tile(lesson, "8:3")).to_have_css("outline-style", "solid")
    expect(lesson).to_have_url(re.compile("unit_channel=3"))


@pytest.mark.walk
def test_sliders_change_the_pictures_and_the_page_does_not_scroll_sideways(lesson: Page):
    summary = part(lesson, "unit_in_short")
    fold = lesson.locator("summary").filter(has_text="Turn it, move it")
    to_right = slider(lesson, "Move to the right (pixels)")
    for _ in at_both_widths(lesson):
        close_sheet(lesson)
        click_at(tile(lesson, "8:3"), 6.5 / 14, 9.5 / 14)
        expect(summary).to_contain_text("channel 3, row 9, column 6")
        written = cards(lesson).first.inner_text()
        move(slider(lesson, "Row"), "ArrowDown")
        expect(cards(lesson).first).not_to_have_text(written, use_inner_text=True)
        lesson.locator(".st-key-unit_shares, .st-key-unit_products").first.wait_for()

        close_sheet(lesson)
        before = lesson.locator(PICTURE_STYLE).text_content() or ""
        if not to_right.is_visible():  # the tests of this file share the page
            fold.click()
        move(to_right, "ArrowRight")
        expect(lesson.locator(PICTURE_STYLE)).not_to_have_text(before)

        click_at(tile(lesson, "softmax"), 0.1, 0.75)
        expect(summary).to_contain_text("digit 7")
        expect(lesson.locator("table.softmax tr")).to_have_count(11)
        expect(lesson.get_by_test_id("stMain").locator("img:not([alt])")).to_have_count(0)
        fold.click()
        expect(to_right).to_be_hidden()


@pytest.mark.walk
def test_the_arithmetic_and_the_nine_patches_open_beside_the_click(page: Page, address: str):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{address}/through_the_network?digit_from=Drawn+by+the+program&own_digit=3")
    wait_for_lesson(page)
    panel, map_shown = part(page, "unit_panel"), page.locator(".stage.parts i").nth(2)
    click_at(map_shown, 0.5, 0.5)
    expect(part(page, "unit_in_short")).to_contain_text("14 · ReLU")
    clicked, beside = box_of(map_shown), box_of(panel)
    assert clicked is not None
    assert beside is not None
    assert beside["x"] > clicked["x"] + clicked["width"]
    assert beside["y"] < clicked["y"] < beside["y"] + beside["height"] <= 800
    expect(part(page, "unit_arithmetic")).to_be_in_viewport()
    expect(panel.locator(".st-key-patches figure")).to_have_count(9)
    expect(map_shown).to_have_css("outline-style", "solid")


@pytest.mark.walk
def test_on_a_phone_they_open_in_a_sheet_that_closes(page: Page, address: str):
    page.set_viewport_size({"width": PHONE_PX, "height": 664})
    page.goto(f"{address}/through_the_network?digit_from=Drawn+by+the+program&own_digit=3")
    wait_for_lesson(page)
    panel = part(page, "unit_panel")
    expect(panel).to_be_hidden()
    answer = box_of(page.locator(".stage.answer"))
    assert answer["y"] + answer["height"] <= 664, "all five blocks are in the first screen"
    tiles = page.locator(".stage.edges i:visible")
    expect(tiles).to_have_count(6)
    box = box_of(tiles.first)
    assert min(box["width"], box["height"]) >= 40, "a target for a finger"
    click_at(tiles.nth(1), 0.5, 0.5)
    expect(part(page, "unit_in_short")).to_be_in_viewport()
    sheet = box_of(panel)
    assert sheet["y"] > 0.3 * 664
    assert sheet["y"] + sheet["height"] == pytest.approx(664, abs=1)
    expect(panel.locator(".st-key-patches figure")).to_have_count(9)
    close_sheet(page)
    expect(panel).to_be_hidden()
