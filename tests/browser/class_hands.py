"""What a class does in its browsers: each person with a storage of their own, in one room."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from mnist_core.pictures.own_digits import DIGITS, Point
from tests.browser.hands import FIRST_VISIT_MS, come_to_rest, draw, part
from tests.browser.server import running_app

STORAGE = "JSON.parse(localStorage.getItem('mnist-lab-class') ?? '{}')"


@contextmanager
def a_school(folder: Path) -> Iterator[tuple[str, str]]:
    """The app's address, and that of its rooms' database, a file in the folder."""
    database = f"sqlite:///{folder / 'rooms.sqlite'}"
    with running_app(DATABASE_URL=database) as address:
        yield address, database


def person(browser: Browser, size: dict[str, int], url: str) -> Page:
    """Who opens the address in a browser of their own."""
    page = browser.new_context(viewport=size).new_page()
    page.set_default_timeout(FIRST_VISIT_MS)
    page.goto(url)
    come_to_rest(page)
    return page


def kept_of(page: Page) -> dict[str, Any]:
    """What the browser keeps of the one room that it knows."""
    (kept,) = page.evaluate(STORAGE).values()
    return dict(kept)


def write(student: Page, strokes: list[list[Point]], says: str = "sure") -> None:
    """Whatever is asked for; says: what the page must say of it before it is handed in."""
    draw(student, strokes)
    expect(part(student, "class_reading")).to_contain_text(says, timeout=FIRST_VISIT_MS)
    come_to_rest(student)
    student.get_by_role("button", name="Hand in").click()


def start(student: Page, digit: int) -> None:
    """Read what is kept, and hand in a first digit."""
    expect(student.get_by_text("No name, no account")).to_be_visible()
    student.get_by_role("button", name="Start").click()
    come_to_rest(student)
    write(student, DIGITS[digit])
    expect(student.get_by_text("1 of 20")).to_be_visible()


def delete_digits(student: Page) -> None:
    """All that was handed in; then the room is left, and nothing is kept in the browser."""
    student.get_by_role("button", name="Delete my digits").click()
    student.get_by_role("button", name="Delete them all").click()
    expect(student.get_by_role("button", name="Enter")).to_be_visible(timeout=FIRST_VISIT_MS)
    assert student.evaluate(STORAGE) == {}
