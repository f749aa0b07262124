"""`python -m mnist_core.train MODEL`: train a network by a recipe, from the command line.

Where the project ships weights of MODEL, its own recipe makes them anew, card and all; every other
recipe writes its weights and its history into a folder under runs/. A training that was broken off
goes on where it was; it is saved at least every minute, and when Ctrl-C ends it.

`torchrun --nproc-per-node N -m mnist_core.train MODEL` trains with N processes, each on its share
of every batch.
"""

import argparse
import json
import shlex
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import get_args

import torch
from tqdm import tqdm

from mnist_core.data.mnist import load_mnist, pixel_statistics
from mnist_core.data.origin import origin_of
from mnist_core.errors import MnistLabError, RecipeUnusable, TrainingDiverged, TrainingStopped
from mnist_core.files import pack_tensors, parse_tensors, read_bounded, write_whole
from mnist_core.models.build import build_network
from mnist_core.models.recipes import OptimizerName, Recipe, ScheduleName, check_recipe
from mnist_core.models.registry import ARCHITECTURES, AUTOENCODERS, MODELS
from mnist_core.shipping.autoencoders import ship_autoencoder
from mnist_core.shipping.classifiers import describe_machine, finish, gather_material, train
from mnist_core.shipping.run_folder import Saves, claim_run, kept_after, noted_precision, stopped_in
from mnist_core.training.distributed import Workers, join_workers, leave_workers
from mnist_core.training.last_good import is_finite
from mnist_core.training.precision import faster_precision
from mnist_core.training.run import Run
from mnist_core.training.run_file import open_run, write_run
from mnist_core.training.trainer import Trainer, changing_state

RUNS = Path("runs")
RUN_FILE = "run.safetensors"
HISTORY_FILE = "history.csv"
FEATURES_FILE = "features.safetensors"
STOPPED = 130
"""The exit code of a program that Ctrl-C ended: 128 and the signal's number."""
FLAGS = (
    "shuffle", "standardise", "softmax_twice", "equal_weights", "rate_far_too_high",
    "random_backbone", "frozen_batch_norm",
)  # fmt: skip
NOT_FOR_SHIPPED = {
    "training_digits", "softmax_twice", "equal_weights", "rate_far_too_high", "random_backbone",
    "frozen_batch_norm", "patience",
}  # fmt: skip
NUMBERS: dict[str, type] = {
    "learning_rate": float, "batch_size": int, "epochs": int, "seed": int,
    "training_digits": int, "weight_decay": float, "beta": float, "clip_norm": float,
    "patience": int, "held_out": int,
}  # fmt: skip


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """The command line; see `--help`."""
    parser = argparse.ArgumentParser(
        prog="python -m mnist_core.train",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("key", choices=sorted(ARCHITECTURES | MODELS), metavar="MODEL",
                        help=", ".join(sorted(ARCHITECTURES | MODELS)))  # fmt: skip
    parser.add_argument(
        "--recipe",
        choices=["shipped", "source"],
        help="that of the shipped weights (the default where there are any), or the source's",
    )
    settings = parser.add_argument_group("settings in place of the recipe's")
    settings.add_argument("--optimizer", choices=get_args(OptimizerName))
    settings.add_argument("--schedule", choices=get_args(ScheduleName))
    settings.add_argument("--precision", choices=["float32", "bfloat16", "auto"],
                          help="auto: whichever is faster on this machine")  # fmt: skip
    for name, kind in NUMBERS.items():
        settings.add_argument(_option(name), type=kind)
    for name in FLAGS:
        settings.add_argument(_option(name), action=argparse.BooleanOptionalAction, default=None)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default 1)")
    parser.add_argument("--folder", type=Path, help="folder for checkpoints (default under runs/)")
    return parser.parse_args(arguments)


def chosen_recipe(options: argparse.Namespace) -> Recipe:
    """The recipe asked for, with the settings given. Raises RecipeUnusable."""
    if is_shipped(options):
        recipe = (MODELS | AUTOENCODERS)[options.key].recipe
    elif options.key in ARCHITECTURES:
        recipe = ARCHITECTURES[options.key].source_recipe
    else:
        raise RecipeUnusable(f"The source has no recipe for {options.key}.")
    names = ["optimizer", "schedule", "precision", *NUMBERS, *FLAGS]
    given = {n: getattr(options, n) for n in names if getattr(options, n) is not None}
    if is_shipped(options) and (useless := given.keys() & NOT_FOR_SHIPPED):
        raise RecipeUnusable(
            f"The recipe of the shipped weights has no use for {_option(min(useless))}: use "
            "--recipe source."
        )
    if given.get("precision") == "auto":
        given["precision"] = noted_precision(run_folder(options)) or faster_precision(
            options.key, recipe, options.device
        )
    return check_recipe(replace(recipe, **given))


def is_shipped(options: argparse.Namespace) -> bool:
    """True when the recipe is that of shipped weights."""
    shipped = options.key in MODELS | AUTOENCODERS
    if options.recipe == "shipped" and not shipped:
        raise RecipeUnusable(f"No weights of {options.key} are shipped: use --recipe source.")
    return options.recipe != "source" and shipped


def run_folder(options: argparse.Namespace) -> Path:
    """Where the training keeps its files."""
    default = options.key if is_shipped(options) else f"{options.key}_source"
    folder: Path = options.folder or RUNS / default
    return folder


def train_shipped(
    options: argparse.Namespace, recipe: Recipe, command: str, workers: Workers
) -> None:
    """Train, choose, calibrate, measure; write weights and card. An autoencoder: see there."""
    run = run_folder(options)
    machine = describe_machine(options.device, options.threads)
    if options.key in AUTOENCODERS:
        claim_run(run, recipe)
        made = ship_autoencoder(
            options.key, command, recipe, run, device=options.device, machine=machine
        )
        print(json.dumps(asdict(made), indent=2))
        return
    mnist = load_mnist("train")
    if workers.rank == 0:
        claim_run(run, recipe)
    material = gather_material(options.key, recipe, mnist)
    architecture = MODELS[options.key].architecture
    model = build_network(architecture, recipe, *pixel_statistics(mnist.images))
    trainer = Trainer(model, material.pools, recipe, device=options.device, workers=workers)
    train(trainer, material, run)
    if workers.rank == 0:
        card = finish(options.key, command, recipe, run, machine)
        print(json.dumps(asdict(card), indent=2))


def train_plainly(options: argparse.Namespace, recipe: Recipe, workers: Workers) -> None:
    """Train epoch by epoch; write the run's file and its history after each, and every minute.

    Raises TrainingStopped after Ctrl-C, and TrainingDiverged; then the folder holds the last good
    weights, and all of the history.
    """
    folder = run_folder(options)
    train_digits, test_digits = load_mnist("train"), load_mnist("test")
    origin = origin_of("mnist", train_digits, test_digits)
    if workers.rank == 0:
        claim_run(folder, recipe, RUN_FILE)
    path, place = folder / RUN_FILE, {
        "origin": origin, "device": options.device, "workers": workers,
    }  # fmt: skip
    if path.exists():
        run = open_run(read_bounded(path), path.name, train_digits, test_digits, **place)
        run.trainer.recipe = recipe
    else:
        run = Run(options.key, recipe, train_digits, test_digits, **place)
    if (kept := folder / FEATURES_FILE).exists():
        run.take_prepared(parse_tensors(read_bounded(kept), kept.name))
    is_first = workers.rank == 0
    saves = Saves()
    with saves.heed_ctrl_c(workers):
        while not run.is_done:
            try:
                train_epoch(run, folder, saves, silent=not is_first)
            except TrainingDiverged as error:
                if is_first:
                    write_history(run, folder)
                    run.go_back()
                    write_run(run, path)
                raise TrainingDiverged(f"{error} {kept_after(run.last_good, folder)}") from error
            if is_first:
                save(run, folder, saves)
                tqdm.write(describe_last_test(run))
    if is_first:
        if run.has_stopped_early:
            print(run.history.held_out.says())
        print(f"{describe_last_test(run)}\nWeights: {path}\nHistory: {folder / HISTORY_FILE}")


def train_epoch(run: Run, folder: Path, saves: Saves, silent: bool) -> None:
    """What is left of an epoch, with a progress bar; saved whenever that is due."""
    only_its_test_is_left = run.is_testing and run.trainer.order.position == 0
    left = 0 if only_its_test_is_left else run.steps_to_epoch_end
    total = run.trainer.steps_per_epoch
    label = f"epoch {run.trainer.epochs_done + bool(left)}/{run.recipe.epochs}"
    with tqdm(
        total=total, initial=total - left, desc=label, mininterval=1.0, disable=silent
    ) as bar:
        last = run.step_count + left
        while (run.step_count < last or run.is_testing) and not run.is_done:
            before, was_preparing = run.step_count, run.is_preparing
            run.work()
            bar.update(run.step_count - before)
            if (share := run.progress.preparing) is not None:
                bar.set_postfix_str(f"preparing {share:.0%}", refresh=False)
            elif len(run.history.steps["loss"]):
                bar.set_postfix(loss=f"{run.history.steps['loss'][-1]:.4f}", refresh=False)
            if silent:
                continue
            if was_preparing and not run.is_preparing:
                write_features(run, folder)
            if saves.are_due:
                save(run, folder, saves)


def save(run: Run, folder: Path, saves: Saves) -> None:
    """Write all that the run needs to go on from here. Raises TrainingStopped after Ctrl-C."""
    write_history(run, folder)
    if run.is_preparing:
        write_features(run, folder)
    if is_finite(changing_state(run.trainer.model)):
        write_run(run, folder / RUN_FILE)  # last: what it counts as done is written
    saves.note()
    if saves.is_stopping and not run.is_done:
        raise TrainingStopped(stopped_in(run.trainer))


def write_history(run: Run, folder: Path) -> None:
    """All that was logged."""
    write_whole(folder / HISTORY_FILE, run.history.to_csv().encode())


def write_features(run: Run, folder: Path) -> None:
    """What the frozen backbone has made of the pictures so far."""
    write_whole(folder / FEATURES_FILE, pack_tensors(run.prepared()))


def describe_last_test(run: Run) -> str:
    """“After 2 epochs: test loss 2.210, accuracy 54.8 %.”"""
    test = run.history.tests[-1]
    text = f"After {run.trainer.epochs_done} epochs: test loss {test.loss:.4f}"
    if test.accuracy == test.accuracy:
        return f"{text}, accuracy {test.accuracy:.2%}."
    return f"{text} nats per image (reconstruction {test.reconstruction:.2f}, KL {test.kl:.2f})."


def main(arguments: list[str]) -> None:
    """Train as the command line says."""
    options = parse_arguments(arguments)
    torch.set_num_threads(options.threads)
    recipe = chosen_recipe(options)
    workers = join_workers()
    try:
        if is_shipped(options):
            command = f"python -m mnist_core.train {shlex.join(arguments)}"
            train_shipped(options, recipe, command, workers)
        else:
            train_plainly(options, recipe, workers)
    finally:
        leave_workers()


def program(arguments: list[str]) -> int:
    """The same as a program: whatever ends it early, it says so in one line; its exit code."""
    try:
        main(arguments)
    except TrainingStopped as stopped:
        print(stopped, file=sys.stderr)
        return STOPPED
    except MnistLabError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped at once: the same command goes on from what was last saved.",
              file=sys.stderr)  # fmt: skip
        return STOPPED
    return 0


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


if __name__ == "__main__":
    sys.exit(program(sys.argv[1:]))
