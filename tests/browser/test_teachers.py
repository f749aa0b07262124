"""The lesson plan on paper and on a projector."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import at_both_widths, come_to_rest, open_lesson, part
from ui.shared.tour.stops import TEACHERS
from ui.teachers.plan import LONG, SHORT, steps_of

pytestmark = [pytest.mark.browser, pytest.mark.walk]


@pytest.mark.parametrize("minutes", [SHORT, LONG])
def test_the_plan_is_printed_on_two_sheets_at_most(tab: Page, address: str, minutes: int) -> None:
    open_lesson(tab, f"{address}/{TEACHERS.key}?minutes={minutes}+minutes")
    for number in range(1, len(steps_of(minutes)) + 1):
        expect(part(tab, f"step_{number}").get_by_text("Answer key:")).to_be_visible()
    come_to_rest(tab)
    sheets = tab.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
    assert 1 <= sheets <= 2
    for _ in at_both_widths(tab):
        pass
