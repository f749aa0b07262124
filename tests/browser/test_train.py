"""The Train page as a visitor walks through it, in Chromium, on MNIST."""

import csv
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from safetensors import safe_open

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.hands import canvas, draw, prediction

pytestmark = [pytest.mark.browser, pytest.mark.mnist]


def open_train(context: BrowserContext, address: str, parameters: str = "") -> Page:
    page = context.new_page()
    page.goto(f"{address}/train{parameters}")
    expect(press_able(page, "Play")).to_be_visible(timeout=60_000)
    expect(figure(page, "Batches")).to_have_text("0")
    return page


def press_able(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def figure(page: Page, name: str) -> Locator:
    return page.locator(f'.figure[data-name="{name}"] > div').nth(1)


def number(page: Page, name: str) -> int:
    text = figure(page, name).inner_text()
    return int(re.sub(r"\D", "", text))


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def wait_for_batches(page: Page, at_least: int) -> None:
    page.wait_for_function(
        """least => Number(document.querySelector('.figure[data-name="Batches"] > div + div')
                     .textContent.replace(/\\D/g, '')) >= least""",
        arg=at_least,
        timeout=60_000,
    )


def scroll_width(page: Page) -> int:
    width: int = page.evaluate("() => document.documentElement.scrollWidth")
    return width


def test_play_lets_the_loss_fall_pause_stands_still_and_two_runs_race(
    context: BrowserContext, address: str
) -> None:
    page = open_train(context, address, "?net=Softmax+regression")
    press_able(page, "Play").click()
    wait_for_batches(page, 60)
    marks = "document.querySelectorAll('svg.marks, canvas.marks')"
    page.evaluate(f"() => {marks}.forEach((mark, i) => mark.dataset.seen = i)")
    wait_for_batches(page, max(400, number(page, "Batches") + 100))
    fresh = page.evaluate(f"() => [...{marks}].filter(mark => !mark.dataset.seen).length")
    assert fresh == 0, "the plots must not be drawn anew while they move"
    press_able(page, "Pause").click()
    expect(press_able(page, "Play")).to_be_visible()
    expect(figure(page, "State")).to_have_text("Paused")
    batches = number(page, "Batches")
    page.wait_for_timeout(1500)
    assert number(page, "Batches") == batches
    expect(figure(page, "Test")).to_have_text(re.compile(r"loss 0\.\d+, [89]\d\.\d % right"))
    expect(page.locator("svg.marks, canvas.marks").first).to_be_visible()

    choose(page, "Optimiser", "Adam")
    expect(figure(page, "Batches")).to_have_text("0")
    press_able(page, "Play").click()
    wait_for_batches(page, 100)
    press_able(page, "Pause").click()
    expect(page.get_by_role("heading", name="Race")).to_be_visible()
    expect(page.get_by_test_id("stButtonGroup").get_by_text("1: SGD")).to_be_visible()
    expect(page.get_by_test_id("stButtonGroup").get_by_text("2: Adam")).to_be_visible()
    look_back(page)


def look_back(page: Page) -> None:
    """The time machine goes to now and back to the beginning."""
    slider = page.get_by_role("slider", name=re.compile("Look back"))
    expect(page.get_by_text("After 0 batches")).to_be_visible()
    slider.focus()
    page.keyboard.press("End")
    expect(page.get_by_text("After 0 batches")).to_be_hidden()
    page.keyboard.press("Home")
    expect(page.get_by_text("After 0 batches")).to_be_visible()


def test_one_batch_and_one_epoch_at_a_time_and_nothing_scrolls_sideways(
    context: BrowserContext, address: str
) -> None:
    page = open_train(context, address, "?net=Softmax+regression&training_digits=1+000")
    for batches in ("1", "2"):
        press_able(page, "Step one batch").click()
        expect(figure(page, "Batches")).to_have_text(batches)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert scroll_width(page) <= width
    press_able(page, "Step one epoch").click()
    expect(figure(page, "Epochs")).to_have_text("1.00")
    expect(figure(page, "State")).to_have_text("Paused")
    expect(figure(page, "Test")).to_have_text(re.compile("right"))


def test_weights_go_down_come_back_and_read_on_the_draw_page_and_a_hostile_file_is_refused(
    context: BrowserContext, address: str, tmp_path: Path
) -> None:
    page = open_train(
        context, address, "?net=Softmax+regression&optimizer=Adam&learning_rate=0.001"
    )
    press_able(page, "Step one epoch").click()
    expect(figure(page, "Epochs")).to_have_text("1.00", timeout=60_000)
    expect(press_able(page, "Play")).to_be_visible()
    with page.expect_download() as downloading:
        press_able(page, "Weights (safetensors)").click()
    weights = tmp_path / "mine.safetensors"
    downloading.value.save_as(weights)
    with safe_open(weights, "pt") as file:
        assert file.get_tensor("head.weight").shape == (10, 784)
    with page.expect_download() as downloading:
        press_able(page, "History (CSV)").click()
    downloading.value.save_as(tmp_path / "mine.csv")
    rows = list(csv.DictReader((tmp_path / "mine.csv").open()))
    assert len(rows) == number(page, "Batches")
    assert float(rows[-1]["training_loss"]) < float(rows[0]["training_loss"])

    hostile = tmp_path / "hostile.safetensors"
    hostile.write_bytes(b"\x00\x00\x00\x40\x00\x00\x00\x00{}")
    bring_back(page, hostile)
    expect(page.get_by_text("is not a readable safetensors file")).to_be_visible()
    expect(figure(page, "Batches")).to_have_text("938")

    fresh = open_train(context, address)
    bring_back(fresh, weights)
    expect(figure(fresh, "Batches")).to_have_text("938")
    expect(figure(fresh, "Epochs")).to_have_text("1.00")
    press_able(fresh, "Use on the Draw page").click()
    fresh.get_by_role("link", name="Go and draw").click()
    canvas(fresh).wait_for()
    draw(fresh, DIGITS[0])
    expect(prediction(fresh)).to_have_text("0")
    expect(fresh.get_by_text("This network is your own")).to_be_visible()


def bring_back(page: Page, weights: Path) -> None:
    page.get_by_text("Bring back a saved training").click()
    page.locator('input[type="file"]').last.set_input_files(weights)


def test_a_pause_is_answered_within_a_second_or_so_and_leaving_the_page_ends_the_work(
    context: BrowserContext, address: str
) -> None:
    page = open_train(context, address, "?net=Deep+CNN")
    press_able(page, "Play").click()
    wait_for_batches(page, 3)
    start = time.monotonic()
    press_able(page, "Pause").click()
    expect(press_able(page, "Play")).to_be_visible()
    assert time.monotonic() - start < 5, "the bar of 1 s is measured by make bench, undisturbed"
    press_able(page, "Play").click()
    wait_for_batches(page, number(page, "Batches") + 3)
    page.get_by_role("link", name="Draw a digit").click()
    canvas(page).wait_for()
    page.wait_for_timeout(1500)
    page.get_by_role("link", name="Train").click()
    expect(figure(page, "State")).to_have_text("Paused")
    stopped = number(page, "Batches")
    page.wait_for_timeout(1000)
    assert number(page, "Batches") == stopped


def test_a_link_brings_the_whole_recipe(context: BrowserContext, address: str) -> None:
    page = open_train(context, address)
    choose(page, "Network", "VAE")
    choose(page, "Optimiser", "RMSprop")
    press_able(page, "Mistakes to make on purpose").click()
    page.get_by_test_id("stPopoverBody").get_by_text("All weights equal").click()
    expect(page.get_by_text("one single unit")).to_be_visible()
    assert "net=VAE" in page.url
    assert "optimizer=RMSprop" in page.url
    page.goto(page.url)
    expect(page.get_by_text("one single unit")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("and their reconstructions").first).to_be_visible()


def test_two_tabs_train_apart(context: BrowserContext, address: str) -> None:
    first, second = (open_train(context, address, "?net=Softmax+regression") for _ in range(2))
    for page in (second, first):
        page.bring_to_front()  # the browser hardly draws what is not in front
        press_able(page, "Play").click()
        wait_for_batches(page, 50)
    press_able(first, "Pause").click()
    expect(figure(first, "State")).to_have_text("Paused")
    stopped = number(first, "Batches")
    second.bring_to_front()
    wait_for_batches(second, number(second, "Batches") + 50)
    assert number(first, "Batches") == stopped
    press_able(second, "Pause").click()
