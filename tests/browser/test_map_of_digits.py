"""The map of digits and the sliders in Chromium: both decode in the browser."""

import re

import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import Tensor

from mnist_core.latent.code_text import parse_code, random_code, write_code
from mnist_core.latent.codes import decode
from mnist_core.latent.plane import load_map
from mnist_core.weights import load_autoencoder
from tests.browser.hands import (
    DESKTOP_PX,
    at_both_widths,
    click_at,
    move,
    open_lesson,
    part,
    wait_for_lesson,
    wait_until,
)

pytestmark = [pytest.mark.browser]
LESSON = "map_of_digits?digit_from=Drawn+by+the+program&chapter=By+the+numbers"
START = [1.0, -0.5, 0.0, 2.0, *[0.0] * 16]


@pytest.fixture(autouse=True)
def both_decode(lesson: Page) -> None:
    """The decoders have come to the browser: that of the map when it is touched."""
    expect(lesson.locator(".pad-where")).not_to_be_empty()
    lesson.locator(".pad-plot").hover()
    lesson.wait_for_function("'vae2d on the map' in (globalThis.latentDecoders ?? {})")
    expect(code_slider(lesson, 1).locator("xpath=../..").locator("output")).not_to_be_empty()


def code_slider(page: Page, number: int) -> Locator:
    return page.get_by_role("slider", name=f"z{number}, carries")


def light(canvas: Locator) -> Tensor:
    """The pixels of a canvas, (height, width) in [0, 255]."""
    values, width = canvas.evaluate(
        """one => [[...one.getContext("2d").getImageData(0, 0, one.width, one.height).data]
                     .filter((_, index) => index % 4 === 0), one.width]"""
    )
    return torch.tensor(values).view(-1, width)


def apart(canvas: Locator, images: Tensor) -> float:
    """The largest difference to images (n, 28, 28) in [0, 1], side by side, in [0, 255]."""
    return float((light(canvas) - torch.cat([*images], dim=1) * 255).abs().max())


def place_in_pad(page: Page) -> Tensor:
    digit = page.locator(".pad-digit")
    return torch.tensor([[float(digit.get_attribute(f"data-{axis}") or "nan") for axis in "ab"]])


def code_in(page: Page) -> list[float]:
    values = page.get_by_role("slider", name=re.compile(r"^z\d+, carries")).evaluate_all(
        "all => Object.fromEntries(all.map(one => [parseInt(one.ariaLabel.slice(1)), one.value]))"
    )
    return [float(values[str(number)]) for number in range(1, 21)]


def test_the_pad_draws_what_python_decodes_there_and_a_click_keeps_the_place(lesson: Page):
    plot, digit = lesson.locator(".pad-plot"), lesson.locator(".pad-digit")
    model = load_autoencoder("vae2d").model
    for _ in at_both_widths(lesson):
        click_at(plot, 0.7, 0.3)
        pinned = place_in_pad(lesson)
        torch.testing.assert_close(pinned, torch.tensor([[1.6, 1.6]]), rtol=0, atol=0.05)
        assert apart(digit, decode(model, pinned)) <= 2
        plot.hover(position={"x": 40, "y": 60})
        pointed = place_in_pad(lesson)
        assert (pointed - pinned).abs().max() > 1
        assert apart(digit, decode(model, pointed)) <= 2
        lesson.mouse.move(0, 0)
        assert torch.equal(place_in_pad(lesson), pinned)
        plot.press("ArrowLeft")
        torch.testing.assert_close(place_in_pad(lesson), pinned - torch.tensor([[0.1, 0]]))


@pytest.mark.walk
def test_the_legend_takes_digits_off_the_map_and_the_drawn_grid_lies_over_the_same_plane(
    lesson: Page,
):
    dots = lesson.locator(".pad-dots")
    inked = "one => one.toDataURL()"
    all_dots = dots.evaluate(inked)
    legend = lesson.locator(".pad-legend")
    lesson.get_by_text("Only some digits").click()
    legend.get_by_role("button", name="1", exact=True).click()
    assert dots.evaluate(inked) != all_dots
    across, up = load_map("vae2d").coordinates[load_map("vae2d").labels == 1].median(0).values
    click_at(lesson.locator(".pad-plot"), float(across / 4 + 1) / 2, float(1 - up / 4) / 2)
    expect(lesson.locator(".pad-near")).not_to_have_text("a 1")
    legend.get_by_role("button", name="all").click()
    expect(lesson.locator(".pad-near")).to_have_text("a 1")
    assert dots.evaluate(inked) == all_dots
    expect(lesson.locator(".pad-sprite")).to_be_hidden()
    lesson.get_by_role("button", name="Digits drawn there").click()
    expect(lesson.locator(".pad-sprite")).to_be_visible()
    lesson.get_by_role("button", name="Test digits").click()
    expect(dots).to_be_hidden()


@pytest.mark.walk
def test_dice_temperature_and_places_of_the_map_move_the_sliders(lesson: Page):
    lesson.get_by_role("radio", name="20 numbers").click()
    expect(lesson.get_by_role("button", name="Put this place into the sliders")).to_be_visible()
    lesson.get_by_role("button", name="Random z").click()
    rolled = parse_code(write_code(random_code(20, 1, 1.0).tolist(), 0.05), 20)
    expect(code_slider(lesson, 20)).to_have_value(f"{rolled[19]:g}")
    assert code_in(lesson) == rolled
    move(lesson.locator(".walk-temperature input"), "Home")
    assert code_in(lesson) == [0.0] * 20
    expect(lesson).not_to_have_url(re.compile("[?&]z="))
    part(lesson, "chapters").get_by_role("radio", name="Folded").click()
    expect(code_slider(lesson, 5)).to_have_count(0)
    click_at(lesson.locator(".pad-plot"), 0.8, 0.4)
    pinned = place_in_pad(lesson)
    lesson.get_by_role("button", name="Put this place into the sliders").click()
    expect(code_slider(lesson, 5)).not_to_have_value("0")
    taken = parse_code(write_code(load_map("vae").plane.at(pinned)[0].tolist(), 0.05), 20)
    assert code_in(lesson) == taken
    expect(lesson).to_have_url(re.compile(f"[?&]z={write_code(taken, 0.05)}"))
    lesson.get_by_role("button", name="Reset").click()
    assert code_in(lesson) == [0.0] * 20
    expect(lesson.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.walk
def test_the_sliders_stand_where_the_address_says_and_draw_what_python_decodes(
    lesson: Page, address: str
):
    open_lesson(lesson, f"{address}/{LESSON}&z={write_code(START, 0.05)}")
    model = load_autoencoder("vae").model
    digit, fifth = lesson.locator(".walk-digit"), code_slider(lesson, 5)
    strip = lesson.get_by_role("img", name="The digit with z4 from −3")
    as_text = lesson.get_by_label("The numbers z1 to z20")
    moved = [*START[:4], 0.1, *START[5:]]
    codes = torch.tensor(moved).repeat(13, 1)
    codes[:, 3] = torch.linspace(-3, 3, 13)
    strips = decode(model, codes)
    for width in at_both_widths(lesson):
        wait_until(lesson, lambda: code_in(lesson) == START)
        assert apart(digit, decode(model, torch.tensor([START]))) <= 2
        move(fifth, "ArrowRight", 2)
        assert apart(digit, decode(model, torch.tensor([moved]))) <= 2
        wait_until(lesson, lambda: apart(strip, strips) <= 2)  # the strips come in the next frames
        expect(lesson).to_have_url(re.compile(f"z={write_code(moved, 0.05)}$"))
        expect(as_text).to_have_value(write_code(moved, 0.05))
        if width == DESKTOP_PX:
            move(fifth, "ArrowLeft", 2)
    lesson.reload()
    wait_for_lesson(lesson)
    for _ in at_both_widths(lesson):
        expect(fifth).to_have_value("0.1")
        assert code_in(lesson) == moved
