"""A whole class hands in its digits over the websocket protocol; a server is killed meanwhile."""

import asyncio
import random
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.classroom import quantiles_ms
from benchmarks.memory import running_server
from benchmarks.protocol import Visitor, drawn_digit, new_visitor
from benchmarks.report import Found, Row, found, limit_row
from mnist_core.classroom.asking import GOAL
from mnist_core.classroom.store import Opened, Store
from tests.browser.server import running_app
from tests.core.classroom.postgres import a_server, program

STUDENTS = 30
WITHIN_S, EVERY_S, HURRY_S = 120.0, 5.0, 2.0
DUE = STUDENTS * GOAL
KILLED_AFTER = DUE // 4
"""So many digits are acknowledged, then the server is killed in the midst of others."""
PROGRESS = re.compile(r"(\d+) (?:of \d+$|digits\. Thank you)")
PAGE, KEEPER, HAND_IN = "class_room", "class_keeper", "Hand in"


@dataclass
class Class:
    """One class in one room.

    acknowledged: how many digits each writer has been told of; took_s: from Hand in to that
    """

    room: Opened
    acknowledged: dict[int, int] = field(default_factory=dict)
    took_s: list[float] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Acknowledged by now."""
        return sum(self.acknowledged.values())


def handed_in(visitor: Visitor) -> int:
    """How many the page said last that it has; −1 before it has said so."""
    found = (PROGRESS.match(text) for text in reversed(visitor.said))
    last = next((match for match in found if match), None)
    return int(last[1]) if last else -1


async def enter(server: str, writer: int, school: Class) -> Visitor:
    """As a phone that comes back: its browser tells the writer's number."""
    visitor = await new_visitor(server)
    visitor.query = f"room={school.room.code}"
    await visitor.open(PAGE)
    told = {"room": school.room.code, "writer": str(writer), "secret": ""}
    await visitor.next_of(KEEPER, 0)
    await visitor.set_states(KEEPER, **{KEEPER: {"kept": told}})
    await visitor.wait_for(lambda: handed_in(visitor) >= 0)
    school.acknowledged[writer] = handed_in(visitor)
    return visitor


async def hand_in(visitor: Visitor, digit: int, number: int) -> float:
    """Draw and hand in; returns how long it took until that was acknowledged, in seconds.

    number: tells this drawing from all others of this visitor
    """
    before = handed_in(visitor)
    await visitor.set_states("canvas", canvas=drawn_digit(digit, number))
    await visitor.wait_for(lambda: visitor.enabled[HAND_IN])
    sent_s = time.perf_counter()
    fragment = visitor.parts["canvas"].fragment_id
    await visitor.rerun(fragment, pressed=visitor.buttons[HAND_IN])
    await visitor.wait_for(lambda: handed_in(visitor) > before)
    return time.perf_counter() - sent_s


async def be_a_student(server: str, writer: int, school: Class, every_s: float) -> None:
    """Up to GOAL digits, one every `every_s` seconds."""
    dice = random.Random(writer)
    await asyncio.sleep(dice.uniform(0, every_s))
    visitor = await enter(server, writer, school)
    while school.acknowledged[writer] < GOAL:
        began = time.perf_counter()
        number = school.acknowledged[writer]
        school.took_s.append(await hand_in(visitor, dice.randrange(10), number))
        school.acknowledged[writer] = handed_in(visitor)
        await asyncio.sleep(max(0.0, began + every_s - time.perf_counter()))
    await visitor.close()


async def run_class(server: str, school: Class, every_s: float) -> float:
    """All students at once, to the end; returns how long that took, in seconds."""
    first = await new_visitor(server)  # somebody has been there before
    await first.open(PAGE)
    await first.close()
    began = time.perf_counter()
    writers = range(1, STUDENTS + 1)
    await asyncio.gather(*(be_a_student(server, each, school, every_s) for each in writers))
    return time.perf_counter() - began


async def run_until_killed(server: str, school: Class) -> None:
    """The same as fast as is allowed, until the server is gone in the midst of it."""
    students = asyncio.create_task(run_class(server, school, HURRY_S))
    while school.total < KILLED_AFTER and not students.done():
        await asyncio.sleep(0.02)
    running_server(server).kill()
    students.cancel()
    await asyncio.gather(students, return_exceptions=True)


def in_the_store(url: str, room: Opened) -> dict[int, int]:
    """How many digits of each writer are found."""
    store = Store(url)
    writers = store.digits_of(room.code, room.secret).writers.tolist()
    store.close()
    return {writer: writers.count(writer) for writer in set(writers)}


def opened_at(url: str) -> Opened:
    """A new room."""
    store = Store(url)
    room = store.open_room()
    store.close()
    return room


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Name → address: a SQLite file, and where it is installed a PostgreSQL server."""
    with tempfile.TemporaryDirectory() as folder:
        found = {"SQLite": f"sqlite:///{Path(folder) / 'rooms.sqlite'}"}
        if program("initdb") is None or program("postgres") is None:
            yield found
            return
        with a_server() as url:
            yield found | {"PostgreSQL": url}


@dataclass(frozen=True)
class Handed:
    """What thirty students have handed in. stored: found in the store"""

    acknowledged: int
    stored: int
    took_s: float
    each_s: list[float]


@dataclass(frozen=True)
class Killed:
    """What became of digits that a server had acknowledged when it was killed.

    missing: of these, in the store; at_the_end: in the store when all have gone on to the end
    """

    acknowledged: int
    missing: int
    at_the_end: int


def all_hand_in(url: str, every_s: float) -> Handed:
    """Each of the students a digit every `every_s` seconds."""
    school = Class(opened_at(url))
    with running_app(DATABASE_URL=url) as server:
        took_s = asyncio.run(run_class(server, school, every_s))
    stored = sum(in_the_store(url, school.room).values())
    return Handed(school.total, stored, took_s, school.took_s)


def hand_in_to_a_killed_server(url: str) -> Killed:
    """Killed in the midst, started again, and handed in to the end by the same writers."""
    school = Class(opened_at(url))
    with running_app(DATABASE_URL=url) as server:
        asyncio.run(run_until_killed(server, school))
    told, stored = dict(school.acknowledged), in_the_store(url, school.room)
    missing = sum(max(0, count - stored.get(writer, 0)) for writer, count in told.items())
    with running_app(DATABASE_URL=url) as server:
        asyncio.run(run_class(server, school, HURRY_S))
    return Killed(sum(told.values()), missing, sum(in_the_store(url, school.room).values()))


def measure_hand_in() -> Found:
    """All at a pupil's pace; then in a hurry to a server that is killed and started again."""
    with databases() as urls:
        rows = rows_of_all(all_hand_in(urls["SQLite"], EVERY_S))
        for name, url in urls.items():
            rows += rows_of_killed(name, hand_in_to_a_killed_server(url))
    return found(rows, f"Load of the machine at the end: {psutil.getloadavg()[0]:.1f}.")


def rows_of_all(handed: Handed) -> list[Row]:
    """Beside their bars."""
    median, high = quantiles_ms(handed.each_s)
    return [
        count_row(f"{STUDENTS} students: acknowledged", handed.acknowledged),
        count_row(f"{STUDENTS} students: in the store", handed.stored),
        limit_row("from the first to the last", handed.took_s, " s", WITHIN_S),
        Row("handed in → acknowledged, median / 95 %", f"{median:.0f} / {high:.0f} ms"),
    ]


def rows_of_killed(name: str, killed: Killed) -> list[Row]:
    """The same."""
    title = f"{name}, server killed after {killed.acknowledged}: acknowledged digits missing"
    return [
        limit_row(title, killed.missing, "", 0),
        count_row(f"{name}, started again: in the store", killed.at_the_end),
    ]


def count_row(what: str, count: int) -> Row:
    """Of all digits, DUE."""
    return Row(what, str(count), str(DUE), count == DUE)
