"""What was acknowledged is there: after a kill, and when all hand in at once."""

import itertools
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mnist_core.classroom.store import Bounds, Store
from mnist_core.errors import TooMany
from tests.core.classroom.clock import Clock, picture

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(__file__).with_name("hands_in_for_ever.py")


def test_what_was_acknowledged_survives_sigkill(url: str, clock: Clock) -> None:
    store = Store(url, clock=clock)
    room = store.open_room()
    server = subprocess.Popen(
        [sys.executable, PROGRAM, url, room.code],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    told = list(itertools.islice(server.stdout, 40))
    server.kill()
    told += server.stdout.read().splitlines()
    server.wait()
    acknowledged = {int(line) for line in told if line.strip()}
    found = set(store.digits_of(room.code, room.secret).ids.tolist())
    store.close()
    assert len(acknowledged) >= 40
    assert acknowledged <= found
    assert len(found - acknowledged) <= 1  # one may have been written that nobody was told of


def test_thirty_at_once_lose_nothing_and_break_no_bound(url: str, clock: Clock) -> None:
    store = Store(url, bounds=Bounds(digits_per_room=40), clock=clock)
    room = store.open_room()

    def hand_in(writer: int) -> int:
        done = 0
        for asked in range(2):
            try:
                store.hand_in(room.code, writer, asked, picture())
                done += 1
            except TooMany:
                pass
        return done

    with ThreadPoolExecutor(8) as pool:
        done = sum(pool.map(hand_in, range(1, 31)))
    assert done == len(store.digits_of(room.code, room.secret)) == 40
    store.close()


def test_two_copies_of_the_app_share_a_room(url: str, clock: Clock) -> None:
    first, second = Store(url, clock=clock), Store(url, clock=clock)
    room = first.open_room()
    assert second.enter(room.code, "phone").code == room.code
    second.hand_in(room.code, 5, 3, picture())
    assert first.digits_of(room.code, room.secret).labels.tolist() == [3]
    first.end_room(room.code, room.secret)
    with pytest.raises(Exception, match="no room"):
        second.hand_in(room.code, 5, 3, picture())
    first.close()
    second.close()
