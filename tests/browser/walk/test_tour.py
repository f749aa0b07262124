"""From the first page to the last by Next alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import address_of, open_lesson, part, wait_for_lesson
from ui.shared.tour.router import APP
from ui.shared.tour.stops import OVERVIEW, TOUR

pytestmark = [pytest.mark.browser]


@pytest.mark.timeout(600)
def test_next_alone_leads_through_all_pages_to_a_tour_with_all_ticks(
    page: Page, address: str
) -> None:
    open_lesson(page, address_of(TOUR[0], address))
    for stop in (*TOUR[1:], OVERVIEW):
        part(page, "next_card").get_by_role("link").click()
        expect(page).to_have_title(f"{stop.title} · {APP}")
        wait_for_lesson(page)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page.get_by_test_id("stException")).to_have_count(0)
    for stop in TOUR:
        expect(part(page, f"{stop.key}_card")).to_contain_text(f"{stop.title} ✓")
