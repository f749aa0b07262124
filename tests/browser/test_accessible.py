"""What measures the pages finds what is wrong, and nothing on the first page of the app."""

import pytest
from playwright.sync_api import Page

from tests.browser.accessible import (
    axe_finds,
    faint_texts,
    focus_unseen,
    headings_out_of_order,
    small_targets,
)
from tests.browser.hands import PHONE_PX, canvas, come_to_rest, set_width

pytestmark = [pytest.mark.browser]
FAINT = "color: #999"
WRONG = f"""
<html lang="en"><title>All wrong</title><body style="background: #fff">
<h2>Not the first</h2><h1>The first</h1><h3>Not the third</h3>
<p style="{FAINT}">faint</p><svg><text y="20" fill="#999">drawn</text></svg>
<svg><rect width="90" height="30" fill="#999"/><text y="20" fill="#000">stands out</text></svg>
<p style="{FAINT}; font-size: 30px; opacity: .9">large</p>
<button style="width: 39px; height: 60px; outline: none">narrow</button>
<label style="display: block; width: 90px; height: 44px"><input type="checkbox"> wide</label>
<img src="data:,">
</body></html>
"""


@pytest.fixture
def wrong(tab: Page) -> Page:
    tab.set_content(WRONG)
    return tab


@pytest.mark.walk
def test_headings_are_asked_for_their_order(wrong: Page) -> None:
    assert headings_out_of_order(wrong) == ["h2 Not the first", "h3 Not the third"]


@pytest.mark.walk
def test_letters_are_measured_against_their_ground_in_drawings_too(wrong: Page) -> None:
    found = [line.split("“")[1].split("”")[0] for line in faint_texts(wrong)]
    assert found == ["faint", "drawn", "large"]


@pytest.mark.walk
def test_what_is_pressed_is_measured_with_its_label(wrong: Page) -> None:
    (small,) = small_targets(wrong)
    assert small.startswith("39 × 60 px: BUTTON “narrow”")


@pytest.mark.walk
def test_a_focus_that_nobody_sees_is_found(wrong: Page) -> None:
    (unseen,) = focus_unseen(wrong)
    assert "narrow" in unseen


@pytest.mark.walk
@pytest.mark.axe
def test_axe_reports_what_breaks_its_rules(wrong: Page) -> None:
    rules = {line.partition(":")[0] for line in axe_finds(wrong)}
    assert {"color-contrast", "image-alt"} <= rules


@pytest.mark.axe
def test_axe_finds_no_violation_on_the_first_page_of_a_phone(tab: Page, address: str) -> None:
    set_width(tab, PHONE_PX)
    tab.goto(address)
    canvas(tab).wait_for()
    come_to_rest(tab)
    assert axe_finds(tab) + faint_texts(tab) + small_targets(tab) == []
