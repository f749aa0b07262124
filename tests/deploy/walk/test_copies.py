"""Two copies of the app behind nginx, their rooms in PostgreSQL: one copy is killed in a lesson."""

import asyncio
import http.client
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from websockets.exceptions import ConnectionClosed

from benchmarks.protocol import Visitor, drawn_digit, new_visitor
from mnist_core.classroom.store import Store
from tests.browser.server import Server, start_app, wait_until_healthy
from tests.core.classroom.postgres import a_server, program
from tests.deploy.proxy import nginx_path, running_nginx
from tests.elsewhere import elsewhere

PAGE, KEEPER = "class_room", "class_keeper"
STUDENTS_OF_A_COPY = 2
MOST_TRIES = 60
STEADY_READINGS = 4
ASKED = re.compile(r"Write an? (\d)")
PROGRESS = re.compile(r"^(\d+) of \d+$")
COUNT = re.compile(r'data-name="digits".*?>(\d+)<')


@dataclass(frozen=True)
class Host:
    """What `deploy/compose.yaml` starts. address: of nginx"""

    address: str
    database: str
    copies: list[Server]


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    if nginx_path() is None or program("initdb") is None or program("postgres") is None:
        pytest.skip("no nginx or no PostgreSQL here: install Debian's packages of these names")
    with ExitStack() as stack:
        database = stack.enter_context(a_server())
        shared = {"DATABASE_URL": database, "STREAMLIT_SERVER_COOKIE_SECRET": "the same for both"}
        copies = [start_app(**shared) for _ in range(2)]
        for copy in copies:
            stack.callback(end, copy)
        for copy in copies:
            wait_until_healthy(copy.address, copy.process)
        address = stack.enter_context(running_nginx([copy.port for copy in copies], tmp_path))
        yield Host(address, database, copies)


def end(copy: Server) -> None:
    copy.process.kill()
    copy.process.wait(timeout=20)


@dataclass
class Browser:
    """One person's. cookie: nginx's; kept: of the room; acknowledged: what the page said it has"""

    host: Host
    cookie: str
    kept: dict[str, str] = field(default_factory=dict)
    acknowledged: int = 0
    drawings: int = 0
    visitor: Visitor | None = None

    @property
    def page(self) -> Visitor:
        assert self.visitor is not None
        return self.visitor

    async def connect(self) -> int:
        """A new session; returns which copy has it."""
        before = await streams(self.host)
        self.visitor = await new_visitor(self.host.address, self.cookie)
        after = await streams(self.host)
        grown = [now - was for now, was in zip(after, before, strict=True)]
        assert sorted(grown) == [0, 1]
        return grown.index(1)

    async def reconnect(self) -> int:
        """As Streamlit's page does when its server is gone."""
        with suppress(ConnectionClosed):
            await self.page.close()
        return await self.connect()

    async def open(self, room: str = "") -> None:
        """The page; with a room, by its link."""
        self.page.query = f"room={room}" if room else ""
        await self.page.open(PAGE)
        if room:
            await self.tell()

    async def tell(self) -> None:
        """As keeper.js does: keep what the page has for the room, and tell what there was."""
        await self.page.wait_for(lambda: bool(keeper(self.page)))
        asks = keeper(self.page)
        self.kept |= asks["keep"]
        own = {"writer": self.kept.get("writer", ""), "secret": self.kept.get("secret", "")}
        finished = self.page.finished
        await self.page.set_states(KEEPER, **{KEEPER: {"kept": {"room": asks["room"], **own}}})
        await self.page.wait_for(lambda: self.page.finished > finished)

    async def open_room(self) -> str:
        """As the teacher; returns its code."""
        await self.page.press("Open a room")
        await self.tell()
        assert self.kept["secret"]
        return str(keeper(self.page)["room"])

    async def start(self) -> None:
        """As a new writer."""
        await self.page.press("Start")
        await self.page.wait_for(lambda: "writer" in keeper(self.page)["keep"])
        await self.tell()

    async def hand_in(self) -> None:
        """The digit that is asked for; until the page says that it has one more."""
        await self.draw()
        await self.page.press("Hand in")
        await self.wait_for_progress(self.acknowledged + 1)

    async def draw(self) -> None:
        self.drawings += 1
        (asked,) = last(ASKED, self.page.said)
        before, finished = len(self.page.said), self.page.finished
        drawn = drawn_digit(int(asked), self.drawings)
        await self.page.set_states("canvas", canvas=drawn)
        await self.page.wait_for(lambda: any("sure" in text for text in self.page.said[before:]))
        await self.page.wait_for(lambda: self.page.finished > finished)

    async def wait_for_progress(self, count: int) -> None:
        await self.page.wait_for(lambda: self.progress() == count)
        self.acknowledged = count

    def progress(self) -> int:
        """How many the page says it has."""
        (count,) = last(PROGRESS, self.page.said) or ("0",)
        return int(count)


def keeper(page: Visitor) -> dict[str, Any]:
    """What keeper.js is to keep, and for which room; empty as long as it is not in the page."""
    part = page.parts.get(KEEPER)
    return part.data if part and part.data.get("room") else {}


def last(pattern: re.Pattern[str], texts: list[str]) -> tuple[str, ...]:
    """What the newest text that it fits has in its brackets."""
    found = (match.groups() for text in reversed(texts) if (match := pattern.search(text)))
    return next(found, ())


def ask(host: Host, cookie: str = "") -> str:
    """Ask for the page, as a browser does first; returns the cookie that comes with it."""
    connection = http.client.HTTPConnection(urlsplit(host.address).netloc, timeout=60)
    connection.request("GET", f"/{PAGE}", headers={"Cookie": cookie} if cookie else {})
    reply = connection.getresponse()
    assert reply.status == 200
    found = SimpleCookie(reply.headers.get("Set-Cookie", ""))
    connection.close()
    return "".join(f"{name}={morsel.value}" for name, morsel in found.items())


async def streams(host: Host) -> list[int]:
    """How many connections each copy holds, when those that are just ending have ended."""
    held, since = [-1], 0
    while since < STEADY_READINGS:
        now = [connections_of(copy) for copy in host.copies]
        held, since = now, since + 1 if now == held else 0
        await asyncio.sleep(0.05)
    return held


def connections_of(copy: Server) -> int:
    if copy.process.poll() is not None:
        return 0
    found = psutil.Process(copy.process.pid).net_connections("tcp")
    return sum(
        connection.status == psutil.CONN_ESTABLISHED and connection.laddr.port == copy.port
        for connection in found
    )


async def come_to_both(host: Host) -> tuple[Browser, int, list[Browser]]:
    """A teacher, and the number of its copy; students on each copy."""
    teacher = Browser(host, await asyncio.to_thread(ask, host))
    its_copy = await teacher.connect()
    students: list[list[Browser]] = [[], []]
    for _ in range(MOST_TRIES):
        browser = Browser(host, await asyncio.to_thread(ask, host))
        of_copy = students[await browser.connect()]
        if len(of_copy) < STUDENTS_OF_A_COPY:
            of_copy.append(browser)
        else:
            await browser.page.close()
        if all(len(some) == STUDENTS_OF_A_COPY for some in students):
            return teacher, its_copy, [*students[its_copy], *students[1 - its_copy]]
    raise AssertionError(f"{MOST_TRIES} visitors, and still not enough of them on each copy")


async def a_lesson(host: Host) -> None:
    teacher, its_copy, students = await come_to_both(host)
    moved, stayed = students[:STUDENTS_OF_A_COPY], students[STUDENTS_OF_A_COPY:]
    assert ask(host, teacher.cookie) == "", "who has a cookie keeps it"

    await teacher.open()
    room = await teacher.open_room()
    await asyncio.gather(*(student.open(room) for student in students))
    await asyncio.gather(*(student.start() for student in students))
    await asyncio.gather(*(student.hand_in() for student in students))

    await asyncio.gather(*(student.draw() for student in students))
    for student in students:
        await student.page.press("Hand in")
    end(host.copies[its_copy])
    for student in stayed:
        await student.wait_for_progress(student.acknowledged + 1)
    for student in moved:  # of the second one nobody knows whether it arrived
        student.acknowledged = max(student.acknowledged, student.progress())

    for browser in (teacher, *moved):
        assert await browser.reconnect() == 1 - its_copy
        await browser.open(room)
    for student in moved:
        assert student.progress() in (student.acknowledged, student.acknowledged + 1)
        student.acknowledged = student.progress()
    await asyncio.gather(*(student.hand_in() for student in students))

    acknowledged = {int(student.kept["writer"]): student.acknowledged for student in students}
    store = Store(host.database)
    found = store.digits_of(room, teacher.kept["secret"])
    store.close()
    assert Counter(found.writers.tolist()) == acknowledged
    await teacher.page.wait_for(lambda: last(COUNT, teacher.page.said) == (str(len(found)),))
    for browser in (teacher, *students):
        await browser.page.close()


def test_a_copy_that_is_killed_in_a_lesson_takes_nothing_with_it(host: Host) -> None:
    elsewhere(lambda: asyncio.run(a_lesson(host)))
