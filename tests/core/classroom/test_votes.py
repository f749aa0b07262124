"""A vote: one answer a writer, changed until it is revealed, and nothing for strangers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from mnist_core.classroom import keys
from mnist_core.classroom.pace import WRITER_PACE
from mnist_core.classroom.store import Bounds, Opened, Store
from mnist_core.classroom.tables import open_engine, polls, votes
from mnist_core.classroom.votes import LONGEST_QUESTION, LONGEST_SAYING, Poll, Question
from mnist_core.errors import EntryUnusable, NotTheTeacher, RoomUnknown, TooFast, TooMany
from tests.core.classroom.clock import Clock, picture

SQL = "x'; DROP TABLE votes; --"
QUESTION = Question("Which is **larger**?", ("one", "two", "three"), 2, "Three is.")


@pytest.fixture
def room(store: Store) -> Opened:
    return store.open_room()


def poll_of(store: Store, room: Opened, writer: int | None = None) -> Poll:
    poll = store.votes.poll(room.code, writer)
    assert poll is not None
    return poll


def test_a_question_is_answered_counted_and_revealed(store: Store, room: Opened) -> None:
    assert store.votes.poll(room.code) is None
    number = store.votes.ask(room.code, room.secret, QUESTION)
    for writer, answer in ((1, 0), (2, 2), (3, 2)):
        store.votes.vote(room.code, number, writer, answer)
    seen = poll_of(store, room, 2)
    assert (seen.number, seen.text, seen.answers) == (number, QUESTION.text, QUESTION.answers)
    assert (seen.counts, seen.mine, seen.image) == ((1, 0, 2), 2, None)
    assert (seen.right, seen.says, seen.is_revealed) == (None, "", False)
    store.votes.reveal(room.code, room.secret)
    seen = poll_of(store, room)
    assert (seen.right, seen.says, seen.mine) == (2, QUESTION.says, None)


def test_a_vote_can_be_changed_until_it_is_revealed(store: Store, room: Opened) -> None:
    number = store.votes.ask(room.code, room.secret, QUESTION)
    store.votes.vote(room.code, number, 5, 0)
    store.votes.vote(room.code, number, 5, 1)
    assert poll_of(store, room, 5).counts == (0, 1, 0)
    store.votes.reveal(room.code, room.secret)
    with pytest.raises(EntryUnusable, match="shown already"):
        store.votes.vote(room.code, number, 5, 2)
    assert poll_of(store, room, 5).counts == (0, 1, 0)


def test_a_new_question_begins_without_votes_and_the_old_one_is_over(
    store: Store, room: Opened, url: str
) -> None:
    first = store.votes.ask(room.code, room.secret, QUESTION)
    store.votes.vote(room.code, first, 5, 0)
    second = store.votes.ask(room.code, room.secret, replace(QUESTION, text="And now?"))
    assert second != first
    assert poll_of(store, room, 5).counts == (0, 0, 0)
    with pytest.raises(EntryUnusable, match="not on the wall any more"):
        store.votes.vote(room.code, first, 5, 0)
    store.votes.end(room.code, room.secret)
    assert store.votes.poll(room.code) is None
    with open_engine(url).connect() as connection:
        assert connection.execute(select(votes)).all() == []


def test_a_question_about_a_picture_goes_with_it(store: Store, room: Opened) -> None:
    shown = store.hand_in(room.code, 5, 3, picture(9))
    hidden = store.hand_in(room.code, 5, 3, picture(9), accepted=False)
    other = store.open_room()
    foreign = store.hand_in(other.code, 5, 3, picture(8))
    for number in (hidden, foreign, 10**6):
        with pytest.raises(EntryUnusable, match="not on the wall"):
            store.votes.ask(room.code, room.secret, replace(QUESTION, picture=number))
    store.votes.ask(room.code, room.secret, replace(QUESTION, picture=shown))
    image = poll_of(store, room).image
    assert image is not None
    assert image.numpy().tobytes() == picture(9).tobytes()
    store.remove_picture(room.code, room.secret, shown)
    assert store.votes.poll(room.code) is None


def test_who_deletes_the_digits_deletes_the_vote(store: Store, room: Opened) -> None:
    number = store.votes.ask(room.code, room.secret, QUESTION)
    for writer in (5, 6, 7):
        store.votes.vote(room.code, number, writer, 1)
    store.take_back(room.code, 5)
    store.remove_writer(room.code, room.secret, 6)
    assert poll_of(store, room).counts == (0, 1, 0)


def test_a_room_that_ends_leaves_no_question(store: Store, room: Opened, url: str) -> None:
    number = store.votes.ask(room.code, room.secret, QUESTION)
    store.votes.vote(room.code, number, 5, 1)
    store.end_room(room.code, room.secret)
    with open_engine(url).connect() as connection:
        assert connection.execute(select(polls)).all() == []
        assert connection.execute(select(votes)).all() == []
    with pytest.raises(RoomUnknown):
        store.votes.poll(room.code)


def test_two_rooms_have_questions_of_their_own(store: Store, room: Opened) -> None:
    other = store.open_room()
    number = store.votes.ask(room.code, room.secret, QUESTION)
    theirs = store.votes.ask(other.code, other.secret, QUESTION)
    with pytest.raises(EntryUnusable, match="not on the wall"):
        store.votes.vote(room.code, theirs, 5, 1)
    store.votes.vote(room.code, number, 5, 1)
    assert poll_of(store, other).counts == (0, 0, 0)


ACTIONS: list[Callable[[Store, str, str], object]] = [
    lambda store, code, secret: store.votes.ask(code, secret, QUESTION),
    lambda store, code, secret: store.votes.reveal(code, secret),
    lambda store, code, secret: store.votes.end(code, secret),
]


def test_no_stranger_asks_reveals_or_ends(store: Store, room: Opened) -> None:
    store.votes.ask(room.code, room.secret, QUESTION)
    for secret in ("", store.open_room().secret, SQL, "\ud800"):
        for act in ACTIONS:
            with pytest.raises(NotTheTeacher):
                act(store, room.code, secret)
    assert not poll_of(store, room).is_revealed


UNUSABLE: dict[str, dict[str, Any]] = {
    "no text": {"text": " "},
    "too long": {"text": "x" * (LONGEST_QUESTION + 1)},
    "a zero in it": {"text": "a\0b"},
    "half a letter": {"says": "\ud800"},
    "too much said": {"says": "x" * (LONGEST_SAYING + 1)},
    "one answer": {"answers": ("one",), "right": 0},
    "five answers": {"answers": tuple("abcde")},
    "twice the same": {"answers": ("a", "a", "b")},
    "an answer that is none": {"answers": ("a", 7, "c")},
    "no right one": {"right": 3},
    "true": {"right": True},
    "no picture's number": {"picture": SQL},
}


@pytest.mark.parametrize("what", UNUSABLE)
def test_what_is_no_question_is_refused(store: Store, room: Opened, what: str) -> None:
    with pytest.raises(EntryUnusable, match=r"\."):
        store.votes.ask(room.code, room.secret, replace(QUESTION, **UNUSABLE[what]))
    assert store.votes.poll(room.code) is None


def test_sql_in_a_question_is_only_words(store: Store, room: Opened) -> None:
    store.votes.ask(room.code, room.secret, Question(SQL, (SQL, "no"), 0, SQL))
    assert poll_of(store, room).answers == (SQL, "no")


def test_what_is_no_vote_is_refused(store: Store, clock: Clock, room: Opened) -> None:
    number = store.votes.ask(room.code, room.secret, QUESTION)
    odd: list[Any] = [-1, 3, 10**30, 1.5, True, SQL, "1", None]
    for answer in odd:
        clock.wait(1 / WRITER_PACE.per_s)
        with pytest.raises(EntryUnusable, match=r"\."):
            store.votes.vote(room.code, number, 5, answer)
    for writer in (0, keys.WRITERS, *odd[2:]):
        with pytest.raises(EntryUnusable, match=r"\."):
            store.votes.vote(room.code, number, writer, 1)
        if writer is not None:
            with pytest.raises(EntryUnusable, match=r"\."):
                store.votes.poll(room.code, writer)
    for other in (number + 1, *odd[2:]):
        clock.wait(1 / WRITER_PACE.per_s)
        with pytest.raises(EntryUnusable, match=r"\."):
            store.votes.vote(room.code, other, 5, 1)
    assert poll_of(store, room).counts == (0, 0, 0)


def test_voting_has_a_pace_and_a_bound(url: str, clock: Clock) -> None:
    store = Store(url, bounds=Bounds(voters=3), clock=clock)
    room = store.open_room()
    number = store.votes.ask(room.code, room.secret, QUESTION)
    for _ in range(WRITER_PACE.burst):
        store.votes.vote(room.code, number, 5, 1)
    with pytest.raises(TooFast, match="You have voted too often"):
        store.votes.vote(room.code, number, 5, 1)
    store.votes.vote(room.code, number, 6, 1)
    store.votes.vote(room.code, number, 7, 1)
    with pytest.raises(TooMany, match="3 votes"):
        store.votes.vote(room.code, number, 8, 1)
    store.votes.vote(room.code, number, 7, 2)
    assert poll_of(store, room).counts == (0, 2, 1)
    store.close()


def test_thirty_vote_at_once(store: Store, room: Opened) -> None:
    number = store.votes.ask(room.code, room.secret, QUESTION)

    def vote(writer: int) -> None:
        store.votes.vote(room.code, number, writer, writer % 3)
        store.votes.vote(room.code, number, writer, (writer + 1) % 3)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(vote, range(1, 31)))
    assert poll_of(store, room).counts == (10, 10, 10)
