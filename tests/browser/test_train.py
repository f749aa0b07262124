"""The Train page as a visitor walks through it, in Chromium, on MNIST."""

import csv
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, ViewportSize, expect
from safetensors import safe_open

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.hands import box_of, canvas, come_to_rest, draw, go_to_page, open_settings, reads
from ui.shared.tour.stops import DRAW, TRAIN

pytestmark = [pytest.mark.browser, pytest.mark.mnist]


def open_train(page: Page, address: str, parameters: str = "") -> None:
    page.goto(f"{address}/train{parameters}")
    expect(press_able(page, "Play")).to_be_visible(timeout=60_000)
    expect(figure(page, "Batches")).to_have_text("0")


def press_able(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def figure(page: Page, name: str) -> Locator:
    return page.locator(f'.figure[data-name="{name}"] > div').nth(1)


def number(page: Page, name: str) -> int:
    text = figure(page, name).inner_text()
    return int(re.sub(r"\D", "", text))


def choose(page: Page, label: str, option: str) -> None:
    come_to_rest(page)
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def top_and_bottom(page: Page) -> tuple[float, float]:
    """In pixels from the top of the window: the upper edge of Play, the lower of the curves."""
    play = box_of(press_able(page, "Play"))
    curves = [page.locator(f".st-key-curve_{number}").bounding_box() for number in (0, 1)]
    return play["y"], max(box["y"] + box["height"] for box in curves if box is not None)


@pytest.mark.walk
@pytest.mark.parametrize("size", [{"width": 1280, "height": 800}, {"width": 390, "height": 664}])
def test_play_and_both_curves_stand_on_the_first_screen_and_do_not_move_when_data_come(
    tab: Page, address: str, size: ViewportSize
) -> None:
    tab.set_viewport_size(size)
    open_train(tab, address)
    come_to_rest(tab)
    before = top_and_bottom(tab)
    assert before[0] > 0
    assert before[1] <= size["height"]
    press_able(tab, "One batch").click()
    expect(figure(tab, "Batches")).to_have_text("1")
    come_to_rest(tab)
    assert top_and_bottom(tab) == before
    assert scroll_width(tab) <= size["width"]
    tab.set_viewport_size(DESKTOP)


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
    tab: Page, address: str
) -> None:
    open_train(tab, address, "?net=Softmax+regression")
    press_able(tab, "Play").click()
    wait_for_batches(tab, 60)
    marks = "document.querySelectorAll('svg.marks, canvas.marks')"
    tab.evaluate(f"() => {marks}.forEach((mark, i) => mark.dataset.seen = i)")
    wait_for_batches(tab, max(400, number(tab, "Batches") + 100))
    fresh = tab.evaluate(f"() => [...{marks}].filter(mark => !mark.dataset.seen).length")
    assert fresh == 0, "the plots must not be drawn anew while they move"
    press_able(tab, "Pause").click()
    expect(press_able(tab, "Play")).to_be_visible()
    expect(figure(tab, "State")).to_have_text("Paused")
    batches = number(tab, "Batches")
    tab.wait_for_timeout(1500)
    assert number(tab, "Batches") == batches
    expect(figure(tab, "Test")).to_have_text(re.compile(r"loss 0\.\d+, [89]\d\.\d % right"))
    expect(tab.locator("svg.marks, canvas.marks").first).to_be_visible()

    open_settings(tab)
    choose(tab, "Optimiser", "Adam")
    expect(figure(tab, "Batches")).to_have_text("0")
    press_able(tab, "Play").click()
    wait_for_batches(tab, 100)
    press_able(tab, "Pause").click()
    expect(tab.get_by_role("heading", name="Race")).to_be_visible()
    expect(tab.get_by_test_id("stButtonGroup").get_by_text("1: SGD")).to_be_visible()
    expect(tab.get_by_test_id("stButtonGroup").get_by_text("2: Adam")).to_be_visible()
    look_back(tab)


def look_back(page: Page) -> None:
    """The time machine goes to now and back to the beginning."""
    slider = page.get_by_role("slider", name=re.compile("Look back"))
    expect(page.get_by_text("After 0 batches")).to_be_visible()
    come_to_rest(page)
    slider.press("End")
    expect(page.get_by_text("After 0 batches")).to_be_hidden()
    come_to_rest(page)
    slider.press("Home")
    expect(page.get_by_text("After 0 batches")).to_be_visible()


@pytest.mark.walk
def test_one_batch_and_one_epoch_at_a_time_and_nothing_scrolls_sideways(
    tab: Page, address: str
) -> None:
    open_train(tab, address, "?net=Softmax+regression&training_digits=1+000")
    for batches in ("1", "2"):
        press_able(tab, "One batch").click()
        expect(figure(tab, "Batches")).to_have_text(batches)
    for size in (PHONE, DESKTOP):
        tab.set_viewport_size(size)
        assert scroll_width(tab) <= size["width"]
    press_able(tab, "One epoch").click()
    expect(figure(tab, "Epochs")).to_have_text("1.00")
    expect(figure(tab, "State")).to_have_text("Paused")
    expect(figure(tab, "Test")).to_have_text(re.compile("right"))


@pytest.mark.walk
def test_weights_go_down_come_back_and_read_on_the_draw_page_and_a_hostile_file_is_refused(
    tab: Page, address: str, tmp_path: Path
) -> None:
    open_train(tab, address, "?net=Softmax+regression&optimizer=Adam&learning_rate=0.001")
    press_able(tab, "One epoch").click()
    expect(figure(tab, "Epochs")).to_have_text("1.00", timeout=60_000)
    expect(press_able(tab, "Play")).to_be_visible()
    with tab.expect_download() as downloading:
        press_able(tab, "Weights (safetensors)").click()
    weights = tmp_path / "mine.safetensors"
    downloading.value.save_as(weights)
    with safe_open(weights, "pt") as file:
        assert file.get_tensor("head.weight").shape == (10, 784)
    with tab.expect_download() as downloading:
        press_able(tab, "History (CSV)").click()
    downloading.value.save_as(tmp_path / "mine.csv")
    rows = list(csv.DictReader((tmp_path / "mine.csv").open()))
    assert len(rows) == number(tab, "Batches")
    assert float(rows[-1]["training_loss"]) < float(rows[0]["training_loss"])

    hostile = tmp_path / "hostile.safetensors"
    hostile.write_bytes(b"\x00\x00\x00\x40\x00\x00\x00\x00{}")
    bring_back(tab, hostile)
    expect(tab.get_by_text("is not a readable safetensors file")).to_be_visible()
    expect(figure(tab, "Batches")).to_have_text("938")

    open_train(tab, address)
    bring_back(tab, weights)
    expect(figure(tab, "Batches")).to_have_text("938")
    expect(figure(tab, "Epochs")).to_have_text("1.00")
    press_able(tab, "Use on the Draw page").click()
    tab.get_by_role("link", name="Go and draw").click()
    canvas(tab).wait_for()
    draw(tab, DIGITS[0])
    reads(tab, "0")
    chapter = tab.get_by_test_id("stExpander").filter(has_text="How ten numbers become an answer")
    chapter.locator("summary").click()
    expect(tab.get_by_text("This network is your own")).to_be_visible()


def bring_back(page: Page, weights: Path) -> None:
    page.get_by_text("Bring back a saved training").click()
    page.locator('input[type="file"]').last.set_input_files(weights)


def test_a_pause_is_answered_within_a_second_or_so_and_leaving_the_page_ends_the_work(
    tab: Page, address: str
) -> None:
    open_train(tab, address, "?net=Deep+CNN")
    press_able(tab, "Play").click()
    wait_for_batches(tab, 3)
    start = time.monotonic()
    press_able(tab, "Pause").click()
    expect(press_able(tab, "Play")).to_be_visible()
    assert time.monotonic() - start < 5, "the bar of 1 s is measured by make bench, undisturbed"
    press_able(tab, "Play").click()
    wait_for_batches(tab, number(tab, "Batches") + 3)
    go_to_page(tab, DRAW)
    canvas(tab).wait_for()
    tab.wait_for_timeout(1500)
    go_to_page(tab, TRAIN)
    expect(figure(tab, "State")).to_have_text("Paused")
    stopped = number(tab, "Batches")
    tab.wait_for_timeout(1000)
    assert number(tab, "Batches") == stopped


@pytest.mark.walk
def test_a_link_brings_the_whole_recipe(tab: Page, address: str) -> None:
    open_train(tab, address)
    choose(tab, "Network", "VAE")
    open_settings(tab)
    choose(tab, "Optimiser", "RMSprop")
    press_able(tab, "Mistakes to make on purpose").click()
    tab.get_by_test_id("stPopoverBody").get_by_text("All weights equal").click()
    expect(tab.get_by_text("one single unit")).to_be_visible()
    assert "net=VAE" in tab.url
    assert "optimizer=RMSprop" in tab.url
    tab.goto(tab.url)
    expect(tab.get_by_text("one single unit")).to_be_visible(timeout=60_000)
    expect(tab.get_by_text("and their reconstructions").first).to_be_visible()


@pytest.mark.walk
def test_two_tabs_train_apart(tab: Page, context: BrowserContext, address: str) -> None:
    first, second = tab, context.new_page()
    for page in (first, second):
        open_train(page, address, "?net=Deep+CNN")
    for page in (second, first):
        page.bring_to_front()  # the browser hardly draws what is not in front
        press_able(page, "Play").click()
        wait_for_batches(page, 5)
    press_able(first, "Pause").click()
    expect(figure(first, "State")).to_have_text("Paused")
    stopped = number(first, "Batches")
    second.bring_to_front()
    wait_for_batches(second, number(second, "Batches") + 5)
    assert number(first, "Batches") == stopped
    press_able(second, "Pause").click()
