"""The trainings of a session, which end with it."""

import time

import pytest

from mnist_core.data.origin import origin_of
from mnist_core.models.registry import ARCHITECTURES
from mnist_core.training.run import Run
from tests.core.tiny import tiny_digits
from tests.ui.visitor import wait_until
from ui.shared.session import runs as session_runs
from ui.shared.session.data import TrainingData
from ui.shared.session.runs import SessionRuns, _Sweeper


def test_the_session_has_the_runs_that_are_looked_at() -> None:
    runs = SessionRuns()
    assert runs.names == []
    assert runs.players == []


def test_a_session_whose_browser_has_gone_ends_its_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    train, test = tiny_digits(640), tiny_digits(100, seed=1)
    data = TrainingData(train, test, origin_of("mnist", train, test))
    kept = SessionRuns()
    run = Run("mlp", ARCHITECTURES["mlp"].source_recipe, data.train, data.test)
    player = kept.begin(run, data)
    player.play()
    active = True

    class Runtime:
        def is_active_session(self, session_id: str) -> bool:
            return active

    monkeypatch.setattr(session_runs, "runtime_exists", lambda: True)
    monkeypatch.setattr(session_runs, "get_instance", Runtime)
    monkeypatch.setattr(session_runs, "GRACE_S", 0.2)
    monkeypatch.setattr(session_runs, "SWEEP_EVERY_S", 0.05)
    sweeper = _Sweeper()
    sweeper.keep("somebody", kept)
    time.sleep(0.4)
    assert kept.players, "the browser is there"
    assert player.is_playing
    active = False
    wait_until(lambda: not kept.players)
    assert not player.is_playing
