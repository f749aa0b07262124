"""Thirty students hand in their digits at once, and a server that is killed loses none of them."""

from pathlib import Path

import pytest

from benchmarks.class_hand_in import (
    DUE,
    HURRY_S,
    KILLED_AFTER,
    all_hand_in,
    databases,
    hand_in_to_a_killed_server,
)
from tests.core.classroom.postgres import program
from tests.elsewhere import elsewhere


@pytest.mark.timeout(600)
def test_thirty_students_hand_in_twenty_digits_each(tmp_path: Path) -> None:
    handed = elsewhere(lambda: all_hand_in(f"sqlite:///{tmp_path / 'rooms.sqlite'}", HURRY_S))
    assert handed.acknowledged == handed.stored == DUE


@pytest.mark.timeout(600)
@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_a_killed_server_loses_no_acknowledged_digit(database: str) -> None:
    if database == "PostgreSQL" and program("initdb") is None:
        pytest.skip("no PostgreSQL here: install Debian's package postgresql")
    with databases() as urls:
        killed = elsewhere(lambda: hand_in_to_a_killed_server(urls[database]))
    assert KILLED_AFTER <= killed.acknowledged < DUE
    assert killed.missing == 0
    assert killed.at_the_end == DUE
