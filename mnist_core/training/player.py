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
from dataclasses import dataclass
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
STOP_WITHIN_S = 5.0


class Playing(StrEnum):
    """What a player is doing, or why it stopped."""

    PAUSED = "paused"
    PLAYING = "playing"
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


class Player:
    """Plays a run: in a thread of its own while playing, at rest without any thread.

    Only one thread at a time touches the run. The thread stops when the run is done or diverges,
    when `pause` is called, or when nobody has called `watch` for `lease_s` seconds.
    delay_s: pause after each batch while playing, to watch single ones; 0 is as fast as possible
    """

    def __init__(self, run: Run, lease_s: float = LEASE_S) -> None:
        self.run, self.lease_s = run, lease_s
        self.delay_s = 0.0
        self._state, self._problem = Playing.PAUSED, ""
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._orders: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._guard = threading.RLock()
        self._seen = time.monotonic()
        self._wanted = True
        self._published_at = 0.0
        self._view = self._look()

    @property
    def is_playing(self) -> bool:
        """True while the run advances by itself."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def idle_s(self) -> float:
        """Seconds since somebody last looked."""
        return time.monotonic() - self._seen

    def play(self, until: int | None = None) -> None:
        """Advance until paused, or until `until` steps are done and tested.

        A run whose epochs are over goes on for another epoch.
        """
        with self._guard:
            if self.is_playing:
                return
            if self.run.is_done and until is None:
                until = self.run.step_count + self.run.steps_to_epoch_end
            self._stop.clear()
            self._seen = time.monotonic()
            self._state, self._problem = Playing.PLAYING, ""
            self._publish()
            self._thread = threading.Thread(target=self._play, args=(until,), daemon=True)
            self._thread.start()

    def pause(self) -> None:
        """Stop after the present batch, and wait for that."""
        thread = self._thread
        self._stop.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join(STOP_WITHIN_S)

    def step(self) -> None:
        """Train on one batch and look at its layers, and test when that is due."""
        self._at_rest(self._step_watched)

    def step_epoch(self) -> None:
        """Play to the end of the present epoch."""
        self.pause()
        self.play(until=self.run.step_count + self.run.steps_to_epoch_end)

    def go_back(self) -> None:
        """Return to the last good moment."""
        self._at_rest(self.run.go_back)

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
        """What `question` says of the run, asked between two batches.

        Raises what it raises, and TimeoutError when a batch takes longer than STOP_WITHIN_S.
        """
        answer: Future[T] = Future()

        def answer_now() -> None:
            try:
                answer.set_result(question(self.run))
            except Exception as error:
                answer.set_exception(error)

        self._order(answer_now)
        return answer.result(STOP_WITHIN_S)

    def watch(self) -> View:
        """The run as last published, at most about PUBLISH_EVERY_S old; keeps it playing."""
        self._seen = time.monotonic()
        self._wanted = True
        return self._view

    def _step_watched(self) -> None:
        self.run.watch_every, usual = 1, self.run.watch_every
        self.run.advance_to(self.run.step_count + 1)
        self.run.watch_every = usual

    def _order(self, change: Callable[[], None]) -> None:
        """Carry `change` out between two batches."""
        with self._guard:
            if self.is_playing:
                self._orders.put(change)
            else:
                change()
                self._publish()

    def _at_rest(self, action: Callable[[], None]) -> None:
        self.pause()
        with self._guard:
            self._state, self._problem = Playing.PAUSED, ""
            self._guarded(action)
            self._publish()

    def _play(self, until: int | None) -> None:
        with TURNS.take_part():
            self._play_in_slices(until)
        self._carry_out_orders()
        self._publish()

    def _play_in_slices(self, until: int | None) -> None:
        while self._state is Playing.PLAYING:
            with TURNS.turn():
                self._guarded(lambda: self._play_slice(until))
            if self._state is Playing.PLAYING:
                self._wait_for_more(until)
            if self._wanted and time.monotonic() - self._published_at >= PUBLISH_EVERY_S:
                self._publish()

    def _play_slice(self, until: int | None) -> None:
        """Units of work for SLICE_S, or one batch where they are to be watched singly."""
        end = time.perf_counter() + SLICE_S
        while not self._stop.is_set() and not self._is_over(until):
            self._carry_out_orders()
            self.run.watch_every = 1 if self.delay_s else WATCH_EVERY
            self.run.work()
            if self.delay_s or time.perf_counter() >= end:
                return

    def _wait_for_more(self, until: int | None) -> None:
        if self._is_over(until):
            self._state = Playing.PAUSED if until is not None else Playing.DONE
        elif self._stop.wait(self.delay_s if not self.run.is_testing else 0):
            self._state = Playing.PAUSED
        elif self.idle_s > self.lease_s:
            self._state = Playing.UNWATCHED

    def _is_over(self, until: int | None) -> bool:
        if until is None:
            return self.run.is_done
        return self.run.step_count >= until and not self.run.is_testing

    def _carry_out_orders(self) -> None:
        while not self._orders.empty():
            self._orders.get()()

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
