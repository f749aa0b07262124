"""A lesson in one room: a teacher at the projector, three students on their phones."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from mnist_core.classroom.store import Store
from mnist_core.pictures.own_digits import DIGITS
from tests.browser.accessible import small_targets
from tests.browser.class_hands import a_school, delete_digits, person, start, write
from tests.browser.conftest import PHONE
from tests.browser.hands import (
    FIRST_VISIT_MS,
    button,
    come_to_rest,
    draw,
    nothing_scrolls_sideways,
    part,
    set_width,
)
from tests.core.classroom.written import written
from ui.class_room.wall import REFRESH_S

PROJECTOR = {"width": 1920, "height": 1080}
SCRIBBLE = [[(10.0 + 8 * (k % 10), 10.0 + (37 * k) % 80) for k in range(40)]]
LEARNS_WITHIN_MS = 1_200_000
NARROW_PX = 320
TILE = ".class-tile"
pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    with a_school(tmp_path_factory.mktemp("rooms")) as addresses:
        yield addresses


def others_hand_in(database: str, code: str) -> int:
    """Six more writers, by the store; returns how many digits."""
    store, digits = Store(database), written(writers=6, each=5)
    for image, label, writer in zip(
        digits.images, digits.labels.tolist(), digits.writers.tolist(), strict=True
    ):
        store.hand_in(code, writer, label, image)
    store.close()
    return len(digits)


def enter(browser: Browser, link: str) -> list[Page]:
    """Three students, each with a first digit."""
    students = [person(browser, PHONE, link) for _ in range(3)]
    for student, digit in zip(students, (3, 7, 1), strict=True):
        start(student, digit)
        nothing_scrolls_sideways(student)
        assert small_targets(student) == []
    set_width(students[0], NARROW_PX)
    nothing_scrolls_sideways(students[0])
    set_width(students[0], PHONE["width"])
    return students


def skip_and_undo(student: Page) -> None:
    """What is asked for changes, and a stroke that is taken back cannot be handed in."""
    asks = student.get_by_role("heading", name="your way")
    asked = asks.inner_text()
    for _ in range(2):  # each digit comes twice, perhaps one after the other
        button(student, "Skip").click()
        come_to_rest(student)
    expect(asks).not_to_have_text(asked)
    draw(student, DIGITS[1])
    expect(button(student, "Hand in")).to_be_enabled()
    come_to_rest(student)
    button(student, "Undo").click()
    expect(button(student, "Hand in")).to_be_disabled()
    come_to_rest(student)


def let_a_scribble_in(teacher: Page, student: Page) -> None:
    write(student, SCRIBBLE, "")
    expect(student.get_by_text("2 of 20")).to_be_visible()
    curtain = teacher.get_by_text("Behind the curtain: 1")
    expect(curtain).to_be_visible()
    curtain.click()
    teacher.get_by_role("button", name="Let in").click()
    expect(curtain).to_have_count(0)
    expect(teacher.locator(TILE)).to_have_count(4)


def pause(teacher: Page, student: Page) -> None:
    teacher.get_by_text("Pause the wall").click()
    come_to_rest(teacher)
    write(student, DIGITS[8])
    expect(student.get_by_text("2 of 20")).to_be_visible()
    teacher.wait_for_timeout(2 * REFRESH_S * 1000 + 1000)  # it must not change meanwhile
    assert teacher.locator(TILE).count() == 4
    teacher.get_by_text("Pause the wall").click()
    expect(teacher.locator(TILE)).to_have_count(5)


def vote(teacher: Page, students: list[Page]) -> None:
    asked = f"{TILE}[data-pick='{teacher.locator(TILE).first.get_attribute('data-pick')}']"
    teacher.locator(asked).click()
    teacher.get_by_role("button", name="Ask what it reads").click()
    expect(teacher.locator(asked)).to_have_count(0)
    for student in students:
        part(student, "class_ballot").get_by_role("button").first.click()
        expect(student.get_by_text("Your vote is counted")).to_be_visible()
    expect(teacher.locator(".class-votes")).to_have_attribute("aria-label", re.compile(": 3"))
    expect(teacher.get_by_text("The network reads")).to_have_count(0)
    teacher.get_by_role("button", name="What does the model say?").click()
    for page in (teacher, *students):
        expect(page.get_by_text("The network reads")).to_be_visible()
    teacher.get_by_role("button", name="Take it off the wall").click()
    for student in students:
        expect(part(student, "class_ballot")).to_have_count(0)


def remove(teacher: Page) -> int:
    """One picture, then a whole writer; returns how many digits are left."""
    picture = teacher.get_by_role("button", name=re.compile(r"Remove this \d"))
    writer = teacher.get_by_role("button", name="Remove this writer")
    expect(teacher.locator(TILE)).to_have_count(5)
    teacher.locator(TILE).first.click()
    picture.click()
    expect(teacher.locator(TILE)).to_have_count(4)
    expect(writer).to_have_count(0)
    teacher.locator(TILE).first.click()
    writer.wait_for()
    left = 4 - int((re.findall(r"\d+", writer.inner_text()) or ["1"])[0])
    writer.click()
    expect(teacher.locator(TILE)).to_have_count(left)
    return left


def teach(teacher: Page, student: Page) -> None:
    teacher.get_by_role("button", name="Teach it our handwriting").click()
    expect(teacher.get_by_text("The network is learning.")).to_be_visible(timeout=FIRST_VISIT_MS)
    expect(teacher.get_by_text("The network is done.")).to_be_visible(timeout=LEARNS_WITHIN_MS)
    for title in ("Before", "After"):
        expect(teacher.get_by_role("heading", name=title, exact=True)).to_be_visible()
    expect(teacher.locator(".class-confusion")).to_have_count(3)
    teacher.get_by_role("button", name="Give it to the class").click()
    student.get_by_role("button", name="Use it on all pages").click()
    expect(student.get_by_text("stands among the networks on")).to_be_visible()


@pytest.mark.timeout(2400)
def test_a_lesson_from_the_first_code_to_the_end_of_the_room(
    browser: Browser, school: tuple[str, str]
) -> None:
    address, database = school
    teacher = person(browser, PROJECTOR, f"{address}/class_room")
    teacher.get_by_role("button", name="Open a room").click()
    link = teacher.locator(".class-link").inner_text()
    students = enter(browser, link)
    first, second, third = students
    expect(teacher.locator(TILE)).to_have_count(3)
    nothing_scrolls_sideways(teacher)
    skip_and_undo(first)
    let_a_scribble_in(teacher, second)
    pause(teacher, third)
    vote(teacher, students)
    left = remove(teacher)
    others = others_hand_in(database, link.rpartition("=")[2])
    expect(teacher.locator(TILE)).to_have_count(left + others)
    teach(teacher, second)

    delete_digits(third)
    teacher.get_by_role("button", name="Delete the room").click()
    teacher.get_by_role("button", name="Delete everything").click()
    expect(teacher.get_by_role("button", name="Open a room")).to_be_visible()
    first.reload()
    expect(first.get_by_text("There is no room with this code")).to_be_visible(
        timeout=FIRST_VISIT_MS
    )
    for page in (teacher, *students):
        page.context.close()
