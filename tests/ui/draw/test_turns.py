"""Final answers come before live ones."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

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


def test_final_answers_are_worked_out_one_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.draw.turns.LONGEST_WAIT_S", 60)  # on however busy a machine
    turns, at_once, most = Turns(), 0, 0

    def answer() -> None:
        nonlocal at_once, most
        with turns.final():
            at_once += 1
            most = max(most, at_once)
            time.sleep(0.02)
            at_once -= 1

    with ThreadPoolExecutor(8) as visitors:
        for answered in [visitors.submit(answer) for _ in range(8)]:
            answered.result(60)
    assert most == 1


def test_who_waits_too_long_for_others_goes_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.draw.turns.LONGEST_WAIT_S", 0.01)
    turns, answered = Turns(), threading.Event()

    def answer() -> None:
        with turns.final():
            answered.set()

    with turns.final():
        visitor = threading.Thread(target=answer)
        visitor.start()
        assert answered.wait(60)
    visitor.join(60)
    with turns.live(patience_s=0) as mine:
        assert mine
