"""Every test of the store runs twice: with a SQLite file, and with a PostgreSQL server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from mnist_core.classroom.store import Store
from mnist_core.classroom.tables import open_engine, rooms
from tests.core.classroom.clock import Clock
from tests.core.classroom.postgres import a_server, program


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    if program("initdb") is None or program("postgres") is None:
        pytest.skip("no PostgreSQL here: install Debian's package postgresql")
    with a_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'rooms.sqlite'}"
    url: str = request.getfixturevalue("postgres_url")
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(delete(rooms))
    engine.dispose()
    return url


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[Store]:
    store = Store(url, clock=clock)
    yield store
    store.close()
