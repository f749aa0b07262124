"""Final answers come before live ones."""

import threading
import time

import pytest

from mnist_core.training.player import TURNS as TRAININGS
from ui.draw.turns import Turns


def test_a_live_answer_yields_to_a_final_one() -> None:
    turns = Turns()
    with turns.final(), turns.live(patience_s=0) as mine:
        assert not mine
    with turns.live(patience_s=0) as mine:
        assert mine


def test_there_is_one_live_answer_at_a_time_and_an_error_ends_its_turn() -> None:
    turns = Turns()

    def fail() -> None:
        with turns.live(patience_s=0) as first, turns.live(patience_s=0) as second:
            assert (first, second) == (True, False)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with turns.live(patience_s=0) as mine:
        assert mine


def test_a_live_answer_begins_when_the_last_final_one_is_done() -> None:
    turns = Turns()
    got: list[bool] = []
    waits = threading.Event()

    def live() -> None:
        waits.set()
        with turns.live(patience_s=60) as mine:
            got.append(mine)

    with turns.final():
        visitor = threading.Thread(target=live)
        visitor.start()
        assert waits.wait(60)
        assert not got
    visitor.join(60)
    assert got == [True]


def test_trainings_give_way_to_a_final_answer_and_to_a_live_one() -> None:
    turns, waited = Turns(), []

    def seconds() -> float:
        start = time.monotonic()
        TRAININGS.give_way()
        return time.monotonic() - start

    with turns.final():
        waited.append(seconds())
    with turns.live(patience_s=0) as mine:
        assert mine
        waited.append(seconds())
    assert min(waited) > 10 * seconds()
