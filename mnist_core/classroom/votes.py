"""A vote of the class: a question on the wall, one answer a writer, and what the model says."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection, Row
from torch import Tensor

from mnist_core.classroom.access import Access
from mnist_core.classroom.entries import SIDE_PX, check_number, check_text, check_writer
from mnist_core.classroom.pace import WRITER_PACE, Meter
from mnist_core.classroom.tables import digits, polls, votes
from mnist_core.errors import EntryUnusable, TooMany
from mnist_core.words import spaced

ANSWERS = range(2, 5)
LONGEST_QUESTION, LONGEST_ANSWER, LONGEST_SAYING = 1_000, 200, 4_000
_WITH_PICTURE = select(polls, digits.c.picture.label("pixels")).select_from(
    polls.outerjoin(digits, polls.c.picture == digits.c.id)
)


@dataclass(frozen=True)
class Question:
    """What the teacher puts on the wall.

    text, says: Markdown; says: what is seen, shown with the right answer
    answers: two to four
    right:   which of them, from 0, as the model says
    picture: number of the picture in the room that it is about; None for none. When the picture
             goes, the question goes
    """

    text: str
    answers: Sequence[str]
    right: int
    says: str
    picture: int | None = None


@dataclass(frozen=True)
class Poll:
    """A question as everybody in the room may see it.

    number: tells it from the questions before
    picture, image: number and uint8 (28, 28) of the picture that it is about; None for none
    counts: how many have voted for each answer
    mine:   what the writer who asks has voted for, from 0; None for nothing
    right, says: None and "" until the teacher reveals them
    """

    number: int
    text: str
    answers: tuple[str, ...]
    picture: int | None
    image: Tensor | None
    counts: tuple[int, ...]
    mine: int | None
    right: int | None
    says: str

    @property
    def is_revealed(self) -> bool:
        """Whether the right answer is shown; then nobody can vote any more."""
        return self.right is not None


class Votes:
    """The questions of all rooms, one a room; every call raises RoomUnknown and StoreUnavailable.

    most: votes on one question
    """

    def __init__(self, access: Access, most: int, clock: Callable[[], float]) -> None:
        self._access, self._most = access, most
        self._meter = Meter(WRITER_PACE, "You have voted", clock)

    def ask(self, code: str, secret: str, question: Question) -> int:
        """Put a question on the wall in the place of the one before; returns its number.

        Raises NotTheTeacher, and EntryUnusable for what is no question.
        """
        values = _values_of(question)
        with self._access.writing() as connection:
            room = self._access.teachers_room(connection, code, secret, lock=True)
            if question.picture is not None:
                _check_picture(connection, room.id, question.picture)
            connection.execute(delete(polls).where(polls.c.room == room.id))
            done = connection.execute(insert(polls).values(room=room.id, **values))
        assert done.inserted_primary_key is not None
        return int(done.inserted_primary_key[0])

    def poll(self, code: str, writer: int | None = None) -> Poll | None:
        """The question that is on the wall, None for none. writer: whose vote is `mine`."""
        if writer is not None:
            check_writer(writer)
        with self._access.reading() as connection:
            room = self._access.room(connection, code)
            row = connection.execute(_WITH_PICTURE.where(polls.c.room == room.id)).one_or_none()
            if row is None:
                return None
            cast = connection.execute(
                select(votes.c.writer, votes.c.answer).where(votes.c.poll == row.id)
            )
            return _poll_of(row, [(one.writer, one.answer) for one in cast], writer)

    def vote(self, code: str, number: int, writer: int, answer: int) -> None:
        """One vote a writer; another answer takes the place of the one before.

        number: of the question that was answered
        Raises EntryUnusable where there is no such question or answer (any more), TooFast, TooMany.
        """
        check_writer(writer)
        check_number(number)
        with self._access.writing() as connection:
            room = self._access.room(connection, code, lock=True)
            self._meter.pass_or_refuse((room.code, writer))
            row = connection.execute(
                select(polls).where(polls.c.room == room.id, polls.c.id == number)
            ).one_or_none()
            if row is None:
                raise EntryUnusable("This question is not on the wall any more.")
            if row.revealed:
                raise EntryUnusable("The answer is shown already: nobody can vote any more.")
            if type(answer) is not int or not 0 <= answer < len(json.loads(row.answers)):
                raise EntryUnusable("That is none of the answers.")
            own = (votes.c.poll == number, votes.c.writer == writer)
            if not connection.execute(update(votes).where(*own).values(answer=answer)).rowcount:
                self._check_bound(connection, number)
                connection.execute(insert(votes).values(poll=number, writer=writer, answer=answer))

    def reveal(self, code: str, secret: str) -> None:
        """Show the right answer. Raises NotTheTeacher."""
        with self._access.writing() as connection:
            room = self._access.teachers_room(connection, code, secret)
            connection.execute(update(polls).where(polls.c.room == room.id).values(revealed=True))

    def end(self, code: str, secret: str) -> None:
        """Take the question off the wall; its votes are deleted. Raises NotTheTeacher."""
        with self._access.writing() as connection:
            room = self._access.teachers_room(connection, code, secret)
            connection.execute(delete(polls).where(polls.c.room == room.id))

    def _check_bound(self, connection: Connection, number: int) -> None:
        count = connection.scalar(select(func.count()).where(votes.c.poll == number)) or 0
        if count >= self._most:
            raise TooMany(f"There are {spaced(self._most)} votes, as many as a question can have.")


def forget_votes(connection: Connection, room: int, writer: int) -> None:
    """Delete what a writer has voted for in a room, given by its row's number."""
    of_room = select(polls.c.id).where(polls.c.room == room)
    connection.execute(delete(votes).where(votes.c.poll.in_(of_room), votes.c.writer == writer))


def _values_of(question: Question) -> dict[str, Any]:
    """Its row, checked. Raises EntryUnusable."""
    answers = [check_text(each, LONGEST_ANSWER, "An answer") for each in question.answers]
    if len(answers) not in ANSWERS or len(set(answers)) != len(answers):
        raise EntryUnusable("A question has two to four answers, each of them different.")
    if type(question.right) is not int or not 0 <= question.right < len(answers):
        raise EntryUnusable("One of the answers must be right.")
    return {
        "question": check_text(question.text, LONGEST_QUESTION, "A question"),
        "answers": json.dumps(answers),
        "right": question.right,
        "says": check_text(question.says, LONGEST_SAYING, "What is said of it"),
        "picture": None if question.picture is None else check_number(question.picture),
        "revealed": False,
    }


def _check_picture(connection: Connection, room: int, number: int) -> None:
    this = (digits.c.room == room, digits.c.id == number, digits.c.accepted)
    if not connection.scalar(select(func.count()).where(*this)):
        raise EntryUnusable("This picture is not on the wall any more.")


def _poll_of(row: Row[Any], cast: Sequence[tuple[int, int]], writer: int | None) -> Poll:
    answers = tuple(json.loads(row.answers))
    counts = [0] * len(answers)
    for _, answer in cast:
        counts[answer] += 1
    mine = next((answer for who, answer in cast if who == writer), None)
    image = None
    if row.pixels is not None:
        image = torch.frombuffer(bytearray(row.pixels), dtype=torch.uint8).view(SIDE_PX, SIDE_PX)
    shown = (row.right, row.says) if row.revealed else (None, "")
    return Poll(row.id, row.question, answers, row.picture, image, tuple(counts), mine, *shown)
