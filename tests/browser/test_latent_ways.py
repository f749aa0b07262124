"""The ways through the latent space in Chromium: encode, walk, interpolate, generate, download."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import (
    at_both_widths,
    draw_in_dialog,
    move,
    open_settings,
    part,
    slider,
)
from tests.digits import SCRIBBLE

pytestmark = [pytest.mark.browser]
LESSON = "latent"


def pictures(page: Page, key: str) -> list[str]:
    """What the pictures of a part show, as it is written in the page."""
    images = part(page, key).locator("img")
    expect(images.first).to_be_attached()
    return [str(image.get_attribute("src")) for image in images.all()]


def changes(page: Page, key: str, before: list[str]) -> list[str]:
    """The pictures of a part when the last of them is another one."""
    last = part(page, key).locator("img").last
    expect(last).not_to_have_attribute("src", before[-1])
    return pictures(page, key)


def download(page: Page, name: str) -> Image.Image:
    with page.expect_download() as started:
        page.get_by_role("button", name=name).click()
    return Image.open(io.BytesIO(Path(started.value.path()).read_bytes()))


def test_draw_encode_walk_interpolate_generate_and_take_it_home(lesson: Page):
    expect(lesson.get_by_role("heading", name="The loss, term by term")).to_be_visible()
    draw_in_dialog(lesson, DIGITS[3])
    expect(lesson.get_by_text("comes out as well as digits do")).to_be_visible()
    expect(part(lesson, "your_code").locator("img")).to_have_count(10)
    number = lesson.get_by_role("slider", name=re.compile("^z5,"))
    expect(number).to_have_value("0")
    lesson.get_by_role("button", name="Walk from here").click()
    expect(number).not_to_have_value("0")
    expect(lesson).to_have_url(re.compile(r"[?&]z="))
    expect(lesson.get_by_text("From your drawing to the mean of all 0s")).to_be_visible()
    strip, line = pictures(lesson, "way_strip"), pictures(lesson, "way_moving")
    lesson.get_by_test_id("stButtonGroup").get_by_text("spherical").click()
    arc = changes(lesson, "way_moving", line)
    assert arc[0].startswith("data:image/gif;base64,")
    middle = part(lesson, "way_strip").locator("img").nth(len(strip) // 2)
    expect(middle).not_to_have_attribute("src", strip[len(strip) // 2])
    gif = download(lesson, "Download as GIF")
    assert (gif.format, gif.size, gif.n_frames) == ("GIF", (224, 224), 18)  # type: ignore[attr-defined]
    sheet = pictures(lesson, "asked_sheet")
    part(lesson, "asked_digit").get_by_text("7", exact=True).click()
    changes(lesson, "asked_sheet", sheet)
    expect(lesson.get_by_role("img", name="20 generated pictures of the digit 7")).to_be_visible()
    png = download(lesson, "Download the sheet as PNG")
    assert (png.format, png.size) == ("PNG", (10 * 112 + 9 * 4, 2 * 112 + 4))
    expect(lesson.get_by_test_id("stException")).to_have_count(0)


def test_a_scribble_is_said_to_be_unlike_any_test_digit(lesson: Page):
    draw_in_dialog(lesson, SCRIBBLE)
    expect(lesson.get_by_text("It is unlike any test digit.")).to_be_visible()


def test_sliders_change_their_pictures_and_nothing_scrolls_sideways(lesson: Page):
    noise = slider(lesson, "Noise ε")
    temperature = part(lesson, "asked_temperature").get_by_role("slider")
    steps, way = slider(lesson, "Pictures on the way"), part(lesson, "way_strip").locator("img")
    for _ in at_both_widths(lesson):
        noisy = pictures(lesson, "noisy_digit")
        move(noise, "PageUp")
        changes(lesson, "noisy_digit", noisy)
        sheet = pictures(lesson, "asked_sheet")
        move(temperature, "PageDown")
        changes(lesson, "asked_sheet", sheet)
        expect(way).to_have_count(10)
        strip = pictures(lesson, "way_strip")
        move(steps, "ArrowRight", 3)
        expect(way).to_have_count(13)
        assert pictures(lesson, "way_strip")[0] == strip[0], "it still begins with the same digit"
        move(steps, "ArrowLeft", 3)


def test_the_samples_are_new_and_a_link_opens_a_training_with_its_beta(lesson: Page):
    samples = pictures(lesson, "prior_row")
    part(lesson, "prior_seed_button").get_by_role("button").click()
    changes(lesson, "prior_row", samples)
    lesson.get_by_role("link", name="Train with β = 0.25").click()
    expect(lesson.get_by_role("combobox", name="Network")).to_have_value("VAE")
    open_settings(lesson)
    lesson.get_by_role("button", name="More settings").click()
    beta = slider(lesson, "β: weight of the KL term")
    expect(beta).to_have_attribute("aria-valuetext", "0.25")
