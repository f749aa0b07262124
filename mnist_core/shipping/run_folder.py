"""A training that is kept in a folder: claimed for one recipe, and resumed where it broke off."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tqdm import tqdm

from mnist_core.errors import MnistLabError
from mnist_core.files import pack_tensors, write_whole
from mnist_core.models.parts import first_layer
from mnist_core.models.recipes import Precision, Recipe
from mnist_core.training.trainer import Trainer

CHECKPOINT = "checkpoint.safetensors"
HISTORY = "history.json"
FIRST_LAYER_STEPS = (0, 10, 30, 100, 300, 1000, 3000)
"""After how many steps the first layer is kept, to be looked at."""

Row = dict[str, float]
"""What is noted of an epoch; `training_loss` is in nats, `elapsed_s` counts its measures too."""


def train_epochs(
    trainer: Trainer, run: Path, judge: Callable[[list[Row]], Row] = lambda history: {}
) -> list[Row]:
    """Train to the end of the recipe, resuming what `run` holds; returns a row for each epoch.

    judge: what else to note of the epoch that was just trained, given the rows before it
    Writes checkpoint and history into `run` after every epoch, and the first layer at the moments
    of FIRST_LAYER_STEPS.
    """
    history: list[Row] = []
    run.mkdir(parents=True, exist_ok=True)
    if (run / CHECKPOINT).exists():
        trainer.load(run / CHECKPOINT)
        history = read_history(run)[: trainer.epochs_done]
    while trainer.epochs_done < trainer.recipe.epochs:
        start = time.perf_counter()
        loss = train_epoch(trainer, run)
        trainer.workers.average_buffers(trainer.averaged_model())
        row = {"epoch": float(trainer.epochs_done), "training_loss": loss, **judge(history)}
        row["elapsed_s"] = time.perf_counter() - start
        history.append(row)
        if trainer.workers.rank == 0:
            tqdm.write(json.dumps(row))
            write_history(run, history)
            trainer.save(run / CHECKPOINT)  # last: what it counts as done is written
    return history


def write_history(run: Path, history: list[Row]) -> None:
    """Replace the rows that `run` holds."""
    write_whole(run / HISTORY, json.dumps(history, indent=1).encode())


def read_history(run: Path) -> list[Row]:
    """The rows that `run` holds."""
    rows: list[Row] = json.loads((run / HISTORY).read_text())
    return rows


def train_epoch(trainer: Trainer, run: Path) -> float:
    """One epoch with a progress bar; returns the mean training loss in nats."""
    total = 0.0
    steps = range(trainer.steps_per_epoch)
    label = f"epoch {trainer.epochs_done + 1}/{trainer.recipe.epochs}"
    silent = trainer.workers.rank > 0
    for _ in (bar := tqdm(steps, desc=label, mininterval=2.0, disable=silent)):
        if trainer.step_count in FIRST_LAYER_STEPS and not silent:
            keep_first_layer(trainer, run)
        result = trainer.step()
        total += result.loss
        bar.set_postfix(loss=f"{result.loss:.4f}", refresh=False)
    return total / trainer.steps_per_epoch


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
