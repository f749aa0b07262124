"""The tables of the rooms, in one SQLite file or in PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Engine,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    create_engine,
    event,
)
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError

from mnist_core.classroom.keys import CODE_LENGTH
from mnist_core.errors import StoreUnavailable

BUSY_S = 10
WRITES = "writes"
LONGEST_KEY = 40

metadata = MetaData()
_row = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only what is called INTEGER

rooms = Table(
    "rooms",
    metadata,
    Column("id", _row, primary_key=True, autoincrement=True),
    Column("code", String(CODE_LENGTH), nullable=False, unique=True),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("passphrase_salt", LargeBinary),
    Column("passphrase_hash", LargeBinary),
    Column("opened_at", Double, nullable=False),
    sqlite_autoincrement=True,
)
digits = Table(
    "digits",
    metadata,
    Column("id", _row, primary_key=True, autoincrement=True),
    Column("room", _row, ForeignKey("rooms.id", ondelete="CASCADE"), nullable=False),
    Column("writer", BigInteger, nullable=False),
    Column("asked", SmallInteger, nullable=False),
    Column("picture", LargeBinary, nullable=False),
    Column("at", Double, nullable=False),
    Column("accepted", Boolean, nullable=False),
    Index("digits_of_writer", "room", "writer"),
    sqlite_autoincrement=True,
)
polls = Table(
    "polls",
    metadata,
    Column("id", _row, primary_key=True, autoincrement=True),
    Column("room", _row, ForeignKey("rooms.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("question", Text, nullable=False),
    Column("answers", Text, nullable=False),
    Column("right", SmallInteger, nullable=False),
    Column("says", Text, nullable=False),
    Column("picture", _row, ForeignKey("digits.id", ondelete="CASCADE")),
    Column("revealed", Boolean, nullable=False),
    sqlite_autoincrement=True,
)
votes = Table(
    "votes",
    metadata,
    Column("poll", _row, ForeignKey("polls.id", ondelete="CASCADE"), primary_key=True),
    Column("writer", BigInteger, primary_key=True, autoincrement=False),
    Column("answer", SmallInteger, nullable=False),
)
networks = Table(
    "networks",
    metadata,
    Column("room", _row, ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(LONGEST_KEY), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("weights", LargeBinary, nullable=False),
)


def open_engine(url: str) -> Engine:
    """The database at `url` with its tables, which are made where there are none.

    url: sqlite:///path or postgresql://…; “postgres://”, as hosts write it, is understood
    Raises StoreUnavailable when it cannot be reached, or when that is no address of a database.
    """
    try:
        address = _address(url)
        engine = _engine(address)
    except (ArgumentError, ImportError, OSError) as error:
        raise StoreUnavailable(
            "The address of the rooms' database leads to no SQLite file and no PostgreSQL."
        ) from error
    with says_when_unavailable():
        try:
            metadata.create_all(engine)
        except (IntegrityError, DBAPIError):  # another copy of the app makes them just now
            metadata.create_all(engine)
    return engine


@contextmanager
def says_when_unavailable() -> Iterator[None]:
    """An error of the database becomes one of ours, which tells nothing of addresses or SQL."""
    try:
        yield
    except SQLAlchemyError as error:
        raise StoreUnavailable(
            "The rooms' database does not answer now. What was handed in before is safe; try "
            "again in a moment."
        ) from error


def _address(url: str) -> URL:
    address = make_url(url)
    if address.drivername in ("postgres", "postgresql"):
        return address.set(drivername="postgresql+psycopg")
    return address


def _engine(address: URL) -> Engine:
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True, connect_args={"connect_timeout": BUSY_S})
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, connect_args={"timeout": BUSY_S})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    """A write-ahead log that is flushed at each commit: nothing acknowledged is lost.

    What is deleted is overwritten. Transactions are begun by us: see `_begin_sqlite`.
    """
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """One who will write waits here for its turn: a reader that turns writer could not wait."""
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
