"""How the shipped weights are made: train, choose, calibrate, measure, write them with a card."""

import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from mnist_core.data.mnist import Digits, data_checksum, load_mnist, split_held_out
from mnist_core.errors import DataUnavailable
from mnist_core.evaluation.metrics import (
    accuracy,
    mean_cross_entropy,
    predict_logits,
    test_accuracy,
)
from mnist_core.files import pack_tensors, write_whole
from mnist_core.models.build import freeze
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.parts import sees_whole_picture
from mnist_core.models.recipes import Recipe
from mnist_core.models.refusal import Refusal
from mnist_core.models.registry import READERS, build_model
from mnist_core.reading import Reader
from mnist_core.shipping.calibration import (
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
from mnist_core.shipping.run_folder import Row, read_history, train_epochs
from mnist_core.training.objectives import NOT_A_DIGIT
from mnist_core.training.order import Pool
from mnist_core.training.trainer import Trainer
from mnist_core.weights import FIRST_LAYER_DIR, Card, Trained, save_trained

RUNS = Path("runs")
BEST = "best.safetensors"
PEN_PICTURES = RUNS / "pen_pictures.safetensors"
NAMES = {"pen": "pen pictures", "low_resolution": "uploads of 8×8 cells"}
CHOOSE_FROM = 0.6  # the checkpoint is chosen among the epochs after this share of the training
TRADE_OFF_SHARES = (0.002, 0.004, 0.008, 0.015, 0.03, 0.06)
REFUSAL_DIGITS = 12_000  # digits of each kind that the refusal is fitted on


@dataclass(frozen=True)
class Material:
    """What a training sees, and what its choices are made on.

    pools:       what the epochs draw from; non-digits among them where the recipe asks for them
    digit_pools: those of the pools that hold digits
    held_out:    digits for choices: MNIST's, and where such are trained on also coarse uploads
                 and pen digits, these last
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
    drawn = load_or_draw(PEN_PICTURES, training, judges[0])
    no_digit = torch.full((len(drawn["non_digits"]),), NOT_A_DIGIT)
    for name, per_epoch in {
        "low_resolution": recipe.low_resolution_per_epoch,
        "pen": recipe.pen_per_epoch,
    }.items():
        if per_epoch:
            seen = Digits(drawn[name], drawn[f"{name}_labels"])
            digit_pools.append(Pool(seen.images, seen.labels.long(), per_epoch))
            judges.append(Digits(drawn[f"held_out_{name}"], drawn[f"held_out_{name}_labels"]))
            checksums[NAMES[name]] = data_checksum(seen.images, seen.labels)
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


def train(trainer: Trainer, material: Material, run: Path) -> list[Row]:
    """`train_epochs`, with the held-out figures in each row; keeps the best epoch's weights.

    Writes `best.safetensors` into `run`, and marks its row, whenever an epoch is the best so far
    of those among which the checkpoint is chosen.
    """

    def judge(history: list[Row]) -> Row:
        row = measure_held_out(trainer, material.held_out)
        eligible = trainer.epochs_done > CHOOSE_FROM * trainer.recipe.epochs
        best = min((r["held_out_loss"] for r in history if "best" in r), default=float("inf"))
        if not (eligible and row["held_out_loss"] < best):
            return row
        if trainer.workers.rank == 0:
            write_whole(run / BEST, pack_tensors(trainer.averaged_model().state_dict()))
        return row | {"best": 1.0}

    return train_epochs(trainer, run, judge)


def gather_first_layer(key: str, run: Path) -> Path:
    """The moments that `run` holds in one file beside the weights; returns its path."""
    moments: dict[str, Tensor] = {}
    for path in sorted(run.glob("first_layer_*.safetensors")):
        moments |= load_file(path)
    path = FIRST_LAYER_DIR / f"{key}.safetensors"
    write_whole(path, pack_tensors(moments))
    return path


def calibrate(
    model: FeatureClassifier, material: Material, refused_share: float
) -> tuple[Refusal | None, dict[str, Any]]:
    """Fit temperature, refusal and its threshold; returns the refusal and what the card says.

    refused_share: see Recipe
    """
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
    threshold = choose_threshold(scores[-1], refused_share)
    non_digits = digit_scores(refusal, embed_all(model, material.held_out_non_digits))
    return refusal, says | {
        "refusal": {
            "threshold": threshold,
            "refused_share": refused_share,
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
    history = read_history(run)
    model = build_model(key)
    model.load_state_dict(load_file(run / BEST))
    freeze(model)
    refusal, calibrated = calibrate(model, material, recipe.refused_share)
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
    if sees_whole_picture(model):
        gather_first_layer(key, run)
    return save_trained(model, refusal, card)
