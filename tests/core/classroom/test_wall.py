"""The wall shows what is in the room, and reads no picture twice."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.classroom import wall as wall_module
from mnist_core.classroom.measures import SLICE_PICTURES
from mnist_core.classroom.store import Opened, Store
from mnist_core.classroom.wall import Wall, what_will_it_read
from mnist_core.errors import NotTheTeacher
from mnist_core.reading import load_reader
from mnist_core.words import a_digit
from tests.core.classroom.clock import Clock
from tests.core.tiny import tiny_digits


def hand_in(store: Store, clock: Clock, room: Opened, count: int) -> list[int]:
    digits, numbers = tiny_digits(count), []
    for index in range(count):
        clock.wait(0.1)
        picture, asked = digits.images[index].numpy(), int(digits.labels[index])
        numbers.append(store.hand_in(room.code, 1 + index % 30, asked, picture))
    return numbers


def test_it_follows_the_room(store: Store, clock: Clock) -> None:
    room, reader, wall = store.open_room(), load_reader("deep_cnn"), Wall()
    wall.refresh(store, room.code, room.secret)
    assert len(wall.look(reader, 1).shown) == 0
    numbers = hand_in(store, clock, room, 6)
    kept = store.hand_in(room.code, 9, 1, np.full((28, 28), 9, np.uint8), accepted=False)
    wall.refresh(store, room.code, room.secret)
    looked = wall.look(reader, 1)
    assert looked.shown.ids.tolist() == numbers
    assert looked.curtained.ids.tolist() == [kept]
    assert int(looked.measured.confusion.counts.sum()) == 6
    store.let_in(room.code, room.secret, kept)
    store.remove_picture(room.code, room.secret, numbers[0])
    wall.refresh(store, room.code, room.secret)
    assert wall.look(reader, 1).shown.ids.tolist() == [*numbers[1:], kept]
    assert set(wall.logits) == {*numbers[1:], kept}


def test_it_reads_each_picture_once_and_in_slices(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, reader, wall = store.open_room(), load_reader("deep_cnn"), Wall()
    hand_in(store, clock, room, SLICE_PICTURES + 3)
    wall.refresh(store, room.code, room.secret)
    first = wall.look(reader, 0.0)
    assert (len(first.shown), first.unread) == (SLICE_PICTURES, 3)
    assert wall.look(reader, 0.0).unread == 0
    monkeypatch.setattr(wall_module, "predict_logits", None)
    assert len(wall.look(reader, 1).shown) == SLICE_PICTURES + 3


def test_another_network_reads_anew(store: Store, clock: Clock) -> None:
    room, wall = store.open_room(), Wall()
    hand_in(store, clock, room, 4)
    wall.refresh(store, room.code, room.secret)
    wall.look(load_reader("deep_cnn"), 1)
    before = {number: row.clone() for number, row in wall.logits.items()}
    wall.look(load_reader("deep_cnn_pen"), 1)
    assert all((wall.logits[number] != row).any() for number, row in before.items())


def test_no_stranger_sees_it(store: Store) -> None:
    room = store.open_room()
    with pytest.raises(NotTheTeacher):
        Wall().refresh(store, room.code, "guessed")


@given(st.permutations(range(10)), st.integers(0, 9))
def test_a_question_about_a_picture_holds_what_is_read_and_what_was_asked_for(
    order: list[int], asked: int
) -> None:
    logits = torch.tensor(order).float()
    question = what_will_it_read(7, asked, logits, 1.0)
    read = int(logits.argmax())
    assert question.answers[question.right] == str(read)
    assert str(asked) in question.answers
    assert len(set(question.answers)) == 4
    assert list(question.answers) == sorted(question.answers)
    assert question.picture == 7
    assert f"{a_digit(read)}**" in question.says
    assert ("was asked for" in question.says) == (read != asked)
