"""A visitor takes the network apart, and what is written out is what the network computes."""

import re

import pytest
import torch
import torch.nn.functional as F
from playwright.sync_api import BrowserContext, Locator, Page, expect

from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import load_reader
from tests.browser.conftest import open_page

pytestmark = [pytest.mark.browser]

THREE = "?digit_from=Drawn+by+the+program&own_digit=3"
PICTURE_STYLE = ".st-key-network_picture .pick-root > style"
OTHERS = re.compile(r"\((the other|bias)[^)]*\)")
ONLY_ARITHMETIC = re.compile(r"[-+*/(). \d]+")


def open_lesson(context: BrowserContext, address: str, query: str = "") -> Page:
    page = open_page(context, address)
    page.goto(f"{address}/layer_by_layer{THREE}{query}", wait_until="domcontentloaded")
    expect(page.get_by_role("heading", name="Try this")).to_be_visible(timeout=60_000)
    return page


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


def click_cell(page: Page, pick: str, x: float, y: float) -> None:
    tile = page.locator(f"[data-pick='{pick}']")
    tile.scroll_into_view_if_needed()
    box = tile.bounding_box()
    assert box is not None
    tile.click(position={"x": x * box["width"], "y": y * box["height"]})


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
    context: BrowserContext, address: str
):
    page = open_lesson(context, address)
    with torch.no_grad():
        model = load_reader("deep_cnn_pen").trained.model
        first = F.conv2d(model.standardise(own_digit(3)), model.features[0].weight, padding=1)
    assert value(page, 0) == pytest.approx(float(first[0, 4, 9, 13]), abs=1e-4)
    assert written_sum(page) == pytest.approx(float(first[0, 4, 9, 13]), abs=2e-3)

    click_cell(page, "8:3", (6 + 0.5) / 14, (9 + 0.5) / 14)
    summary = page.locator(".st-key-unit_summary")
    expect(summary).to_contain_text("channel 3, row 9, column 6")
    expect(summary).to_contain_text("9 · ReLU")
    expect(summary).to_be_in_viewport()
    expect(step(page, 2)).to_have_count(1)
    expected = second_block(3, 9, 6)
    assert [value(page, i) for i in range(3)] == pytest.approx(expected, abs=1e-4)
    assert written_sum(page) == pytest.approx(expected[0], abs=5e-3)
    own = [step(page, i).get_attribute("data-network") for i in range(3)]
    assert [float(text or "nan") for text in own] == pytest.approx(expected, abs=1e-4)
    outlined = page.locator("[data-pick='8:3']").evaluate("e => getComputedStyle(e).outlineStyle")
    assert outlined == "solid"
    expect(page).to_have_url(re.compile("unit_channel=3"))


@pytest.mark.parametrize("width", [1280, 390])
def test_sliders_change_the_pictures_and_the_page_does_not_scroll_sideways(
    context: BrowserContext, address: str, width: int
):
    page = open_lesson(context, address)
    page.set_viewport_size({"width": width, "height": 844})
    main = page.get_by_test_id("stMain")
    written = cards(page).first.inner_text()
    page.get_by_role("slider", name="Row").focus()
    page.keyboard.press("ArrowDown")
    expect(cards(page).first).not_to_have_text(written)
    page.locator(".st-key-unit_shares, .st-key-unit_products").first.wait_for()

    before = page.locator(PICTURE_STYLE).text_content()
    page.locator("summary").filter(has_text="Turn it, move it").click()
    page.get_by_role("slider", name="Move to the right").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "([css, before]) => document.querySelector(css).textContent !== before",
        arg=[PICTURE_STYLE, before],
    )

    click_cell(page, "softmax", 0.1, 0.75)
    expect(page.locator(".st-key-unit_summary")).to_contain_text("digit 7")
    expect(page.locator("table.softmax tr")).to_have_count(11)
    expect(main.locator("img:not([alt])")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert main.evaluate("element => element.scrollWidth <= element.clientWidth")
    expect(page.get_by_test_id("stException")).to_have_count(0)
