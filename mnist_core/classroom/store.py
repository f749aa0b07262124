"""The rooms: opened, entered, filled, cleared and ended. Nothing else of the lab knows SQL."""

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sqlalchemy import ColumnElement, delete, func, insert, select, text, update
from sqlalchemy.engine import Connection, Row

from mnist_core.classroom import keys
from mnist_core.classroom.access import DAY_S, Access
from mnist_core.classroom.digits import ClassDigits
from mnist_core.classroom.entries import check_asked, check_number, check_writer, to_bytes
from mnist_core.classroom.networks import KeptNetworks
from mnist_core.classroom.pace import WRITER_PACE, Meter, Pace
from mnist_core.classroom.tables import digits, rooms
from mnist_core.classroom.votes import Votes, forget_votes
from mnist_core.errors import NotTheTeacher, RoomUnknown, TooMany
from mnist_core.words import spaced

DEFAULT_FILE = Path(__file__).resolve().parents[2] / "data" / "classroom.sqlite"
ROOM_PACE = Pace(20.0, 100)
OPENING_PACE = Pace(0.1, 20)
GUESSING_PACE, ALL_GUESSING_PACE = Pace(0.1, 10), Pace(1.0, 60)
PASSPHRASE_PACE = Pace(0.05, 5)


@dataclass(frozen=True)
class Bounds:
    """How much there may be: digits of a room and of a writer in it, rooms, votes on a question."""

    digits_per_room: int = 5_000
    digits_per_writer: int = 100
    rooms: int = 100
    voters: int = 500


@dataclass(frozen=True)
class Opened:
    """A room as its teacher gets it: the only time that the secret is said."""

    code: str
    secret: str


@dataclass(frozen=True)
class Room:
    """What everybody in it may know; times in seconds since 1970."""

    code: str
    opened_at: float

    @property
    def ends_at(self) -> float:
        """When it ends by itself."""
        return self.opened_at + DAY_S


def database_url() -> str:
    """`DATABASE_URL`, or a SQLite file in `data/`."""
    return os.environ.get("DATABASE_URL") or f"sqlite:///{DEFAULT_FILE}"


class Store:
    """All rooms of one database; one object for the process, used by any thread.

    votes, networks: what else a room has

    What a call has done is on disk when it returns. Every call but `open_room` raises RoomUnknown
    for a room that is not there (any more), and each raises StoreUnavailable.
    """

    def __init__(
        self,
        url: str,
        *,
        permit: str = "",
        bounds: Bounds | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """permit: what the host asks of those who open a room; "" lets everybody."""
        self.bounds, self._access = bounds or Bounds(), Access(url, clock)
        self.votes = Votes(self._access, self.bounds.voters, clock)
        self.networks = KeptNetworks(self._access)
        self._permit = hashlib.sha256(permit.encode()).digest() if permit else None
        self._writer_meter = Meter(WRITER_PACE, "You have handed in", clock)
        self._room_meter = Meter(ROOM_PACE, "The room's digits come", clock)
        self._opening_meter = Meter(OPENING_PACE, "Rooms have been opened", clock)
        self._guessing_meter = Meter(GUESSING_PACE, "A wrong code has been tried", clock)
        self._all_guessing_meter = Meter(ALL_GUESSING_PACE, "Wrong codes have been tried", clock)
        self._passphrase_meter = Meter(PASSPHRASE_PACE, "A wrong passphrase has been tried", clock)

    def close(self) -> None:
        """Give the connections back."""
        self._access.close()

    # The room

    def open_room(self, passphrase: str = "", permit: str = "") -> Opened:
        """A new room. passphrase: brings it back on another machine; "" for none.

        Raises TooMany, TooFast, EntryUnusable, and NotTheTeacher without the host's permit.
        """
        self._check_permit(permit)
        salt = hashed = None
        if passphrase:
            salt = keys.new_salt()
            hashed = keys.hash_of_passphrase(keys.check_passphrase(passphrase), salt)
        self._opening_meter.pass_or_refuse("all")
        opened = Opened(keys.new_code(), keys.new_secret())
        with self._access.writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("LOCK TABLE rooms IN SHARE ROW EXCLUSIVE MODE"))
            connection.execute(delete(rooms).where(~self._access.goes_on()))
            if (
                connection.scalar(select(func.count()).select_from(rooms)) or 0
            ) >= self.bounds.rooms:
                raise TooMany(
                    f"All {self.bounds.rooms} rooms of this server are taken. An empty one ends "
                    "after an hour, every other after a day."
                )
            connection.execute(
                insert(rooms).values(
                    code=opened.code,
                    secret_hash=keys.hash_of_secret(opened.secret),
                    passphrase_salt=salt,
                    passphrase_hash=hashed,
                    opened_at=self._access.clock(),
                )
            )
        return opened

    def enter(self, code: str, visitor: str) -> Room:
        """The room with that code, as somebody types it.

        visitor: who asks; wrong codes are counted for each, and for all together
        Raises RoomUnknown, and TooFast after too many wrong codes.
        """
        self._guessing_meter.check(visitor)
        self._all_guessing_meter.check("all")
        try:
            with self._access.reading() as connection:
                row = self._access.room(connection, code)
        except RoomUnknown:
            self._guessing_meter.count(visitor)
            self._all_guessing_meter.count("all")
            raise
        return Room(row.code, row.opened_at)

    def room(self, code: str) -> Room:
        """The same for who has been in it before: that is no guess, so it is not counted."""
        with self._access.reading() as connection:
            row = self._access.room(connection, code)
        return Room(row.code, row.opened_at)

    def come_back(self, code: str, passphrase: str) -> Opened:
        """The room's new secret for who knows its passphrase; the old secret opens it no more.

        Raises NotTheTeacher when that is not it, and TooFast after too many wrong ones.
        """
        self._passphrase_meter.check(keys.read_code(code))
        with self._access.reading() as connection:
            row = self._access.room(connection, code)
        known, salt = row.passphrase_hash, row.passphrase_salt
        words = passphrase[: keys.LONGEST_ENTRY]
        if known is None or not keys.same(known, keys.hash_of_passphrase(words, salt)):
            self._passphrase_meter.count(row.code)
            raise NotTheTeacher("That is not the passphrase of this room.")
        opened = Opened(row.code, keys.new_secret())
        hashed = keys.hash_of_secret(opened.secret)
        with self._access.writing() as connection:
            connection.execute(update(rooms).where(rooms.c.id == row.id).values(secret_hash=hashed))
        return opened

    def check_teacher(self, code: str, secret: str) -> Room:
        """The room, for who holds its secret; raises NotTheTeacher."""
        with self._access.reading() as connection:
            row = self._access.teachers_room(connection, code, secret)
        return Room(row.code, row.opened_at)

    def end_room(self, code: str, secret: str) -> None:
        """Delete it and all that is in it. Raises NotTheTeacher."""
        with self._access.writing() as connection:
            room = self._access.teachers_room(connection, code, secret)
            connection.execute(delete(rooms).where(rooms.c.id == room.id))
        self._access.empty_log()

    # A student

    def hand_in(
        self, code: str, writer: int, asked: int, picture: object, accepted: bool = True
    ) -> int:
        """Keep a picture; returns its number.

        writer: from `new_writer`; asked: the digit that was to be written
        picture: an array or tensor, uint8 (28, 28), 0 = paper, 255 = ink
        accepted: False leaves it behind the curtain until the teacher lets it in
        Raises TooMany, TooFast, EntryUnusable and PictureUnusable.
        """
        values = {
            "writer": check_writer(writer), "asked": check_asked(asked),
            "picture": to_bytes(picture), "accepted": bool(accepted),
        }  # fmt: skip
        code = keys.read_code(code)
        self._writer_meter.check((code, writer))
        self._room_meter.check(code)
        with self._access.writing() as connection:
            room = self._access.room(connection, code, lock=True)
            self._check_bounds(connection, room.id, writer)
            done = connection.execute(
                insert(digits).values(room=room.id, at=self._access.clock(), **values)
            )
        self._writer_meter.count((code, writer))
        self._room_meter.count(code)
        assert done.inserted_primary_key is not None
        return int(done.inserted_primary_key[0])

    def handed_in(self, code: str, writer: int) -> list[int]:
        """The digits that the writer was asked for and has handed in, the first one first."""
        with self._access.reading() as connection:
            room = self._access.room(connection, code)
            of_writer = (digits.c.room == room.id, digits.c.writer == check_writer(writer))
            rows = connection.execute(
                select(digits.c.asked).where(*of_writer).order_by(digits.c.id)
            )
            return [row.asked for row in rows]

    def take_back(self, code: str, writer: int) -> int:
        """Delete all that the writer has handed in, the vote too; returns how many pictures."""
        writer = check_writer(writer)
        with self._access.writing() as connection:
            room = self._access.room(connection, code)
            gone = self._remove(connection, room.id, digits.c.writer == writer)
            forget_votes(connection, room.id, writer)
        self._access.empty_log()
        return gone

    # The teacher

    def digits_of(self, code: str, secret: str) -> ClassDigits:
        """All that was handed in. Raises NotTheTeacher."""
        with self._access.reading() as connection:
            room = self._access.teachers_room(connection, code, secret)
            rows = connection.execute(
                select(digits).where(digits.c.room == room.id).order_by(digits.c.id)
            ).all()
        return _as_tensors(rows)

    def state_of(self, code: str, secret: str) -> tuple[int, int, int]:
        """Changes whenever `digits_of` does, and costs little. Raises NotTheTeacher."""
        with self._access.reading() as connection:
            room = self._access.teachers_room(connection, code, secret)
            of_room = digits.c.room == room.id
            count, last = connection.execute(
                select(func.count(), func.coalesce(func.max(digits.c.id), 0)).where(of_room)
            ).one()
            shown = connection.scalar(select(func.count()).where(of_room, digits.c.accepted))
        return count, last, shown or 0

    def let_in(self, code: str, secret: str, number: int) -> None:
        """Take a picture out from behind the curtain. Raises NotTheTeacher."""
        with self._access.writing() as connection:
            room = self._access.teachers_room(connection, code, secret)
            connection.execute(
                update(digits)
                .where(digits.c.room == room.id, digits.c.id == check_number(number))
                .values(accepted=True)
            )

    def remove_picture(self, code: str, secret: str, number: int) -> int:
        """Delete a picture of this room; returns how many that were. Raises NotTheTeacher."""
        this = digits.c.id == check_number(number)
        with self._access.writing() as connection:
            room = self._access.teachers_room(connection, code, secret)
            gone = self._remove(connection, room.id, this)
        self._access.empty_log()
        return gone

    def remove_writer(self, code: str, secret: str, writer: int) -> int:
        """Delete all pictures of a writer, and the vote; returns how many pictures.

        Raises NotTheTeacher.
        """
        of_writer = digits.c.writer == check_writer(writer)
        with self._access.writing() as connection:
            room = self._access.teachers_room(connection, code, secret)
            gone = self._remove(connection, room.id, of_writer)
            forget_votes(connection, room.id, writer)
        self._access.empty_log()
        return gone

    # Within

    def _check_permit(self, permit: str) -> None:
        given = hashlib.sha256(permit[: keys.LONGEST_ENTRY].encode("utf-8", "replace")).digest()
        if self._permit is not None and not keys.same(self._permit, given):
            self._passphrase_meter.pass_or_refuse("host")
            raise NotTheTeacher("Who runs this server asks for a passphrase to open rooms.")

    def _check_bounds(self, connection: Connection, room: int, writer: int) -> None:
        own = digits.c.writer == writer
        count = select(func.count()).where(digits.c.room == room)
        if (connection.scalar(count.where(own)) or 0) >= self.bounds.digits_per_writer:
            raise TooMany(
                f"You have handed in {self.bounds.digits_per_writer} digits, which is all that a "
                "writer can. Thank you!"
            )
        if (connection.scalar(count) or 0) >= self.bounds.digits_per_room:
            raise TooMany(
                f"This room is full: it holds {spaced(self.bounds.digits_per_room)} digits. The "
                "teacher can remove some."
            )

    def _remove(self, connection: Connection, room: int, which: ColumnElement[bool]) -> int:
        return connection.execute(delete(digits).where(digits.c.room == room, which)).rowcount


def _as_tensors(rows: Sequence[Row[Any]]) -> ClassDigits:
    pictures = np.frombuffer(b"".join(row.picture for row in rows), dtype=np.uint8).copy()
    return ClassDigits(
        torch.tensor([row.id for row in rows], dtype=torch.int64),
        torch.from_numpy(pictures).view(-1, 28, 28),
        torch.tensor([row.asked for row in rows], dtype=torch.uint8),
        torch.tensor([row.writer for row in rows], dtype=torch.int64),
        torch.tensor([row.accepted for row in rows], dtype=torch.bool),
    )
