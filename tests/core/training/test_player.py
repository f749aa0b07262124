import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from mnist_core.models.recipes import SOFTMAX_REGRESSION_SOURCE
from mnist_core.training import player as training
from mnist_core.training.player import GIVE_WAY_S, Player, Playing, Turns
from mnist_core.training.run import Run
from tests.core.tiny import tiny_digits

RECIPE = replace(SOFTMAX_REGRESSION_SOURCE, batch_size=8, epochs=10_000)


def player(lease_s: float = 6.0, **settings: object) -> Player:
    recipe = replace(RECIPE, **settings)  # type: ignore[arg-type]
    return Player(Run("softmax_regression", recipe, tiny_digits(), tiny_digits(20, 1)), lease_s)


def wait_until(condition: Callable[[], bool], within_s: float = 10) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def test_playing_advances_by_itself_until_paused_and_then_stands_still() -> None:
    playing = player()
    playing.play()
    wait_until(lambda: playing.watch().progress.step > 50)
    playing.pause()
    step = playing.run.step_count
    assert playing.watch().state is Playing.PAUSED
    assert playing.watch().progress.step == step
    time.sleep(0.1)
    assert playing.run.step_count == step
    assert not playing.is_playing


def test_what_is_played_is_what_would_have_been_without_a_thread() -> None:
    playing, alone = player(), player().run
    playing.play()
    wait_until(lambda: playing.run.step_count > 100)
    playing.pause()
    alone.advance_to(playing.run.step_count)
    assert playing.run.history.column("loss").tolist() == alone.history.column("loss").tolist()


def test_a_step_is_one_batch_also_while_playing() -> None:
    playing = player()
    playing.step()
    assert playing.watch().progress.step == 1
    playing.play()
    playing.step()
    step = playing.run.step_count
    assert playing.watch().state is Playing.PAUSED
    time.sleep(0.05)
    assert playing.run.step_count == step


def test_an_epoch_is_played_to_its_end_and_tested() -> None:
    playing = player()
    playing.step()
    playing.step_epoch()
    wait_until(lambda: not playing.is_playing)
    assert playing.run.trainer.order.samples == 96
    assert playing.watch().tests[-1].samples == 96


def test_a_run_whose_epochs_are_over_is_done_and_goes_on_for_another_when_played_again() -> None:
    playing = player(epochs=2)
    playing.play()
    wait_until(lambda: not playing.is_playing)
    assert playing.watch().state is Playing.DONE
    assert playing.run.trainer.epochs_done == 2
    playing.play()
    wait_until(lambda: not playing.is_playing)
    assert playing.run.trainer.epochs_done == 3


def test_when_nobody_looks_the_work_ends() -> None:
    playing = player(lease_s=0.3)
    playing.play()
    wait_until(lambda: not playing.is_playing, within_s=5)
    assert playing.watch().state is Playing.UNWATCHED
    playing.lease_s = 0.9
    playing.play()
    for _ in range(20):
        time.sleep(0.05)
        playing.watch()
    assert playing.is_playing, "somebody looked all the time"
    playing.pause()


def test_settings_change_between_two_batches_without_a_reset() -> None:
    playing = player()
    playing.play()
    wait_until(lambda: playing.run.step_count > 20)
    playing.set_learning_rate(0.5)
    playing.set_batch_size(4)
    before = playing.run.step_count
    wait_until(lambda: playing.run.step_count > before + 50)
    playing.pause()
    assert playing.run.history.column("learning_rate")[-1] == 0.5
    assert playing.run.history.column("batch_size")[-1] == 4
    assert playing.run.history.column("learning_rate")[0] == RECIPE.learning_rate
    assert {change.setting for change in playing.run.changes} == {"learning_rate", "batch_size"}


def test_a_view_stays_as_it_was_while_the_run_goes_on() -> None:
    playing = player()
    playing.step()
    view = playing.watch()
    weights = {name: value.clone() for name, value in view.now.state.items()}
    losses = view.steps["loss"].copy()
    playing.play()
    wait_until(lambda: playing.run.step_count > 50)
    playing.pause()
    assert all(torch.equal(view.now.state[name], value) for name, value in weights.items())
    assert view.steps["loss"].tolist() == losses.tolist()
    assert len(view.steps["loss"]) == 1


def test_a_diverging_run_stops_with_a_sentence_and_can_go_back() -> None:
    playing = player(learning_rate=1e4, optimizer="momentum", softmax_twice=False)
    playing.run.trainer.learning_rate = 1e38
    playing.play()
    wait_until(lambda: not playing.is_playing)
    view = playing.watch()
    assert view.state is Playing.DIVERGED
    assert view.problem is not None
    assert "finite" in view.problem
    playing.go_back()
    assert playing.watch().problem is None
    playing.set_learning_rate(0.01)
    playing.step()
    assert playing.run.history.column("loss")[-1] < 100


def test_an_unexpected_error_ends_the_playing_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    playing = player()
    monkeypatch.setattr(playing.run, "work", lambda: 1 // 0)
    playing.play()
    wait_until(lambda: not playing.is_playing)
    view = playing.watch()
    assert view.state is Playing.PAUSED
    assert view.problem is not None
    assert view.problem.startswith("The training broke off")


def test_a_question_is_answered_between_batches_and_its_error_comes_back() -> None:
    playing = player()
    playing.play()
    assert playing.ask(lambda run: run.step_count) >= 0
    with pytest.raises(ZeroDivisionError):
        playing.ask(lambda run: 1 // 0)
    assert playing.is_playing
    playing.pause()
    assert playing.ask(lambda run: run.step_count) == playing.run.step_count


def test_slow_motion_trains_one_batch_at_a_time() -> None:
    playing = player()
    playing.delay_s = 0.2
    start = time.monotonic()
    playing.play()
    wait_until(lambda: playing.run.step_count >= 4)
    assert time.monotonic() - start >= 0.55
    stopped = time.monotonic()
    playing.pause()
    assert time.monotonic() - stopped < 0.15, "a pause need not wait for the next batch"


def test_no_more_threads_compute_at_once_than_there_are_turns() -> None:
    turns, inside, most = Turns(2), 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal inside, most
        for _ in range(20):
            with turns.turn():
                with lock:
                    inside += 1
                    most = max(most, inside)
                time.sleep(0.001)
                with lock:
                    inside -= 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert inside == 0
    assert most == 2


def test_turns_come_in_the_order_they_were_asked_for() -> None:
    turns, order = Turns(1), []
    threads = []
    with turns.turn():
        for number in range(5):
            thread = threading.Thread(target=lambda n=number: order.append(_take(turns, n)))
            thread.start()
            threads.append(thread)
            time.sleep(0.02)
    for thread in threads:
        thread.join(5)
    assert order == [0, 1, 2, 3, 4]


def test_a_training_gives_way_while_somebody_presses_and_goes_on_right_after() -> None:
    turns, went_on = Turns(1), threading.Event()

    def train() -> None:
        turns.give_way()
        went_on.set()

    with turns.press(), turns.press():
        thread = threading.Thread(target=train)
        thread.start()
        assert not went_on.wait(GIVE_WAY_S / 4)
    assert went_on.wait(GIVE_WAY_S / 4)
    thread.join(5)


def test_a_training_does_not_give_way_for_ever_and_not_without_need() -> None:
    turns = Turns(1)
    with turns.press():
        start = time.monotonic()
        turns.give_way()
        assert GIVE_WAY_S <= time.monotonic() - start < 2 * GIVE_WAY_S
    start = time.monotonic()
    turns.give_way()
    assert time.monotonic() - start < GIVE_WAY_S / 4


def test_while_somebody_presses_a_player_goes_on_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns(2)
    monkeypatch.setattr(training, "TURNS", turns)
    playing = player()
    with turns.press():
        playing.play()
        wait_until(lambda: playing.run.step_count >= 2)
        assert playing.run.step_count < 6
    wait_until(lambda: playing.run.step_count >= 20)
    playing.pause()


def _take(turns: Turns, number: int) -> int:
    with turns.turn():
        return number


def test_several_players_share_the_machine_evenly() -> None:
    players = [player() for _ in range(4)]
    for one in players:
        one.play()
    began, steps = time.monotonic(), [0]
    is_even = False
    while time.monotonic() < began + 1.5 or not is_even:  # a neighbour may slow the turns of one
        assert time.monotonic() < began + 20, steps
        for one in players:
            one.watch()
        time.sleep(0.05)
        steps = [one.run.step_count for one in players]
        is_even = min(steps) > 0.4 * max(steps)
    for one in players:
        one.pause()


class SlowRun(Run):
    """Each unit of work takes a while, and none begins before the last is over."""

    unit_s = 1.2

    def __init__(self, *settings: object) -> None:
        super().__init__(*settings)  # type: ignore[arg-type]
        self.at_work, self.units, self.most = 0, 0, 0

    def work(self) -> object:
        self.at_work += 1
        self.units += 1
        self.most = max(self.most, self.at_work)
        time.sleep(self.unit_s)
        result = super().work()
        self.at_work -= 1
        return result


def slow_player(unit_s: float = 1.2, lease_s: float = 6.0) -> Player:
    run = SlowRun("softmax_regression", RECIPE, tiny_digits(), tiny_digits(20, 1))
    run.unit_s = unit_s
    return Player(run, lease_s)


def seconds(action: Callable[[], object]) -> float:
    start = time.monotonic()
    action()
    return time.monotonic() - start


def test_however_slow_a_batch_is_whoever_asks_is_answered_within_a_second() -> None:
    playing = slow_player()
    run = playing.run
    assert isinstance(run, SlowRun)
    for action in (playing.step, playing.pause, playing.step, playing.play, playing.go_back,
                   playing.step_epoch, playing.pause, playing.stop):  # fmt: skip
        assert seconds(action) < 1
    wait_until(lambda: playing.is_at_rest)
    assert run.most == 1, "two units of work were in one run at once"


def test_after_a_pause_no_unit_of_work_begins() -> None:
    playing = slow_player(unit_s=0.7)
    playing.play()
    time.sleep(0.2)
    playing.pause()
    assert playing.watch().state in (Playing.STOPPING, Playing.PAUSED)
    assert not playing.is_playing
    wait_until(lambda: playing.is_at_rest)
    assert playing.watch().state is Playing.PAUSED
    units = playing.run.units  # type: ignore[attr-defined]
    time.sleep(1)
    assert playing.run.units == units == 1  # type: ignore[attr-defined]


def test_a_step_that_ends_an_epoch_is_tested_in_slices_and_ends_when_nobody_looks() -> None:
    recipe = replace(RECIPE, batch_size=96)
    run = SlowRun("softmax_regression", recipe, tiny_digits(), tiny_digits(40, 1))
    run.unit_s, run.test_batch = 0.3, 1  # the test alone would take 12 s
    playing = Player(run, lease_s=0.5)
    assert seconds(playing.step) < 1
    wait_until(lambda: playing.is_at_rest, within_s=5)
    assert playing.watch().state is Playing.UNWATCHED
    assert run.is_testing
    assert run.units < 10


def test_played_again_while_the_last_batch_is_finished_it_goes_on_in_one_thread() -> None:
    playing = slow_player(unit_s=2.0)
    playing.play()
    time.sleep(0.1)
    playing.pause()
    assert not playing.is_at_rest
    playing.play()
    assert playing.is_playing
    wait_until(lambda: playing.run.step_count >= 2)
    playing.stop()
    wait_until(lambda: playing.is_at_rest)
    assert playing.run.most == 1  # type: ignore[attr-defined]


def test_what_is_ordered_while_a_batch_is_finished_is_done_after_it() -> None:
    playing = slow_player(unit_s=0.8)
    playing.play()
    time.sleep(0.1)
    playing.stop()
    playing.set_learning_rate(0.25)
    assert playing.run.trainer.learning_rate == RECIPE.learning_rate
    wait_until(lambda: playing.is_at_rest)
    assert playing.run.trainer.learning_rate == 0.25


def test_a_question_that_would_keep_the_page_waiting_is_given_up() -> None:
    playing = slow_player(unit_s=3)
    playing.play()
    time.sleep(0.1)
    with pytest.raises(TimeoutError):
        playing.ask(lambda run: run.step_count)
    playing.stop()
    wait_until(lambda: playing.is_at_rest)
