"""A drawing and settings that go to somebody else by a link, and outlive a reload."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.conftest import DESKTOP, PHONE, TIMEOUT_MS
from tests.browser.hands import (
    FIRST_VISIT_MS,
    box_of,
    canvas,
    clear,
    come_to_rest,
    draw,
    ink_pixels,
    move,
    nothing_scrolls_sideways,
    open_chapter,
    part,
    reads,
    set_width,
    slider,
    wait_for_lesson,
    wait_until,
)

pytestmark = [pytest.mark.browser]
NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', {value: undefined})"
MOST_INK_APART = 0.01


@pytest.fixture
def sender(browser: Browser, address: str) -> Iterator[Page]:
    """Somebody's own browser, with the Draw page in it."""
    yield from somebody(browser, address, ["clipboard-read", "clipboard-write"])


@pytest.fixture
def receiver(browser: Browser, address: str) -> Iterator[Page]:
    """Somebody else's, without a clipboard."""
    yield from somebody(browser, "about:blank", [])


def somebody(browser: Browser, url: str, permissions: list[str]) -> Iterator[Page]:
    context = browser.new_context(viewport=DESKTOP, permissions=permissions)
    context.set_default_timeout(TIMEOUT_MS)
    page = context.new_page()
    page.goto(url)
    yield page
    context.close()


def has_ink(page: Page, pixels: int) -> None:
    """As much of it, but for the rounding."""
    wait_until(page, lambda: abs(ink_pixels(page) - pixels) <= MOST_INK_APART * pixels)


def copied(page: Page) -> str:
    button = page.get_by_role("button", name="Copy link")
    button.click()
    expect(page.get_by_role("button", name="Copied ✓")).to_be_visible()
    return str(page.evaluate("navigator.clipboard.readText()"))


def drawn(page: Page, digit: int) -> int:
    """Draw it on the Draw page; returns the light pixels of it."""
    canvas(page).wait_for(timeout=FIRST_VISIT_MS)
    come_to_rest(page)
    draw(page, DIGITS[digit])
    reads(page, str(digit))
    come_to_rest(page)
    return ink_pixels(page)


def test_a_link_brings_drawing_and_settings_into_a_fresh_browser(
    sender: Page, receiver: Page
) -> None:
    pixels = drawn(sender, 4)
    sender.goto(urlsplit(sender.url)._replace(path="/pooling", query="pool_kernel=3").geturl())
    wait_for_lesson(sender)
    expect(sender.get_by_text("The digit: your drawing")).to_be_visible()
    open_chapter(sender, "By the numbers")
    move(slider(sender, "Dilation d"), "ArrowRight")
    expect(sender).to_have_url(re.compile("pool_dilation=2"))
    come_to_rest(sender)
    part(sender, "chapters").get_by_role("radio", name="Folded").click()
    come_to_rest(sender)
    wait_until(sender, lambda: "pool_dilation" not in sender.url)
    link = copied(sender)
    asked = parse_qs(urlsplit(link).query)
    assert asked.keys() == {"pool_kernel", "pool_dilation", "chapter", "strokes"}

    receiver.goto(link)
    wait_for_lesson(receiver)
    expect(receiver.get_by_text("The digit: your drawing")).to_be_visible()
    expect(slider(receiver, "Kernel k")).to_have_value("3")
    expect(receiver.get_by_role("radio", name="Folded")).to_be_checked()
    open_chapter(receiver, "By the numbers")
    expect(slider(receiver, "Dilation d")).to_have_value("2")
    assert "strokes" not in receiver.url
    receiver.get_by_role("link", name="MNIST Lab").click()
    reads(receiver, "4")
    has_ink(receiver, pixels)
    clear(receiver)
    drawn(receiver, 7)


def test_a_reload_keeps_the_drawing_two_tabs_stay_apart_and_back_replays_nothing(
    sender: Page, address: str
) -> None:
    canvas(sender).wait_for(timeout=FIRST_VISIT_MS)
    entries = sender.evaluate("() => history.length")
    pixels = drawn(sender, 7)
    assert sender.evaluate("() => history.length") == entries
    other = sender.context.new_page()
    other.goto(address)
    canvas(other).wait_for()
    come_to_rest(other)
    assert not other.evaluate("() => sessionStorage.getItem('drawing-of-mnist-lab')")
    sender.reload()
    reads(sender, "7")
    has_ink(sender, pixels)

    sender.get_by_role("link", name="Tour", exact=True).click()
    expect(sender).to_have_url(re.compile("/tour"))
    come_to_rest(sender)
    sender.go_back()
    reads(sender, "7")
    come_to_rest(sender)
    clear(sender)
    come_to_rest(sender)
    sender.reload()
    canvas(sender).wait_for()
    come_to_rest(sender)
    assert not sender.evaluate("() => sessionStorage.getItem('drawing-of-mnist-lab')")


@pytest.mark.walk
@pytest.mark.parametrize("width", [PHONE["width"], 320])
def test_without_a_clipboard_the_link_stands_in_a_field(
    receiver: Page, address: str, width: int
) -> None:
    receiver.add_init_script(NO_CLIPBOARD)
    set_width(receiver, width)
    receiver.goto(f"{address}/pooling?pool_kernel=3")
    wait_for_lesson(receiver)
    button = receiver.get_by_role("button", name="Copy link")
    box = box_of(button)
    assert min(box["width"], box["height"]) >= 40
    assert box["x"] + box["width"] <= width
    button.click()
    field = receiver.get_by_role("textbox", name="Copy this link")
    expect(field).to_have_value(re.compile("/pooling.*pool_kernel=3"))
    expect(field).to_be_focused()
    receiver.get_by_role("button", name="Close").click()
    expect(field).to_be_hidden()
    nothing_scrolls_sideways(receiver)


@pytest.mark.walk
def test_present_shows_the_link_as_a_code(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    set_width(page, 1920)
    page.goto(f"{address}/pooling?present=1")
    wait_for_lesson(page)
    page.get_by_role("button", name="QR code").click()
    code = page.get_by_role("dialog").get_by_role("img")
    expect(code).to_have_attribute("alt", f"QR code of {address}/pooling")
    box = box_of(code)
    assert box["width"] >= 500
