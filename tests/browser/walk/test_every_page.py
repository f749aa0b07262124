"""Each page fits every width, and everybody can read, press and find what is on it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessible import (
    THEMES,
    axe_finds,
    faint_texts,
    focus_unseen,
    headings_out_of_order,
    set_theme,
    small_targets,
)
from tests.browser.hands import (
    DESKTOP_PX,
    PHONE_PX,
    address_of,
    come_to_rest,
    nothing_scrolls_sideways,
    open_chapter,
    open_lesson,
    part,
    set_width,
)
from ui.shared.chapters import TITLES
from ui.shared.tour.stops import PAGES

pytestmark = [pytest.mark.browser]
WIDTHS = (320, 390, 640, 768, 1280, 1920, 2560)
"""Zoomed to 200 %, 1280 px are 640."""
FOLDED = "as it opens"
CHARTS_FOLLOW_MS = 3000
CLIPPED = """
canvas => {
  const {left, right, width} = canvas.getBoundingClientRect();
  const outside = (box) => left < box.left - 1 || right > box.right + 1;
  const above = (one) => one.assignedSlot ?? one.parentElement ?? one.getRootNode().host;
  for (let one = above(canvas); one; one = above(one)) {
    const hides = getComputedStyle(one).overflowX !== "visible";
    if (hides && outside(one.getBoundingClientRect())) return true;
  }
  return width > 0 && outside({left: 0, right: innerWidth});
}
"""


@pytest.fixture(scope="module", params=PAGES, ids=lambda stop: stop.key)
def opened(request: pytest.FixtureRequest, tab: Page, address: str) -> Page:
    open_lesson(tab, address_of(request.param, address))
    return tab


def states(page: Page) -> Iterator[str]:
    """`for state in states(page)`: as it opens, then with each chapter open, all in it unfolded."""
    in_template = part(page, "chapters").count() > 0
    if in_template:
        part(page, "chapters").get_by_role("radio").first.click()
        come_to_rest(page)
    yield FOLDED
    for title in TITLES.values() if in_template else ():
        open_chapter(page, title)
        unfold(page)
        yield title
    if not in_template and unfold(page):
        yield "unfolded"


def unfold(page: Page) -> int:
    """Open what is folded, and what is folded in that; returns how many there were."""
    closed = page.get_by_test_id("stMain").locator("details:not([open]) > summary")
    opened = 0
    while closed.count():
        summary = closed.first.element_handle()
        closed.first.click()
        page.wait_for_function("summary => summary.parentElement.open", arg=summary)
        come_to_rest(page)
        opened += 1
    return opened


def test_it_fits_every_width(opened: Page) -> None:
    for width in WIDTHS:
        set_width(opened, width)
        nothing_scrolls_sideways(opened)
        expect(opened.get_by_test_id("stException")).to_have_count(0)
        for canvas in opened.locator("canvas").all():
            assert not canvas.evaluate(CLIPPED), f"a canvas is cut off at {width} px"
    set_width(opened, DESKTOP_PX)


def test_where_the_focus_is_can_be_seen(opened: Page) -> None:
    assert focus_unseen(opened) == []


def test_headings_go_down_in_order_and_a_finger_meets_what_it_presses(opened: Page) -> None:
    set_width(opened, PHONE_PX)
    headings, targets = {}, {}
    for state in states(opened):
        headings[state] = headings_out_of_order(opened)
        targets[state] = small_targets(opened)
    set_width(opened, DESKTOP_PX)
    assert not {state: found for state, found in headings.items() if found}
    assert not {state: found for state, found in targets.items() if found}


def breaches(page: Page) -> list[str]:
    """Looked for twice where there are any: charts take a new theme a little later."""
    found = axe_finds(page) + faint_texts(page)
    if found:
        page.wait_for_timeout(CHARTS_FOLLOW_MS)
        found = axe_finds(page) + faint_texts(page)
    return found


@pytest.mark.axe
def test_axe_finds_no_violation_and_all_letters_stand_out(opened: Page) -> None:
    found: dict[str, list[str]] = {}
    for state in states(opened):
        for width in (PHONE_PX, DESKTOP_PX):
            set_width(opened, width)
            for theme in THEMES:
                set_theme(opened, theme)
                found[f"{state}, {width} px, {theme}"] = breaches(opened)
    set_theme(opened, THEMES[0])
    assert not {place: lines for place, lines in found.items() if lines}
