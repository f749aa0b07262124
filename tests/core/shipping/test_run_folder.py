import signal
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file
from torch.testing import assert_close

from mnist_core.errors import TrainingDiverged, TrainingStopped
from mnist_core.shipping import run_folder
from mnist_core.shipping.run_folder import CHECKPOINT, Row, read_history, train_epochs
from mnist_core.training import trainer as trainer_module
from mnist_core.training.trainer import StepResult, Trainer
from tests.core.trainings import barred_digits, new_trainer, quick_recipe, weights_of

KEYS = ["mlp", "deep_cnn", "vae", "cvae"]


def trainer_of(key: str, **changes: Any) -> Trainer:
    """Forty digits in batches of two, for two epochs, averaged as the shipped weights are."""
    recipe = quick_recipe(key, **{"batch_size": 2, "epochs": 2, "ema_decay": 0.9, **changes})
    return new_trainer(key, recipe, barred_digits(40, seed=1))


def untimed(rows: list[Row]) -> list[Row]:
    return [{k: v for k, v in row.items() if k != "elapsed_s"} for row in rows]


class SlowTrainer:
    """Makes every step take ten seconds of `clock`, and calls `before` ahead of each."""

    def __init__(self, patch: pytest.MonkeyPatch, before: Callable[[int], object]) -> None:
        self.now_s, step = 0.0, Trainer.step

        def slow(trainer: Trainer, watch: bool = False) -> StepResult:
            before(trainer.step_count)
            self.now_s += 10
            return step(trainer, watch)

        patch.setattr(Trainer, "step", slow)

    def clock(self) -> float:
        return self.now_s


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("killed_at", [6, 19, 20, 33])
def test_a_training_killed_in_mid_epoch_goes_on_from_its_last_minute(
    key: str, killed_at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    straight = trainer_of(key)
    expected = train_epochs(straight, tmp_path / "straight")

    def killed(step: int) -> None:
        if step == killed_at:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        world = SlowTrainer(patch, killed)
        with pytest.raises(KeyboardInterrupt):
            train_epochs(trainer_of(key), tmp_path / "killed", clock=world.clock)
    resumed = trainer_of(key, seed=9)
    resumed.recipe = straight.recipe
    begun: list[int] = []
    with monkeypatch.context() as patch:
        SlowTrainer(patch, begun.append)
        assert untimed(train_epochs(resumed, tmp_path / "killed")) == untimed(expected)
    assert killed_at - 6 < begun[0] <= killed_at
    assert_close(weights_of(resumed.model), weights_of(straight.model), rtol=0, atol=0)
    ours, theirs = (weights_of(t.averaged_model()) for t in (resumed, straight))
    assert_close(ours, theirs, rtol=0, atol=0)


def test_no_minute_passes_without_a_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments, write = [0.0], run_folder.write_state

    def noted(path: Path, state: dict[str, Any]) -> None:
        moments.append(world.now_s)
        write(path, state)

    for module in (run_folder, trainer_module):
        monkeypatch.setattr(module, "write_state", noted)
    world = SlowTrainer(monkeypatch, lambda _: None)
    train_epochs(trainer_of("mlp"), tmp_path, clock=world.clock)
    assert len(moments) > 6
    assert max(later - earlier for earlier, later in pairwise(moments)) <= 60


@pytest.mark.parametrize("key", ["mlp", "vae"])
def test_a_training_that_diverges_in_its_first_epoch_keeps_its_last_good_weights(
    key: str, tmp_path: Path
) -> None:
    trainer = trainer_of(key, optimizer="sgd", learning_rate=1e4)
    with pytest.raises(TrainingDiverged) as end:
        train_epochs(trainer, tmp_path)
    kept = load_file(tmp_path / CHECKPOINT)
    done = int(kept["step_count"])
    said = f"The last good weights, of {done} batches, and the history are in {tmp_path}."
    assert str(end.value).endswith(f"A lower learning rate helps. {said}")
    weights = {name: value for name, value in kept.items() if name.startswith("model.")}
    assert weights
    assert all(value.isfinite().all() for value in weights.values())
    assert read_history(tmp_path) == []


def test_a_training_that_diverges_later_keeps_the_epochs_before(tmp_path: Path) -> None:
    history = train_epochs(trainer_of("mlp", epochs=1, learning_rate=0.01), tmp_path)
    trainer = trainer_of("mlp", learning_rate=0.01)
    step = trainer.step

    def doomed(watch: bool = False) -> StepResult:
        trainer.learning_rate = 1e5
        return step(watch)

    trainer.step = doomed  # type: ignore[method-assign]
    with pytest.raises(TrainingDiverged):
        train_epochs(trainer, tmp_path)
    assert read_history(tmp_path) == history
    kept = load_file(tmp_path / CHECKPOINT)
    assert int(kept["step_count"]) >= 20
    good = trainer_of("mlp", learning_rate=0.01)
    good.load(tmp_path / CHECKPOINT)
    assert all(value.isfinite().all() for value in weights_of(good.model).values())


@pytest.mark.parametrize(
    ("stopped_at", "said"),
    [
        (7, "Stopped in epoch 1 of 2, after 8 batches: the same command goes on from there."),
        (19, "Stopped in epoch 2 of 2, after 20 batches: the same command goes on from there."),
        (39, "Stopped after the last epoch: the same command goes on from there."),
    ],
)
def test_ctrl_c_ends_it_after_the_step_in_hand_and_it_goes_on(
    stopped_at: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    straight = trainer_of("mlp")
    expected = train_epochs(straight, tmp_path / "straight")

    def press(step: int) -> None:
        if step == stopped_at:
            signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patch:
        SlowTrainer(patch, press)
        with pytest.raises(TrainingStopped) as end:
            train_epochs(trainer_of("mlp"), tmp_path / "stopped")
    assert str(end.value) == said
    resumed = trainer_of("mlp")
    assert untimed(train_epochs(resumed, tmp_path / "stopped")) == untimed(expected)
    assert_close(weights_of(resumed.model), weights_of(straight.model), rtol=0, atol=0)


def test_a_checkpoint_without_the_epoch_so_far_begins_that_epoch_s_row(tmp_path: Path) -> None:
    first = trainer_of("mlp", epochs=1)
    history = train_epochs(first, tmp_path)
    first.save(tmp_path / CHECKPOINT)
    rows = train_epochs(trainer_of("mlp"), tmp_path)
    assert rows[0] == history[0]
    expected = train_epochs(trainer_of("mlp"), tmp_path / "straight")
    assert untimed(rows) == untimed(expected)
