"""Rooms: what goes in comes out, bounds hold, and only the teacher acts as one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sqlalchemy import inspect, select

from mnist_core.classroom import keys
from mnist_core.classroom.access import DAY_S, HOUR_S
from mnist_core.classroom.pace import WRITER_PACE
from mnist_core.classroom.store import (
    ROOM_PACE,
    Bounds,
    Opened,
    Store,
)
from mnist_core.classroom.tables import digits, open_engine, rooms
from mnist_core.errors import (
    ClassRefused,
    EntryUnusable,
    NotTheTeacher,
    PictureUnusable,
    RoomUnknown,
    StoreUnavailable,
    TooFast,
    TooMany,
)
from tests.core.classroom.clock import Clock, picture

SQL = "x'; DROP TABLE digits; --"
PASSPHRASE = "three green apples"


def hand_in(store: Store, clock: Clock, room: Opened, writer: int, count: int = 1) -> list[int]:
    """As fast as is allowed."""
    numbers = []
    for asked in range(count):
        clock.wait(1 / WRITER_PACE.per_s)
        numbers.append(store.hand_in(room.code, writer, asked % 10, picture(asked)))
    return numbers


# What goes in comes out


def test_what_is_handed_in_is_what_the_teacher_gets(store: Store, clock: Clock) -> None:
    room = store.open_room()
    store.hand_in(room.code, 5, 7, picture(1))
    store.hand_in(room.code, keys.WRITERS - 1, 0, torch.from_numpy(picture(2)), accepted=False)
    got = store.digits_of(room.code, room.secret)
    assert got.images.dtype == torch.uint8
    assert np.array_equal(got.images.numpy(), np.stack([picture(1), picture(2)]))
    assert got.labels.tolist() == [7, 0]
    assert got.writers.tolist() == [5, keys.WRITERS - 1]
    assert got.accepted.tolist() == [True, False]
    assert got.shown.ids.tolist() == got.ids[:1].tolist()
    assert got.curtained.ids.tolist() == got.ids[1:].tolist()
    assert got.per_digit[7] == got.per_digit[0] == 1
    assert got.writer_count == 2


def test_an_empty_room_has_empty_tensors_of_the_same_shapes(store: Store) -> None:
    room = store.open_room()
    got = store.digits_of(room.code, room.secret)
    assert got.images.shape == (0, 28, 28)
    assert len(got) == 0
    assert got.per_digit == [0] * 10


def test_nothing_else_is_stored(store: Store, url: str) -> None:
    columns = {c["name"] for c in inspect(open_engine(url)).get_columns("digits")}
    assert columns == {"id", "room", "writer", "asked", "picture", "at", "accepted"}


def test_a_writer_goes_on_after_a_restart(store: Store, clock: Clock, url: str) -> None:
    room = store.open_room()
    hand_in(store, clock, room, 5, 3)
    again = Store(url, clock=clock)
    assert again.handed_in(room.code, 5) == [0, 1, 2]
    assert again.handed_in(room.code, 6) == []
    assert len(again.digits_of(room.code, room.secret)) == 3
    again.close()


def test_the_state_changes_with_everything_that_the_wall_shows(store: Store, clock: Clock) -> None:
    room = store.open_room()
    seen = [store.state_of(room.code, room.secret)]
    hand_in(store, clock, room, 5, 2)
    seen.append(store.state_of(room.code, room.secret))
    number = store.hand_in(room.code, 6, 1, picture(), accepted=False)
    seen.append(store.state_of(room.code, room.secret))
    store.let_in(room.code, room.secret, number)
    seen.append(store.state_of(room.code, room.secret))
    store.remove_picture(room.code, room.secret, number)
    seen.append(store.state_of(room.code, room.secret))
    assert len(set(seen[:4])) == 4
    assert seen[4] == seen[1]


# Removal


def test_a_picture_a_writer_or_all_can_be_removed(store: Store, clock: Clock) -> None:
    room = store.open_room()
    first, *_ = hand_in(store, clock, room, 5, 3)
    hand_in(store, clock, room, 6, 2)
    hand_in(store, clock, room, 7, 2)
    assert store.remove_picture(room.code, room.secret, first) == 1
    assert store.remove_writer(room.code, room.secret, 6) == 2
    assert store.take_back(room.code, 7) == 2
    assert store.digits_of(room.code, room.secret).writers.tolist() == [5, 5]
    store.end_room(room.code, room.secret)
    with pytest.raises(RoomUnknown):
        store.digits_of(room.code, room.secret)


def test_an_ended_room_leaves_nothing(store: Store, clock: Clock, url: str) -> None:
    room, other = store.open_room(), store.open_room()
    hand_in(store, clock, room, 5, 3)
    hand_in(store, clock, other, 5)
    store.end_room(room.code, room.secret)
    with open_engine(url).connect() as connection:
        assert len(connection.execute(select(digits)).all()) == 1
        assert [row.code for row in connection.execute(select(rooms))] == [other.code]
    if url.startswith("sqlite"):
        folder = url.removeprefix("sqlite:///").rpartition("/")[0]
        left = b"".join(path.read_bytes() for path in Path(folder).iterdir())
        assert picture(2).tobytes() not in left
        assert picture(0).tobytes() in left


# Who may what


ACTIONS: dict[str, Callable[[Store, str, str, int], object]] = {
    "look at the digits": lambda store, code, secret, number: store.digits_of(code, secret),
    "ask for the state": lambda store, code, secret, number: store.state_of(code, secret),
    "let in": lambda store, code, secret, number: store.let_in(code, secret, number),
    "remove a picture": lambda store, code, secret, number: store.remove_picture(
        code, secret, number
    ),
    "remove a writer": lambda store, code, secret, number: store.remove_writer(code, secret, 5),
    "end the room": lambda store, code, secret, number: store.end_room(code, secret),
    "pass for the teacher": lambda store, code, secret, number: store.check_teacher(code, secret),
}


def test_no_stranger_acts_as_the_teacher(store: Store, clock: Clock) -> None:
    room, other = store.open_room(PASSPHRASE), store.open_room()
    number = store.hand_in(room.code, 5, 3, picture(), accepted=False)
    for secret in ("", other.secret, room.secret[:-1], SQL, PASSPHRASE, "x" * 10**6, "\ud800"):
        for act in ACTIONS.values():
            with pytest.raises(NotTheTeacher, match=r"\."):
                act(store, room.code, secret, number)
    left = store.digits_of(room.code, room.secret)
    assert left.accepted.tolist() == [False]


def test_a_teacher_reaches_no_other_room_s_pictures(store: Store, clock: Clock) -> None:
    room, other = store.open_room(), store.open_room()
    number = store.hand_in(room.code, 5, 3, picture(), accepted=False)
    store.let_in(other.code, other.secret, number)
    assert store.remove_picture(other.code, other.secret, number) == 0
    assert store.remove_writer(other.code, other.secret, 5) == 0
    assert store.take_back(other.code, 5) == 0
    assert store.digits_of(room.code, room.secret).accepted.tolist() == [False]


def test_only_hashes_of_secret_and_passphrase_are_kept(store: Store, url: str) -> None:
    room = store.open_room(PASSPHRASE)
    with open_engine(url).connect() as connection:
        (row,) = connection.execute(select(rooms)).all()
    kept = b"|".join(
        str(value).encode() if not isinstance(value, bytes) else value for value in row
    )
    assert room.secret.encode() not in kept
    assert PASSPHRASE.encode() not in kept
    assert row.secret_hash == keys.hash_of_secret(room.secret)


def test_the_passphrase_brings_the_room_back(store: Store, clock: Clock) -> None:
    room = store.open_room(PASSPHRASE)
    hand_in(store, clock, room, 5)
    back = store.come_back(room.code.lower(), PASSPHRASE)
    assert back.code == room.code
    assert len(store.digits_of(back.code, back.secret)) == 1
    with pytest.raises(NotTheTeacher):
        store.digits_of(room.code, room.secret)


def test_no_other_words_do(store: Store) -> None:
    room, bare = store.open_room(PASSPHRASE), store.open_room()
    for words in ("", SQL, PASSPHRASE.upper()):
        with pytest.raises(NotTheTeacher, match="not the passphrase"):
            store.come_back(room.code, words)
    with pytest.raises(NotTheTeacher):
        store.come_back(bare.code, "")
    store.check_teacher(room.code, room.secret)


def test_passphrases_cannot_be_tried_for_long(store: Store, clock: Clock) -> None:
    room = store.open_room(PASSPHRASE)
    for _ in range(5):
        with pytest.raises(NotTheTeacher):
            store.come_back(room.code, "some other words")
    with pytest.raises(TooFast, match="Wait 20 seconds"):
        store.come_back(room.code, PASSPHRASE)
    clock.wait(20)
    store.come_back(room.code, PASSPHRASE)


@pytest.mark.parametrize("passphrase", ["short", "x" * (keys.LONGEST_ENTRY + 1)])
def test_a_passphrase_has_a_length(store: Store, passphrase: str) -> None:
    with pytest.raises(EntryUnusable, match="8 to 200 characters"):
        store.open_room(passphrase)


def test_a_host_can_ask_for_a_passphrase_to_open_rooms(url: str, clock: Clock) -> None:
    store = Store(url, permit="staff only", clock=clock)
    for permit in ("", "staff", SQL):
        with pytest.raises(NotTheTeacher, match="asks for a passphrase"):
            store.open_room(permit=permit)
    assert store.open_room(permit="staff only").code
    store.close()


# Codes


def test_codes_are_many_and_have_no_look_alikes() -> None:
    assert len(keys.ALPHABET) ** keys.CODE_LENGTH >= 10**8
    for alike in ("O0DQ", "I1LJ", "S5", "Z2", "B8", "G6", "UV"):
        assert len(set(alike) & set(keys.ALPHABET)) <= 1
    assert not set("AEIOU") & set(keys.ALPHABET)
    assert len({keys.new_code() for _ in range(1000)}) == 1000


def test_a_code_may_be_typed_as_people_do(store: Store) -> None:
    code = store.open_room().code
    for typed in (code, code.lower(), keys.spoken(code), f" {code[:3]}-{code[3:]} "):
        assert store.enter(typed, "phone").code == code


def test_what_is_no_code_is_refused(store: Store) -> None:
    store.open_room()
    for typed in ("", "CHJ", "CHJKMN0", SQL, "A" * 10**6, "%" * 7, "ÄÖÜßéèê"):
        with pytest.raises(RoomUnknown, match="7 letters and figures"):
            store.enter(typed, "phone")


def test_codes_cannot_be_guessed_for_long(store: Store, clock: Clock) -> None:
    room = store.open_room()
    for _ in range(10):
        with pytest.raises(RoomUnknown):
            store.enter(keys.new_code(), "guesser")
    with pytest.raises(TooFast, match="wrong code"):
        store.enter(room.code, "guesser")
    assert store.enter(room.code, "somebody else").code == room.code
    assert store.room(room.code).code == room.code


def test_nor_by_many_who_take_turns(store: Store) -> None:
    room = store.open_room()
    for number in range(60):
        with pytest.raises(RoomUnknown):
            store.enter(keys.new_code(), f"guesser {number}")
    with pytest.raises(TooFast):
        store.enter(room.code, "one more")


# Bounds


def test_a_writer_a_room_and_the_server_have_bounds(url: str, clock: Clock) -> None:
    store = Store(url, bounds=Bounds(digits_per_room=5, digits_per_writer=3, rooms=2), clock=clock)
    room, _ = store.open_room(), store.open_room()
    hand_in(store, clock, room, 5, 3)
    with pytest.raises(TooMany, match="3 digits"):
        hand_in(store, clock, room, 5)
    hand_in(store, clock, room, 6, 2)
    with pytest.raises(TooMany, match="room is full"):
        hand_in(store, clock, room, 6)
    with pytest.raises(TooMany, match="All 2 rooms"):
        store.open_room()
    assert len(store.digits_of(room.code, room.secret)) == 5
    store.close()


def test_the_usual_bounds() -> None:
    assert Bounds() == Bounds(digits_per_room=5_000, digits_per_writer=100, rooms=100)


def test_an_empty_room_ends_after_an_hour_and_any_after_a_day(store: Store, clock: Clock) -> None:
    empty, used = store.open_room(), store.open_room()
    hand_in(store, clock, used, 5)
    clock.wait(HOUR_S - 60)
    assert store.enter(empty.code, "phone").ends_at > clock()
    clock.wait(61)
    with pytest.raises(RoomUnknown, match="ended"):
        store.enter(empty.code, "phone")
    clock.wait(DAY_S - HOUR_S - 60)
    with pytest.raises(NotTheTeacher):
        store.check_teacher(used.code, "")
    clock.wait(61)
    with pytest.raises(RoomUnknown):
        hand_in(store, clock, used, 5)


def test_ended_rooms_make_room_and_leave_nothing(url: str, clock: Clock) -> None:
    store = Store(url, bounds=Bounds(rooms=1), clock=clock)
    hand_in(store, clock, store.open_room(), 5)
    clock.wait(DAY_S)
    store.open_room()
    with open_engine(url).connect() as connection:
        assert connection.execute(select(digits)).all() == []
    store.close()


def test_handing_in_has_a_pace(store: Store, clock: Clock) -> None:
    room = store.open_room()
    for _ in range(WRITER_PACE.burst):
        store.hand_in(room.code, 5, 3, picture())
    with pytest.raises(TooFast, match="Wait a second"):
        store.hand_in(room.code, 5, 3, picture())
    store.hand_in(room.code, 6, 3, picture())
    clock.wait(1)
    store.hand_in(room.code, 5, 3, picture())


def test_a_thousand_new_writers_are_no_faster_than_a_room_allows(
    store: Store, clock: Clock
) -> None:
    room = store.open_room()
    for writer in range(1, 1 + ROOM_PACE.burst):
        store.hand_in(room.code, writer, 3, picture())
    with pytest.raises(TooFast, match="room's digits"):
        store.hand_in(room.code, 1000, 3, picture())
    assert len(store.digits_of(room.code, room.secret)) == ROOM_PACE.burst


def test_rooms_cannot_be_opened_one_after_the_other(store: Store, clock: Clock) -> None:
    for _ in range(20):
        store.open_room()
    with pytest.raises(TooFast, match="Wait 10 seconds"):
        store.open_room()


# What cannot be kept


UNUSABLE = {
    "a larger one": np.ones((29, 28), np.uint8),
    "far too large": np.ones((10_000, 10_000), np.uint8),
    "one of other numbers": np.ones((28, 28), np.float32),
    "a row": np.ones(784, np.uint8),
    "colours": np.ones((28, 28, 4), np.uint8),
    "nothing on it": np.zeros((28, 28), np.uint8),
    "no array": SQL,
    "bytes": bytes(784),
    "None": None,
    "a tensor of another shape": torch.ones(1, 28, 28, dtype=torch.uint8),
}


def test_a_malformed_picture_is_refused(store: Store) -> None:
    room = store.open_room()
    for unusable in UNUSABLE.values():
        with pytest.raises(PictureUnusable, match=r"\."):
            store.hand_in(room.code, 5, 3, unusable)
    assert len(store.digits_of(room.code, room.secret)) == 0


def test_what_is_no_writer_no_digit_or_no_picture_s_number_is_refused(store: Store) -> None:
    room = store.open_room()
    store.hand_in(room.code, 5, 3, picture())
    code, secret, odd = room.code, room.secret, [-1, 10**30, 1.5, True, SQL, "3", None]
    calls: list[Callable[[Any], object]] = [
        lambda writer: store.hand_in(code, writer, 3, picture()),
        lambda writer: store.handed_in(code, writer),
        lambda writer: store.take_back(code, writer),
        lambda writer: store.remove_writer(code, secret, writer),
        lambda asked: store.hand_in(code, 5, asked, picture()),
        lambda number: store.let_in(code, secret, number),
        lambda number: store.remove_picture(code, secret, number),
    ]
    for call in calls:
        for value in odd:
            with pytest.raises(EntryUnusable, match=r"\."):
                call(value)
    with pytest.raises(EntryUnusable):
        store.handed_in(code, keys.WRITERS)
    assert len(store.digits_of(code, secret)) == 1


def test_a_passphrase_of_sql_is_only_words(store: Store) -> None:
    room = store.open_room(SQL)
    assert store.come_back(room.code, SQL).code == room.code
    assert len(store.digits_of(room.code, store.come_back(room.code, SQL).secret)) == 0


def test_every_refusal_is_a_kind_of_its_own_with_a_sentence(store: Store) -> None:
    with pytest.raises(ClassRefused) as refused:
        store.enter("CCCCCCC", "phone")
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    "address",
    [
        "nonsense",
        "oracle://somewhere/db",
        "postgresql://nobody@127.0.0.1:9/rooms",
        "sqlite:////proc/no/x",
    ],
)
def test_a_database_that_is_not_there_is_a_sentence(address: str) -> None:
    with pytest.raises(StoreUnavailable, match=r"database") as refused:
        Store(address)
    assert "127.0.0.1" not in str(refused.value)
