"""From the first page to the last by Next alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import address_of, open_lesson, part, wait_for_lesson
from ui.shared.tour.router import APP
from ui.shared.tour.stops import OVERVIEW, TEACHERS, TOUR
from ui.teachers.plan import LONG, STEPS

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


@pytest.mark.parametrize("number", range(1, len(STEPS) + 1))
def test_each_link_of_the_lesson_plan_opens_what_it_promises(
    tab: Page, address: str, number: int
) -> None:
    step = STEPS[number - 1]
    open_lesson(tab, f"{address}/{TEACHERS.key}?minutes={LONG}+minutes")
    part(tab, f"step_{number}").get_by_test_id("stPageLink").get_by_role("link").click()
    expect(tab.get_by_role("heading", level=1, name=step.stop.question)).to_be_visible()
    wait_for_lesson(tab)
    for sentence in ("The address says", "left aside"):
        expect(tab.get_by_text(sentence)).to_have_count(0)
