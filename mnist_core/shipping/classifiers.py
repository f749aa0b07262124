"""How the shipped weights are made: train, choose, calibrate, measure, write them with a card."""

import json
import os
import platform
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from tqdm import tqdm

from mnist_core.data.mnist import Digits, data_checksum, load_mnist, split_held_out
from mnist_core.errors import DataUnavailable, MnistLabError
from mnist_core.evaluation.metrics import (
    accuracy,
    mean_cross_entropy,
    predict_logits,
    test_accuracy,
)
from mnist_core.models.build import freeze
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.parts import first_layer
from mnist_core.models.recipes import Precision, Recipe
from mnist_core.models.refusal import Refusal
from mnist_core.models.registry import READERS, build_model
from mnist_core.reading import Reader
from mnist_core.shipping.calibration import (
    REFUSED_DIGITS,
    choose_threshold,
    digit_scores,
    embed_all,
    fit_refusal,
    fit_temperature,
)
from mnist_core.shipping.judging import (
    PLACEMENTS,
    judge_digits,
    judge_dots,
    judge_folder,
    judge_letters,
    judge_scribbles,
)
from mnist_core.shipping.pen_pictures import load_or_draw
from mnist_core.training.objectives import NOT_A_DIGIT
from mnist_core.training.order import Pool
from mnist_core.training.trainer import Trainer
from mnist_core.weights import FIRST_LAYER_DIR, Card, Trained, save_trained

RUNS = Path("runs")
CHECKPOINT = "checkpoint.safetensors"
PEN_PICTURES = RUNS / "pen_pictures.safetensors"
CHOOSE_FROM = 0.6  # the checkpoint is chosen among the epochs after this share of the training
TRADE_OFF_SHARES = (0.002, 0.004, 0.008, 0.015, 0.03, 0.06)
FIRST_LAYER_STEPS = (0, 10, 30, 100, 300, 1000, 3000)
"""After how many steps the first layer is kept, to be looked at."""
REFUSAL_DIGITS = 12_000  # digits of each kind that the refusal is fitted on


@dataclass(frozen=True)
class Material:
    """What a training sees, and what its choices are made on.

    pools:       what the epochs draw from; non-digits among them where the recipe asks for them
    digit_pools: those of the pools that hold digits
    held_out:    digits for choices: MNIST's, and where pens are trained on also pen digits
    non_digits, held_out_non_digits: uint8 (N, 28, 28), for fitting and judging the refusal;
                 None where nothing is refused
    checksums:   SHA-256 of each data set
    """

    pools: list[Pool]
    digit_pools: list[Pool]
    held_out: list[Digits]
    non_digits: Tensor | None
    held_out_non_digits: Tensor | None
    checksums: dict[str, str]


def gather_material(key: str, recipe: Recipe, mnist: Digits) -> Material:
    """Cut the held-out digits off; add pen strokes and non-digits where the recipe asks."""
    kept, held_out = split_held_out(len(mnist), recipe.held_out)
    training = mnist.select(kept)
    digit_pools = [Pool(training.images, training.labels.long(), per_epoch=len(training))]
    judges = [mnist.select(held_out)]
    checksums = {"mnist": data_checksum(mnist.images, mnist.labels)}
    if key not in READERS:
        return Material(digit_pools, digit_pools, judges, None, None, checksums)
    drawn = load_or_draw(PEN_PICTURES)
    pen = Digits(drawn["pen"], drawn["pen_labels"])
    no_digit = torch.full((len(drawn["non_digits"]),), NOT_A_DIGIT)
    if recipe.pen_per_epoch:
        digit_pools.append(Pool(pen.images, pen.labels.long(), recipe.pen_per_epoch))
        judges.append(Digits(drawn["held_out_pen"], drawn["held_out_pen_labels"]))
        checksums["pen pictures"] = data_checksum(pen.images, pen.labels)
    pools = list(digit_pools)
    if recipe.non_digits_per_epoch:
        pools.append(Pool(drawn["non_digits"], no_digit, recipe.non_digits_per_epoch))
    checksums["non-digits"] = data_checksum(drawn["non_digits"])
    return Material(
        pools, digit_pools, judges, drawn["non_digits"], drawn["held_out_non_digits"], checksums
    )


def measure_held_out(trainer: Trainer, held_out: list[Digits]) -> dict[str, float]:
    """Loss (nats) and accuracy of the averaged weights, each averaged over the held-out sets."""
    model = trainer.averaged_model()
    logits = [predict_logits(model, digits.images) for digits in held_out]
    pairs = list(zip(logits, (digits.labels for digits in held_out), strict=True))
    return {
        "held_out_loss": sum(mean_cross_entropy(*pair) for pair in pairs) / len(pairs),
        "held_out_accuracy": sum(accuracy(*pair) for pair in pairs) / len(pairs),
    }


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


def train(trainer: Trainer, material: Material, run: Path) -> list[dict[str, float]]:
    """Train to the end of the recipe, resuming what `run` holds; keep the best epoch's weights.

    Writes `checkpoint`, `best` (safetensors) and `history.json` into `run` after every epoch, and
    the first layer at the moments of FIRST_LAYER_STEPS.
    """
    history: list[dict[str, float]] = []
    run.mkdir(parents=True, exist_ok=True)
    if (run / CHECKPOINT).exists():
        trainer.load(run / CHECKPOINT)
        history = json.loads((run / "history.json").read_text())[: trainer.epochs_done]
    while trainer.epochs_done < trainer.recipe.epochs:
        start = time.perf_counter()
        loss = train_epoch(trainer, run)
        trainer.workers.average_buffers(trainer.averaged_model())
        row = {"epoch": float(trainer.epochs_done), "training_loss": loss}
        row |= measure_held_out(trainer, material.held_out)
        row["elapsed_s"] = time.perf_counter() - start
        if trainer.workers.rank == 0:
            tqdm.write(json.dumps(row))
        eligible = row["epoch"] > CHOOSE_FROM * trainer.recipe.epochs
        best = min((r["held_out_loss"] for r in history if "best" in r), default=float("inf"))
        if eligible and row["held_out_loss"] < best:
            row["best"] = 1.0
        history.append(row)
        if trainer.workers.rank == 0:
            _write_epoch(trainer, history, run)
    return history


def _write_epoch(trainer: Trainer, history: list[dict[str, float]], run: Path) -> None:
    """The checkpoint comes last: what it counts as done is then written."""
    if "best" in history[-1]:
        save_file(_contiguous(trainer.averaged_model().state_dict()), run / "best.safetensors")
    _write_whole(run / "history.json", json.dumps(history, indent=1))
    trainer.save(run / CHECKPOINT)


def _write_whole(path: Path, text: str) -> None:
    """Replace `path` at once, so that a training killed meanwhile leaves the old one or the new."""
    partial = path.with_suffix(".partial")
    partial.write_text(text)
    partial.replace(path)


def keep_first_layer(trainer: Trainer, run: Path) -> None:
    """Write the weights that look at the picture, as they are now, into `run`."""
    weight = first_layer(trainer.model).weight.detach().cpu()
    path = run / f"first_layer_{trainer.step_count:06d}.safetensors"
    save_file({f"{trainer.step_count:06d}": weight.half().contiguous()}, path)


def gather_first_layer(key: str, run: Path) -> Path:
    """The moments that `run` holds in one file beside the weights; returns its path."""
    moments: dict[str, Tensor] = {}
    for path in sorted(run.glob("first_layer_*.safetensors")):
        moments |= load_file(path)
    path = FIRST_LAYER_DIR / f"{key}.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(moments, path)
    return path


def _contiguous(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.cpu().contiguous() for name, value in state.items()}


def calibrate(
    model: FeatureClassifier, material: Material
) -> tuple[Refusal | None, dict[str, Any]]:
    """Fit temperature, refusal and its threshold; returns the refusal and what the card says."""
    held_out = [embed_all(model, digits.images) for digits in material.held_out]
    logits = torch.cat([logits for _, logits in held_out])
    labels = torch.cat([digits.labels for digits in material.held_out])
    says = {
        "held_out_accuracy": accuracy(logits, labels),
        "temperature": fit_temperature(logits, labels),
        "refusal": None,
    }
    if material.non_digits is None or material.held_out_non_digits is None:
        return None, says
    digits = torch.cat([pool.images[:REFUSAL_DIGITS] for pool in material.digit_pools])
    refusal = fit_refusal(embed_all(model, digits), embed_all(model, material.non_digits))
    scores = [digit_scores(refusal, embedded) for embedded in held_out]
    threshold = choose_threshold(scores[-1])
    non_digits = digit_scores(refusal, embed_all(model, material.held_out_non_digits))
    return refusal, says | {
        "refusal": {
            "threshold": threshold,
            "refused_share": REFUSED_DIGITS,
            "chosen_as": "the score under which refused_share of the last held-out set lie",
            "refused_held_out_digits": [float((s < threshold).float().mean()) for s in scores],
            "refused_held_out_non_digits": float((non_digits < threshold).float().mean()),
            "trade_off": trade_off(scores[-1], non_digits),
        },
    }


def trade_off(digits: Tensor, non_digits: Tensor) -> list[dict[str, float]]:
    """What other thresholds would refuse: held-out digits against held-out non-digits."""
    thresholds = [choose_threshold(digits, share) for share in TRADE_OFF_SHARES]
    return [
        {
            "threshold": threshold,
            "refused_digits": float((digits < threshold).float().mean()),
            "refused_non_digits": float((non_digits < threshold).float().mean()),
        }
        for threshold in thresholds
    ]


def measure(trained: Trained) -> dict[str, Any]:
    """Accuracy on MNIST's test set, and on the judge's strokes when they are there."""
    accuracy_on_test = test_accuracy(trained.model, load_mnist("test"))
    print(f"MNIST test accuracy {accuracy_on_test:.4%}")
    try:
        judge_folder()
    except DataUnavailable as error:
        print(f"Not judged on pen strokes: {error}")
        return {"mnist_test_accuracy": accuracy_on_test, "judge": {}}
    reader = {trained.card.key: Reader(trained)}
    verdicts = {place: judge_digits(reader, place) for place in PLACEMENTS}
    if trained.refusal:
        verdicts |= {
            "letters": judge_letters(reader),
            "scribbles": judge_scribbles(reader),
            "dots": judge_dots(reader),
        }
    rows = {name: asdict(verdict[trained.card.key]) for name, verdict in verdicts.items()}
    return {"mnist_test_accuracy": accuracy_on_test, "judge": rows}


def describe_machine(device: str, threads: int) -> str:
    """Processor, threads and torch, for the card."""
    name = torch.cuda.get_device_name() if device.startswith("cuda") else platform.machine()
    return f"{device} ({name}), {threads} of {os.cpu_count()} cores, torch {torch.__version__}"


def finish(key: str, command: str, recipe: Recipe, run: Path, machine: str) -> Card:
    """From the chosen checkpoint in `run` to weights and card: calibrate, measure, write."""
    mnist = load_mnist("train")
    material = gather_material(key, recipe, mnist)
    history = json.loads((run / "history.json").read_text())
    model = build_model(key)
    model.load_state_dict(load_file(run / "best.safetensors"))
    freeze(model)
    refusal, calibrated = calibrate(model, material)
    card: dict[str, Any] = {
        "key": key,
        "command": command,
        "seed": recipe.seed,
        "epochs": recipe.epochs,
        "recipe": asdict(recipe),
        "epoch": max(int(row["epoch"]) for row in history if "best" in row),
        "data": material.checksums,
        "parameter_count": sum(p.numel() for p in model.parameters()),
        "training_s": round(sum(row["elapsed_s"] for row in history)),
        "machine": machine,
        **calibrated,
    }
    unmeasured = Card(**card, file_sha256="", mnist_test_accuracy=0.0, judge={})
    card |= measure(Trained(model, refusal, unmeasured))
    gather_first_layer(key, run)
    return save_trained(model, refusal, card)


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
