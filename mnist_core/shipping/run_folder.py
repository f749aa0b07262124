"""A training that is kept in a folder: claimed for one recipe, and resumed where it broke off."""

import json
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor
from tqdm import tqdm

from mnist_core.errors import MnistLabError, TrainingDiverged, TrainingStopped
from mnist_core.files import pack_tensors, write_whole
from mnist_core.models.parts import first_layer, sees_whole_picture
from mnist_core.models.recipes import Precision, Recipe
from mnist_core.training.distributed import ALONE, Workers
from mnist_core.training.last_good import LastGood, is_finite
from mnist_core.training.trainer import Trainer, changing_state, write_state
from mnist_core.words import spaced

CHECKPOINT = "checkpoint.safetensors"
HISTORY = "history.json"
EPOCH_SO_FAR = "epoch_so_far"
SAVE_EVERY_S = 45.0
"""So that a minute is never over, with the step in hand, before a training is saved again."""
FIRST_LAYER_STEPS = (0, 10, 30, 100, 300, 1000, 3000)
"""After how many steps the first layer is kept, to be looked at."""

Row = dict[str, float]
"""What is noted of an epoch; `training_loss` is in nats, `elapsed_s` counts its measures too."""


class Saves:
    """When a training is to be written to its folder, and when it is to end.

    is_stopping: somebody pressed Ctrl-C
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """clock: seconds."""
        self._clock, self._last = clock, clock()
        self.is_stopping = False

    @property
    def are_due(self) -> bool:
        """True SAVE_EVERY_S after the last one, and when the training is to end."""
        return self.is_stopping or self._clock() - self._last >= SAVE_EVERY_S

    def note(self) -> None:
        """It was just written."""
        self._last = self._clock()

    @contextmanager
    def heed_ctrl_c(self, workers: Workers = ALONE) -> Iterator[None]:
        """Let the first Ctrl-C end the training after the work in hand, a second one at once.

        Several processes, which wait for each other, end at once at the first.
        """
        if workers.count > 1:
            yield
            return
        before = signal.getsignal(signal.SIGINT)

        def stop_soon(*_: object) -> None:
            self.is_stopping = True
            signal.signal(signal.SIGINT, before)

        signal.signal(signal.SIGINT, stop_soon)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


@dataclass
class EpochSoFar:
    """What the row of an epoch is made from.

    losses:  sum over its steps, in nats
    worked_s: seconds of work before `since`, which is a moment of time.perf_counter
    """

    losses: float = 0.0
    worked_s: float = 0.0
    since: float = field(default_factory=time.perf_counter)

    @property
    def elapsed_s(self) -> float:
        """Seconds of work."""
        return self.worked_s + time.perf_counter() - self.since

    def state(self) -> dict[str, Tensor]:
        """To be written beside the trainer's state."""
        return {EPOCH_SO_FAR: torch.tensor([self.losses, self.elapsed_s], dtype=torch.float64)}

    @classmethod
    def from_state(cls, state: Mapping[str, Tensor]) -> "EpochSoFar":
        """Where it broke off; a new one where nothing says so."""
        return cls(*state[EPOCH_SO_FAR].tolist()) if EPOCH_SO_FAR in state else cls()


def train_epochs(
    trainer: Trainer,
    run: Path,
    judge: Callable[[list[Row]], Row] = lambda history: {},
    *,
    clock: Callable[[], float] = time.monotonic,
) -> list[Row]:
    """Train to the end of the recipe, resuming what `run` holds; returns a row for each epoch.

    judge: what else to note of the epoch that was just trained, given the rows before it
    clock: seconds, by which it is saved
    Writes a checkpoint into `run` at least every minute, the history after every epoch, and the
    first layer at the moments of FIRST_LAYER_STEPS. Raises TrainingStopped after Ctrl-C, and
    TrainingDiverged; then the checkpoint is the last that one can go on from.
    """
    history: list[Row] = []
    so_far = EpochSoFar()
    run.mkdir(parents=True, exist_ok=True)
    if (run / CHECKPOINT).exists():
        state = load_file(run / CHECKPOINT)
        trainer.restore(state)
        so_far = EpochSoFar.from_state(state)
        history = read_history(run)[: trainer.epochs_done] if (run / HISTORY).exists() else []
    saves = Saves(clock)
    with saves.heed_ctrl_c(trainer.workers):
        while trainer.epochs_done < trainer.recipe.epochs:
            loss = train_epoch(trainer, run, saves, so_far)
            trainer.workers.average_buffers(trainer.averaged_model())
            row = {"epoch": float(trainer.epochs_done), "training_loss": loss, **judge(history)}
            row["elapsed_s"] = so_far.elapsed_s
            so_far = EpochSoFar()
            history.append(row)
            if trainer.workers.rank == 0:
                tqdm.write(json.dumps(row))
                write_history(run, history)
                trainer.save(run / CHECKPOINT)  # last: what it counts as done is written
                saves.note()
    if saves.is_stopping:
        raise TrainingStopped("Stopped after the last epoch: the same command goes on from there.")
    return history


def write_history(run: Path, history: list[Row]) -> None:
    """Replace the rows that `run` holds."""
    write_whole(run / HISTORY, json.dumps(history, indent=1).encode())


def read_history(run: Path) -> list[Row]:
    """The rows that `run` holds."""
    rows: list[Row] = json.loads((run / HISTORY).read_text())
    return rows


def train_epoch(trainer: Trainer, run: Path, saves: Saves, so_far: EpochSoFar) -> float:
    """What is left of an epoch, with a progress bar; returns its mean training loss in nats.

    so_far: of this epoch, and is carried on
    """
    silent = trainer.workers.rank > 0
    label = f"epoch {trainer.epochs_done + 1}/{trainer.recipe.epochs}"
    total, left = trainer.steps_per_epoch, trainer.order.steps_left(trainer.batch_size)
    keeps = not silent and sees_whole_picture(trainer.model)
    good = LastGood(trainer, lambda: trainer.live_state() | so_far.state())
    with tqdm(
        total=total, initial=total - left, desc=label, mininterval=2.0, disable=silent
    ) as bar:
        for _ in range(left):
            if saves.are_due and not silent:
                _save(trainer, run, saves, so_far)
            if keeps and trainer.step_count in FIRST_LAYER_STEPS:
                keep_first_layer(trainer, run)
            try:
                result = trainer.step()
            except TrainingDiverged as error:
                if not silent:
                    write_state(run / CHECKPOINT, good.state)
                    if not (run / HISTORY).exists():
                        write_history(run, [])
                raise TrainingDiverged(f"{error} {kept_after(good.state, run)}") from error
            so_far.losses += result.loss
            good.after_step()
            bar.update()
            bar.set_postfix(loss=f"{result.loss:.4f}", refresh=False)
    return so_far.losses / total


def _save(trainer: Trainer, run: Path, saves: Saves, so_far: EpochSoFar) -> None:
    """Write the checkpoint, if one can go on from it. Raises TrainingStopped after Ctrl-C."""
    if is_finite(changing_state(trainer.model)):
        write_state(run / CHECKPOINT, trainer.state() | so_far.state())
    saves.note()
    if saves.is_stopping:
        raise TrainingStopped(stopped_in(trainer))


def stopped_in(trainer: Trainer) -> str:
    """Where a training stands that somebody ended, and how it goes on."""
    epochs = trainer.recipe.epochs
    return (
        f"Stopped in epoch {min(trainer.epochs_done + 1, epochs)} of {epochs}, after "
        f"{spaced(trainer.step_count)} batches: the same command goes on from there."
    )


def kept_after(state: Mapping[str, Tensor], run: Path) -> str:
    """What is left of a training that diverged."""
    return (
        f"The last good weights, of {spaced(int(state['step_count']))} batches, and the history "
        f"are in {run}."
    )


def keep_first_layer(trainer: Trainer, run: Path) -> None:
    """Write the weights that look at the picture, as they are now, into `run`."""
    step = f"{trainer.step_count:06d}"
    weight = first_layer(trainer.model).weight.half()
    write_whole(run / f"first_layer_{step}.safetensors", pack_tensors({step: weight}))


def claim_run(run: Path, recipe: Recipe, checkpoint: str = CHECKPOINT) -> None:
    """Note in `run` how it is trained; raises MnistLabError when it was begun with other settings.

    Else a card could name settings that its weights were not trained with. The number of epochs
    may change where no schedule depends on it.
    """
    note, settings = run / "recipe.json", asdict(recipe)
    begun = (run / checkpoint).exists() and note.exists()
    if begun and _what_counts(json.loads(note.read_text())) != _what_counts(settings):
        raise MnistLabError(
            f"{run} holds a training with other settings. Delete it, or name another folder "
            "with --folder."
        )
    run.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps(settings, indent=2))


def noted_precision(run: Path) -> Precision | None:
    """The arithmetic of the training that `run` holds, None when it holds none."""
    note = run / "recipe.json"
    found: Precision | None = json.loads(note.read_text())["precision"] if note.exists() else None
    return found


def _what_counts(settings: dict[str, Any]) -> dict[str, Any]:
    """Those settings that a training must keep when it goes on."""
    free = {"epochs"} if settings.get("schedule") == "constant" else set()
    return {name: value for name, value in settings.items() if name not in free}
