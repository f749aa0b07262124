"""A teacher and a student, each with a browser of their own; the whole class: see the walk."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.class_hands import STORAGE, a_school, delete_digits, kept_of, person, start
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.hands import FIRST_VISIT_MS, nothing_scrolls_sideways


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with a_school(tmp_path_factory.mktemp("rooms")) as (url, _):
        yield url


@pytest.mark.browser
def test_who_comes_again_is_who_was_there_before(browser: Browser, address: str) -> None:
    teacher = person(browser, DESKTOP, f"{address}/class_room")
    teacher.get_by_role("button", name="Open a room").click()
    link = teacher.locator(".class-link").inner_text()
    secret = kept_of(teacher)["secret"]
    assert secret not in teacher.url + link + teacher.content()

    student = person(browser, PHONE, link)
    start(student, 3)
    nothing_scrolls_sideways(student)
    expect(teacher.locator(".class-tile")).to_have_count(1)

    writer = kept_of(student)["writer"]
    student.reload()
    expect(student.get_by_text("1 of 20")).to_be_visible(timeout=FIRST_VISIT_MS)
    assert kept_of(student)["writer"] == writer
    teacher.reload()
    expect(teacher.locator(".class-tile")).to_have_count(1, timeout=FIRST_VISIT_MS)
    assert secret not in teacher.url

    delete_digits(student)
    expect(teacher.locator(".class-tile")).to_have_count(0)
    teacher.get_by_role("button", name="Delete the room").click()
    teacher.get_by_role("button", name="Delete everything").click()
    expect(teacher.get_by_role("button", name="Open a room")).to_be_visible()
    assert teacher.evaluate(STORAGE) == {}
    student.goto(link)
    expect(student.get_by_text("There is no room with this code")).to_be_visible(
        timeout=FIRST_VISIT_MS
    )
    for page in (teacher, student):
        page.context.close()
