"""The trainings of a session: kept until removed, bounded in number and memory, ended with it."""

import threading
import time
from dataclasses import dataclass, field
from typing import NoReturn, cast

import streamlit as st
from streamlit.runtime import exists as runtime_exists
from streamlit.runtime import get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mnist_core.data.origin import Origin
from mnist_core.training.player import Player
from mnist_core.training.run import Run
from mnist_core.training.run_names import name_runs
from mnist_core.training.timeline import share_memory
from ui.shared.session.data import TrainingData

MAX_RUNS = 6
MOMENTS_BYTES = 96 * 2**20
GRACE_S = 20.0
SWEEP_EVERY_S = 5.0


@dataclass
class SessionRuns:
    """The runs of one visitor.

    players:    one for each run, the oldest first
    data:    what each is trained on
    to_show: the one that the form is to show from the next rerun on
    notice:  a sentence for that rerun
    current:    the one that the buttons act on; None before the first
    stays_with_its_data: whether that goes on with what it was trained on, whatever data is chosen,
        until the visitor chooses anew
    offered:    the data that were chosen in the page last
    """

    players: list[Player] = field(default_factory=list)
    data: dict[Player, TrainingData] = field(default_factory=dict)
    to_show: Player | None = None
    notice: str = ""
    current: Player | None = None
    stays_with_its_data: bool = False
    offered: Origin | None = None

    def data_to_train_on(self, chosen: TrainingData) -> TrainingData:
        """`chosen`, or that of the current run, which goes on with its own."""
        if self.offered not in (None, chosen.origin):
            self.stays_with_its_data = False
        self.offered = chosen.origin
        if self.stays_with_its_data and self.current in self.data:
            return self.data[self.current]
        return chosen

    @property
    def is_full(self) -> bool:
        """True when a run must be removed before another can begin."""
        return len(self.players) >= MAX_RUNS

    @property
    def any_at_work(self) -> bool:
        """True while a thread works on one of them."""
        return any(not player.is_at_rest for player in self.players)

    @property
    def names(self) -> list[str]:
        """A name for each run that says what differs between them."""
        return name_runs([player.run for player in self.players])

    def name_of(self, player: Player) -> str:
        """The name of one of them."""
        return self.names[self.players.index(player)]

    def begin(self, run: Run, data: TrainingData, replacing: Player | None = None) -> Player:
        """Make `run` the current one; the one that it replaces goes."""
        self.pause_all()
        player = Player(run)
        place = self.players.index(replacing) if replacing in self.players else len(self.players)
        self.players[place : place + 1] = [player]
        self.current = player
        self.data[player] = data
        if replacing is not None:
            self.data.pop(replacing, None)
        share_memory([p.run.timeline for p in self.players if p is not player], MOMENTS_BYTES)
        _keep_an_eye_on(self)
        return player

    def remove(self, player: Player) -> None:
        """Forget a run for good."""
        player.pause()
        self.players.remove(player)
        self.data.pop(player, None)
        if self.current is player:
            self.current = self.players[-1] if self.players else None

    def show_again(self, player: Player | None, notice: str) -> NoReturn:
        """Start the page anew with the settings of `player` in its form, and say why."""
        self.to_show, self.notice = player, notice
        st.rerun()
        raise AssertionError("a rerun does not return")

    def make_current(self, player: Player) -> None:
        """Let the buttons act on another of the runs."""
        self.pause_all()
        self.current = player

    def pause_all(self) -> None:
        """Let none of them play."""
        for player in self.players:
            player.stop()
        for player in self.players:
            player.pause()

    def end(self) -> None:
        """Stop and forget all runs: the visitor has gone."""
        self.pause_all()
        self.players.clear()
        self.data.clear()
        self.current = self.to_show = None


def session_runs() -> SessionRuns:
    """Those of this session."""
    return cast(SessionRuns, st.session_state.setdefault("runs", SessionRuns()))


def pause_trainings() -> None:
    """Let none of this session's runs play: the visitor is on another page.

    When they come back, the form shows the current run, whatever the address says then.
    """
    if "runs" in st.session_state:
        runs = session_runs()
        runs.pause_all()
        runs.to_show = runs.current


class _Sweeper:
    """Ends the runs of sessions whose browser has been gone for GRACE_S seconds.

    Streamlit itself keeps a session for minutes after its connection is lost.
    """

    def __init__(self) -> None:
        self._runs: dict[str, SessionRuns] = {}
        self._gone_since: dict[str, float] = {}
        self._lock = threading.Lock()

    def keep(self, session_id: str, runs: SessionRuns) -> None:
        """Look after the runs of one more session."""
        with self._lock:
            is_first = not self._runs
            self._runs[session_id] = runs
        if is_first:
            threading.Thread(target=self._sweep, daemon=True).start()

    def _sweep(self) -> None:
        while self._runs:
            time.sleep(SWEEP_EVERY_S)
            with self._lock:
                gone = [key for key in self._runs if self._is_gone(key)]
                ended = [self._runs.pop(key) for key in gone]
            for runs in ended:
                runs.end()

    def _is_gone(self, session_id: str) -> bool:
        if not runtime_exists() or get_instance().is_active_session(session_id):
            self._gone_since.pop(session_id, None)
            return False
        since = self._gone_since.setdefault(session_id, time.monotonic())
        if time.monotonic() - since < GRACE_S:
            return False
        del self._gone_since[session_id]
        return True


_sweeper = _Sweeper()


def _keep_an_eye_on(runs: SessionRuns) -> None:
    context = get_script_run_ctx()
    if context is not None:
        _sweeper.keep(context.session_id, runs)
