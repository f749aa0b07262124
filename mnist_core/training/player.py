"""A run that advances in a thread of its own, as long as somebody looks on."""

import logging
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import TrainingDiverged
from mnist_core.training.history import STEP_COLUMNS, LayerLook, TestResult
from mnist_core.training.run import WATCH_EVERY, Progress, Run
from mnist_core.training.timeline import Moment

T = TypeVar("T")

BROKE_OFF = "The training broke off through a mistake of this app, not of yours. Press Reset."
SLICE_S = 0.1
PUBLISH_EVERY_S = 0.3
LEASE_S = 6.0
SOON_S = 0.5
ANSWER_WITHIN_S = 1.0
GIVE_WAY_S = 0.25
NOT_KNOWN = -1


class Playing(StrEnum):
    """What a player is doing, or why it stopped."""

    PAUSED = "paused"
    PLAYING = "playing"
    STOPPING = "stopping"
    DONE = "done"
    DIVERGED = "diverged"
    UNWATCHED = "unwatched"


@dataclass(frozen=True)
class View:
    """A run as it was at one moment: whoever holds this may look at it while the run goes on.

    steps:   one array for each of STEP_COLUMNS, float64 (logged batches,)
    now:     the present weights
    moments: those that are kept to look back at, from the first on
    problem: a sentence when the loss was no longer finite
    """

    state: Playing
    progress: Progress
    steps: dict[str, NDArray[np.float64]]
    tests: tuple[TestResult, ...]
    looks: tuple[LayerLook, ...]
    now: Moment
    moments: tuple[Moment, ...]
    problem: str | None


class Turns:
    """Lets at most so many threads compute at once, each for a slice, in the order they came.

    takers: how many trainings play at present
    """

    def __init__(self, at_once: int) -> None:
        self.takers = 0
        self._free = at_once
        self._waiting: deque[threading.Event] = deque()
        self._lock = threading.Lock()
        self._pressing = 0
        self._changed = threading.Condition()

    @contextmanager
    def take_part(self) -> Iterator[None]:
        """Be one of the `takers` meanwhile."""
        with self._lock:
            self.takers += 1
        try:
            yield
        finally:
            with self._lock:
                self.takers -= 1

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and pass it on afterwards."""
        self._wait()
        try:
            yield
        finally:
            self._pass_on()

    @contextmanager
    def press(self) -> Iterator[None]:
        """Have all trainings give way meanwhile: somebody waits for an answer."""
        with self._changed:
            self._pressing += 1
        try:
            yield
        finally:
            with self._changed:
                self._pressing -= 1
                self._changed.notify_all()

    def give_way(self) -> None:
        """Wait while somebody presses, but no longer than GIVE_WAY_S: nothing stands still."""
        if self._pressing:
            with self._changed:
                self._changed.wait_for(lambda: not self._pressing, GIVE_WAY_S)

    def _wait(self) -> None:
        with self._lock:
            if self._free and not self._waiting:
                self._free -= 1
                return
            mine = threading.Event()
            self._waiting.append(mine)
        mine.wait()

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1


TURNS = Turns(os.cpu_count() or 1)
"""Shared by all players of the process, so that no visitor's training slows another's for long."""


Aim = Callable[[Run], int]
"""Until how many steps are done, asked when the run has come to where it begins."""


def to_the_end(run: Run) -> int:
    """The end of the recipe; after it, that of one more epoch."""
    return run.step_count + (run.steps_to_epoch_end if run.is_done else 0)


def to_the_end_of_the_epoch(run: Run) -> int:
    """That of the present one."""
    return run.step_count + run.steps_to_epoch_end


def one_batch(run: Run) -> int:
    """The next one."""
    return run.step_count + 1


class Player:
    """Plays a run: in a thread of its own while there is work, at rest without any thread.

    Only that thread works on the run, a slice at a time in its turn, and never two at once. It
    ends when the run is done or diverges, when `pause` is called, or when nobody has called `watch`
    for `lease_s` seconds; the unit of work in hand (a batch, a part of a test) is always finished.
    delay_s: pause after each batch while playing, to watch single ones; 0 is as fast as possible
    """

    def __init__(self, run: Run, lease_s: float = LEASE_S) -> None:
        self.run, self.lease_s = run, lease_s
        self.delay_s = 0.0
        self._state, self._problem = Playing.PAUSED, ""
        self._aim: Aim = to_the_end
        self._until, self._watched = 0, False
        self._stop, self._rest = threading.Event(), threading.Event()
        self._rest.set()
        self._orders: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._guard = threading.RLock()
        self._seen = time.monotonic()
        self._wanted = True
        self._published_at = 0.0
        self._view = self._look()

    @property
    def is_playing(self) -> bool:
        """True while the run advances by itself."""
        with self._guard:
            return self._state is Playing.PLAYING

    @property
    def is_at_rest(self) -> bool:
        """True when no thread works on the run, not even to finish the unit in hand."""
        return self._rest.is_set()

    @property
    def idle_s(self) -> float:
        """Seconds since somebody last looked."""
        return time.monotonic() - self._seen

    def play(self) -> None:
        """Advance until paused or done. A run whose epochs are over goes on for another epoch."""
        self._set_out(to_the_end)

    def step(self) -> None:
        """Train on one batch and look at its layers, and test when that is due.

        Returns when that is done, or after SOON_S, while it goes on.
        """
        self.pause()
        self._set_out(one_batch, watched=True)
        self._rest.wait(SOON_S)

    def step_epoch(self) -> None:
        """Play to the end of the present epoch."""
        self.pause()
        self._set_out(to_the_end_of_the_epoch)

    def pause(self) -> None:
        """Stop after the unit of work in hand, and wait for that, but no longer than SOON_S."""
        self.stop()
        self._rest.wait(SOON_S)

    def stop(self) -> None:
        """The same without waiting."""
        with self._guard:
            self._stop.set()
            if self._state is Playing.PLAYING:
                self._state = Playing.STOPPING
                self._view = replace(self._view, state=self._state)

    def go_back(self) -> None:
        """Return to the last good moment."""
        self.pause()
        self._order(self._go_back)

    def set_learning_rate(self, value: float) -> None:
        """From the next step on."""
        if value != self.run.trainer.learning_rate:
            self._order(lambda: self.run.set_learning_rate(value))

    def set_batch_size(self, value: int) -> None:
        """From the next step on."""
        if value != self.run.trainer.batch_size:
            self._order(lambda: self.run.set_batch_size(value))

    def set_epochs(self, value: int) -> None:
        """How many epochs the run is to have."""
        if value != self.run.recipe.epochs:
            self._order(lambda: self.run.set_epochs(value))

    def ask(self, question: Callable[[Run], T]) -> T:
        """What `question` says of the run, asked between two units of work.

        Raises what it raises, and TimeoutError when a unit takes longer than ANSWER_WITHIN_S.
        """
        answer: Future[T] = Future()

        def answer_now() -> None:
            try:
                answer.set_result(question(self.run))
            except Exception as error:
                answer.set_exception(error)

        self._order(answer_now)
        return answer.result(ANSWER_WITHIN_S)

    def watch(self) -> View:
        """The run as last published, at most about PUBLISH_EVERY_S old; keeps it playing."""
        self._seen = time.monotonic()
        self._wanted = True
        return self._view

    def _go_back(self) -> None:
        self._state, self._problem = Playing.PAUSED, ""
        self.run.go_back()

    def _set_out(self, aim: Aim, watched: bool = False) -> None:
        """Let the thread make for `aim`; a new one where none is at work."""
        with self._guard:
            if self._state is Playing.PLAYING:
                return
            self._aim, self._until, self._watched = aim, NOT_KNOWN, watched
            self._stop.clear()
            self._seen = time.monotonic()
            self._state, self._problem = Playing.PLAYING, ""
            self._view = replace(self._view, state=self._state, problem=None)
            if self._rest.is_set():
                self._rest.clear()
                threading.Thread(target=self._work, daemon=True).start()

    def _order(self, change: Callable[[], None]) -> None:
        """Carry `change` out between two units of work."""
        with self._guard:
            self._orders.put(change)
            if self._rest.is_set():
                self._carry_out_orders()
                self._publish()

    def _work(self) -> None:
        """What the thread does."""
        with TURNS.take_part():
            while self._goes_on():
                with TURNS.turn():
                    self._guarded(self._work_for_a_slice)
                self._stop.wait(self.delay_s if not self.run.is_testing else 0)

    def _goes_on(self) -> bool:
        """Between two slices: obey, and see whether there is more to do; if not, be at rest."""
        with self._guard:
            self._carry_out_orders()
            self._see_where_it_is()
            if self._state is Playing.PLAYING:
                if self._wanted and time.monotonic() - self._published_at >= PUBLISH_EVERY_S:
                    self._publish()
                return True
            self._publish()
            self._rest.set()
            return False

    def _see_where_it_is(self) -> None:
        if self._state is Playing.STOPPING:
            self._state = Playing.PAUSED
        if self._state is not Playing.PLAYING:
            return
        if self._until == NOT_KNOWN:
            self._until = self._aim(self.run)
        if self._is_over():
            self._state = Playing.DONE if self._aim is to_the_end else Playing.PAUSED
        elif self.idle_s > self.lease_s:
            self._state = Playing.UNWATCHED

    def _work_for_a_slice(self) -> None:
        """Units of work for SLICE_S, or one batch where they are to be watched singly."""
        end = time.perf_counter() + SLICE_S
        singly = self._watched or self.delay_s > 0
        while not self._stop.is_set() and self._orders.empty() and not self._is_over():
            TURNS.give_way()
            self.run.watch_every = 1 if singly else WATCH_EVERY
            self.run.work()
            if self.delay_s or time.perf_counter() >= end:
                return

    def _is_over(self) -> bool:
        if self._aim is to_the_end and not self.run.is_done:
            return False
        return self.run.step_count >= self._until and not self.run.is_testing

    def _carry_out_orders(self) -> None:
        while not self._orders.empty():
            self._guarded(self._orders.get())

    def _guarded(self, action: Callable[[], None]) -> None:
        try:
            action()
        except TrainingDiverged as error:
            self._state, self._problem = Playing.DIVERGED, str(error)
        except Exception:
            logging.getLogger(__name__).exception("a training broke off")
            self._state, self._problem = Playing.PAUSED, BROKE_OFF

    def _publish(self) -> None:
        self._view = self._look()
        self._published_at, self._wanted = time.monotonic(), False

    def _look(self) -> View:
        history = self.run.history
        return View(
            self._state,
            self.run.progress,
            {name: history.column(name) for name in STEP_COLUMNS},
            tuple(history.tests),
            tuple(history.looks),
            self.run.now(),
            tuple(self.run.timeline.moments),
            self._problem or None,
        )
