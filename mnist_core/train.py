"""`python -m mnist_core.train KEY`: train a network of the registry and write its weights and card."""

import argparse
import json
import shlex
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from tqdm import tqdm

from mnist_core.data import Digits, load_mnist, pixel_statistics, split_held_out
from mnist_core.errors import MnistLabError
from mnist_core.evaluation import accuracy, mean_cross_entropy, predict_logits
from mnist_core.models import MODELS, model_entry
from mnist_core.models.deep_cnn import DeepCNN
from mnist_core.recipes import Recipe
from mnist_core.pen_pictures import load_or_draw
from mnist_core.training import NOT_A_DIGIT, Pool, Trainer

RUNS = Path("runs")
CHOOSE_FROM = 0.6  # the checkpoint is chosen among the epochs after this share of the training


@dataclass(frozen=True)
class Material:
    """What a training sees, and what its choices are made on."""

    pools: list[Pool]
    held_out: list[Digits]


def gather_material(recipe: Recipe, mnist: Digits, run: Path) -> Material:
    """Cut the held-out digits off; add pen strokes and non-digits where the recipe asks for them."""
    kept, held_out = split_held_out(len(mnist), recipe.held_out)
    training = mnist.select(kept)
    pools = [Pool(training.images, training.labels, per_epoch=len(training))]
    judges = [mnist.select(held_out)]
    if recipe.pen_per_epoch:
        drawn = load_or_draw(run / "pen_pictures.safetensors", recipe)
        no_digit = torch.full((len(drawn["non_digits"]),), NOT_A_DIGIT)
        pools += [
            Pool(drawn["pen"], drawn["pen_labels"], recipe.pen_per_epoch),
            Pool(drawn["non_digits"], no_digit, recipe.non_digits_per_epoch),
        ]
        judges.append(Digits(drawn["held_out_pen"], drawn["held_out_pen_labels"]))
    return Material(pools, judges)


def measure_held_out(trainer: Trainer, held_out: list[Digits]) -> dict[str, float]:
    """Loss (nats) and accuracy of the averaged weights, each averaged over the held-out sets."""
    model = trainer.averaged_model()
    logits = [predict_logits(model, digits.images) for digits in held_out]
    pairs = list(zip(logits, (digits.labels for digits in held_out), strict=True))
    return {
        "held_out_loss": sum(mean_cross_entropy(*pair) for pair in pairs) / len(pairs),
        "held_out_accuracy": sum(accuracy(*pair) for pair in pairs) / len(pairs),
    }


def train_epoch(trainer: Trainer) -> float:
    """One epoch with a progress bar; returns the mean training loss in nats."""
    total = 0.0
    steps = range(trainer.steps_per_epoch)
    label = f"epoch {trainer.epochs_done + 1}/{trainer.recipe.epochs}"
    for _ in (bar := tqdm(steps, desc=label, mininterval=2.0)):
        result = trainer.step()
        total += result.loss
        bar.set_postfix(loss=f"{result.loss:.4f}", refresh=False)
    return total / trainer.steps_per_epoch


def train(trainer: Trainer, material: Material, run: Path) -> list[dict[str, float]]:
    """Train to the end of the recipe, resuming what `run` holds; keep the best epoch's weights.

    Writes `checkpoint`, `best` (safetensors) and `history.json` into `run` after every epoch.
    """
    history: list[dict[str, float]] = []
    if (run / "checkpoint.safetensors").exists():
        history = json.loads((run / "history.json").read_text())
        trainer.restore(run / "checkpoint.safetensors")
    while trainer.epochs_done < trainer.recipe.epochs:
        start = time.perf_counter()
        loss = train_epoch(trainer)
        row = {"epoch": float(trainer.epochs_done), "training_loss": loss}
        row |= measure_held_out(trainer, material.held_out)
        row["elapsed_s"] = time.perf_counter() - start
        tqdm.write(json.dumps(row))
        eligible = row["epoch"] > CHOOSE_FROM * trainer.recipe.epochs
        best = min((r["held_out_loss"] for r in history if "best" in r), default=float("inf"))
        if eligible and row["held_out_loss"] < best:
            row["best"] = 1.0
            save_file(_contiguous(trainer.averaged_model().state_dict()), run / "best.safetensors")
        history.append(row)
        trainer.save(run / "checkpoint.safetensors")
        (run / "history.json").write_text(json.dumps(history, indent=1))
    return history


def _contiguous(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.cpu().contiguous() for name, value in state.items()}


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """The command line; see `--help`."""
    parser = argparse.ArgumentParser(prog="python -m mnist_core.train", description=__doc__)
    parser.add_argument("key", choices=list(MODELS), help="which weights to make")
    parser.add_argument("--epochs", type=int, help="instead of the recipe's")
    parser.add_argument("--seed", type=int, help="instead of the recipe's")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default 1)")
    parser.add_argument("--run", type=Path, help="folder for checkpoints (default runs/KEY)")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> None:
    """Train, choose, calibrate, measure, write."""
    options = parse_arguments(arguments)
    torch.set_num_threads(options.threads)
    overrides = {
        k: getattr(options, k) for k in ("epochs", "seed") if getattr(options, k) is not None
    }
    recipe = replace(model_entry(options.key).recipe, **overrides)
    run = options.run or RUNS / options.key
    run.mkdir(parents=True, exist_ok=True)
    mnist = load_mnist("train")
    material = gather_material(recipe, mnist, run)
    torch.manual_seed(recipe.seed)
    model = DeepCNN(*pixel_statistics(mnist.images))
    trainer = Trainer(
        model, material.pools, recipe, options.device, bfloat16=options.precision == "bfloat16"
    )
    history = train(trainer, material, run)
    command = f"python -m mnist_core.train {shlex.join(arguments)}"
    print(command, asdict(recipe), len(history), load_file(run / "best.safetensors").keys())


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except MnistLabError as error:
        sys.exit(f"{error}")
