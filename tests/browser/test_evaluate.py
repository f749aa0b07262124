"""A visitor of the Evaluate page, on MNIST's own test digits."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.hands import button, canvas, come_to_rest, go_to_page
from ui.shared.tour.stops import DRAW, EVALUATE

pytestmark = [pytest.mark.browser, pytest.mark.mnist]

GALLERY = re.compile(r"^Test digit \d+: is \d, read as \d")


MISTAKES, ROBUSTNESS = "What is mistaken for what", "What does it take to fool it?"


@pytest.fixture
def page(tab: Page, address: str) -> Page:
    """Opened by the link of somebody whose own network this session does not have."""
    if tab.url != f"{address}/evaluate":
        open_evaluate(tab, address, "?evaluated=My+own")
        all_read(tab)
    return tab


def unfold(page: Page, title: str) -> None:
    """Open a part of the page that may be open already."""
    part = page.get_by_test_id("stExpander").filter(has_text=title)
    if part.locator("details").get_attribute("open") is None:
        part.locator("summary").click()
    come_to_rest(page)


def open_evaluate(tab: Page, address: str, query: str) -> None:
    tab.goto(f"{address}/evaluate{query}")
    expect(tab.get_by_role("heading", name=EVALUATE.question)).to_be_visible(timeout=60_000)


def all_read(page: Page) -> None:
    expect(page.get_by_text(MISTAKES)).to_be_visible(timeout=60_000)


def gallery(page: Page) -> Locator:
    return page.get_by_role("img", name=GALLERY)


def network(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Network")


def cell(page: Page, label: int, read: int) -> tuple[float, float]:
    """Where a cell of the confusion matrix is on the screen, when nothing in the page changes."""
    come_to_rest(page)
    place = page.wait_for_function(
        """([label, read]) => {
            const chart = document.querySelector(".st-key-confusion .js-plotly-plot")
            if (!chart?._fullLayout?.xaxis || !chart.querySelector(".points")) return null
            chart.scrollIntoView({block: "center"})
            const {xaxis, yaxis} = chart._fullLayout, box = chart.getBoundingClientRect()
            return [box.x + xaxis._offset + xaxis.d2p(read),
                    box.y + yaxis._offset + yaxis.d2p(label)]
        }""",
        arg=[label, read],
    )
    x, y = place.json_value()
    return x, y


@pytest.mark.walk
def test_a_link_to_anothers_network_opens_the_default(page: Page):
    expect(network(page)).to_have_value("Deep CNN + pen, trained on MNIST and pen strokes")
    expect(page).not_to_have_url(re.compile("evaluated"))
    expect(page.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.walk
def test_no_chart_is_fetched_before_a_part_is_opened(page: Page):
    expect(page.get_by_test_id("stExpander")).to_have_count(8)
    come_to_rest(page)
    fetched = "performance.getEntriesByType('resource').filter(one => /plotly/i.test(one.name))"
    assert page.evaluate(f"{fetched}.length") == 0
    unfold(page, MISTAKES)
    expect(page.locator(".js-plotly-plot")).to_have_count(1)
    assert page.evaluate(f"{fetched}.length") > 0


def test_a_click_on_a_cell_shows_its_pictures(page: Page):
    unfold(page, MISTAKES)
    unfold(page, ROBUSTNESS)
    expect(gallery(page)).to_have_count(20)
    hover = page.locator(".hoverlayer").filter(has_text="A 4 read as 9:")
    expect(page.locator(".js-plotly-plot")).to_have_count(5)  # all are there: nothing moves now
    page.mouse.move(*cell(page, 4, 9))
    expect(hover).to_have_count(1)
    count = int(re.findall(r"(\d+) times", hover.text_content() or "")[0])
    page.mouse.click(*cell(page, 4, 9))
    expect(page.get_by_role("img", name=re.compile("is 4, read as 9"))).to_have_count(count)
    expect(gallery(page)).to_have_count(count)
    page.mouse.click(*cell(page, 0, 8))
    expect(page.get_by_text("nothing of this kind happened")).to_be_visible()
    page.mouse.click(*cell(page, 7, 7))
    expect(page.get_by_role("img", name=re.compile("is 7, read as 7"))).to_have_count(20)


@pytest.mark.walk
def test_the_page_does_not_scroll_sideways_and_every_picture_has_a_text(page: Page):
    unfold(page, MISTAKES)
    unfold(page, "A against B")
    expect(page.get_by_text("Both wrong: ")).to_be_visible()
    main = page.get_by_test_id("stMain")
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        expect(gallery(page)).to_have_count(20)
        expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
        assert main.evaluate("element => element.scrollWidth <= element.clientWidth")
    expect(main.locator("img:not([alt])")).to_have_count(0)


@pytest.mark.walk
def test_leaving_the_page_ends_the_measuring(page: Page):
    unfold(page, ROBUSTNESS)
    button(page, "Measure the curves").click()
    progress = page.get_by_text(re.compile(r"Measuring the four curves: \d+%"))
    expect(progress).to_be_visible()

    def percent() -> int:
        return int(re.findall(r"(\d+)%", progress.inner_text())[0])

    before = percent()
    go_to_page(page, DRAW)
    canvas(page).wait_for()
    page.wait_for_timeout(3000)
    go_to_page(page, EVALUATE)
    expect(progress).to_be_visible()
    assert percent() - before < 20, "all four take ten seconds or so"
    button(page, "Stop measuring").click()
    expect(button(page, "Measure the curves")).to_be_visible()


def test_a_picture_explains_itself_and_the_way_back_leads_to_it(page: Page):
    unfold(page, MISTAKES)
    first = gallery(page).first
    index = re.findall(r"\d+", first.get_attribute("alt") or "")[0]
    page.get_by_role("button", name=f"Test digit {index}: ").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"The digit: test digit {index} (")).to_be_visible()
    come_to_rest(page)
    page.go_back()
    expect(page.get_by_role("button", name=f"Test digit {index}: ").first).to_be_visible()


@pytest.mark.walk
def test_reading_can_be_stopped_and_goes_on(tab: Page, address: str):
    open_evaluate(tab, address, "?evaluated=Deep+CNN%2C+trained+on+MNIST+alone")
    expect(network(tab)).to_have_value("Deep CNN, trained on MNIST alone")
    button(tab, "Stop").click()
    expect(tab.get_by_text(re.compile(r"Stopped after \d+% of the test digits"))).to_be_visible()
    all_read(tab)
    expect(tab.get_by_text(re.compile(r"^wrong of (\d )?\d+$"))).to_be_visible()
    button(tab, "Go on").click()
    expect(button(tab, "Stop")).to_be_visible()
