"""The way to the rooms' database: transactions, and who may what."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.engine import Connection, Row

from mnist_core.classroom import keys
from mnist_core.classroom.tables import WRITES, digits, open_engine, rooms, says_when_unavailable
from mnist_core.errors import NotTheTeacher, RoomUnknown

HOUR_S, DAY_S = 3600.0, 86_400.0


class Access:
    """One database; one object for the process, used by any thread.

    clock: seconds since 1970
    """

    def __init__(self, url: str, clock: Callable[[], float]) -> None:
        """Raises StoreUnavailable."""
        self.clock = clock
        self._engine = open_engine(url)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Raises StoreUnavailable."""
        with says_when_unavailable(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is on disk when this ends, or has left no trace after an error."""
        engine = self._engine.execution_options(**{WRITES: True})
        with says_when_unavailable(), engine.begin() as connection:
            yield connection

    def goes_on(self) -> ColumnElement[bool]:
        """Of a room: no older than a day, and not empty for an hour."""
        now = self.clock()
        has_digits = exists().where(digits.c.room == rooms.c.id)
        young = or_(rooms.c.opened_at > now - HOUR_S, has_digits)
        return (rooms.c.opened_at > now - DAY_S) & young

    def room(self, connection: Connection, code: str, lock: bool = False) -> Row[Any]:
        """The row of the room with that code; lock: nobody else changes it meanwhile.

        Raises RoomUnknown.
        """
        query = select(rooms).where(rooms.c.code == keys.read_code(code), self.goes_on())
        row = connection.execute(query.with_for_update() if lock else query).one_or_none()
        if row is None:
            raise RoomUnknown(
                "There is no room with this code. Either it has ended, or a letter is different: "
                "look again at the wall."
            )
        return row

    def teachers_room(
        self, connection: Connection, code: str, secret: str, lock: bool = False
    ) -> Row[Any]:
        """The same for who holds its secret. Raises NotTheTeacher besides."""
        row = self.room(connection, code, lock)
        if not keys.same(row.secret_hash, keys.hash_of_secret(secret)):
            raise NotTheTeacher(
                "Only the teacher who opened this room may do that. With the room's passphrase "
                "you can become that on this machine."
            )
        return row

    def empty_log(self) -> None:
        """Deleted pictures stand in SQLite's log until it is written into the file."""
        if self._engine.dialect.name == "sqlite":
            connection = self._engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()
