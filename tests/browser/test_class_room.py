"""A teacher and two students, each with a browser of their own, in one room."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from mnist_core.pictures.own_digits import DIGITS
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.hands import come_to_rest, draw, nothing_scrolls_sideways, part
from tests.browser.server import running_app

STORAGE = "JSON.parse(localStorage.getItem('mnist-lab-class') ?? '{}')"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    database = tmp_path_factory.mktemp("rooms") / "rooms.sqlite"
    with running_app(DATABASE_URL=f"sqlite:///{database}") as url:
        yield url


def person(browser: Browser, size: dict[str, int], url: str) -> Page:
    """With a storage of their own."""
    page = browser.new_context(viewport=size).new_page()
    page.set_default_timeout(120_000)
    page.goto(url)
    come_to_rest(page)
    return page


def write(student: Page, digit: int) -> None:
    """Whatever is asked for."""
    draw(student, DIGITS[digit])
    expect(part(student, "class_reading")).to_contain_text("sure", timeout=60_000)
    student.get_by_role("button", name="Hand in").click()
    come_to_rest(student)


@pytest.mark.browser
def test_a_class_in_one_room(browser: Browser, address: str) -> None:
    teacher = person(browser, DESKTOP, f"{address}/class_room")
    teacher.get_by_role("button", name="Open a room").click()
    link = teacher.locator(".class-link").inner_text()
    secret = next(iter(teacher.evaluate(STORAGE).values()))["secret"]
    assert secret not in teacher.url + link + teacher.content()

    students = [person(browser, PHONE, link) for _ in range(2)]
    for student, digit in zip(students, (3, 7), strict=True):
        expect(student.get_by_text("No name, no account")).to_be_visible()
        student.get_by_role("button", name="Start").click()
        come_to_rest(student)
        write(student, digit)
        expect(student.get_by_text("1 of 20")).to_be_visible()
        nothing_scrolls_sideways(student)
    expect(teacher.locator(".class-tile")).to_have_count(2)

    first, second = students
    writer = next(iter(first.evaluate(STORAGE).values()))["writer"]
    first.reload()
    expect(first.get_by_text("1 of 20")).to_be_visible(timeout=120_000)
    assert next(iter(first.evaluate(STORAGE).values()))["writer"] == writer

    teacher.reload()
    expect(teacher.locator(".class-tile")).to_have_count(2, timeout=120_000)
    assert secret not in teacher.url
    teacher.locator(".class-tile").first.click()
    teacher.get_by_role("button", name="Remove this writer").click()
    expect(teacher.locator(".class-tile")).to_have_count(1)

    teacher.get_by_role("button", name="Delete the room").click()
    teacher.get_by_role("button", name="Delete everything").click()
    expect(teacher.get_by_role("button", name="Open a room")).to_be_visible()
    assert teacher.evaluate(STORAGE) == {}
    second.reload()
    expect(second.get_by_text("There is no room with this code")).to_be_visible(timeout=120_000)
    for page in (teacher, *students):
        page.context.close()
