"""`python -m mnist_core.shipping.studies.ten_seeds`: the course's MLP with ten seeds, measured.

Ten trainings on one thread, each for as many epochs as the course prints figures of.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import torch

from mnist_core.data.mnist import Digits, load_mnist
from mnist_core.evaluation.published import PUBLISHED_EPOCHS, TEN_SEEDS, TenSeeds
from mnist_core.files import write_whole
from mnist_core.models.registry import architecture
from mnist_core.shipping.classifiers import describe_machine
from mnist_core.training.history import TestResult
from mnist_core.training.run import Run

COMMAND = "python -m mnist_core.shipping.studies.ten_seeds"
SEEDS = 10


def results_at_epoch_ends(
    key: str, epochs: int, seed: int, train: Digits, test: Digits
) -> list[TestResult]:
    """The test results after each epoch of the published recipe, trained with `seed`."""
    run = Run(key, replace(architecture(key).source_recipe, seed=seed), train, test)
    run.test_every = run.trainer.steps_per_epoch
    for _ in range(epochs):
        run.advance_epoch()
    return run.history.tests


def measure_seeds(seeds: Sequence[int], train: Digits, test: Digits) -> TenSeeds:
    """Train the MLP with each of `seeds`."""
    epochs = PUBLISHED_EPOCHS
    each = [results_at_epoch_ends("mlp", epochs, seed, train, test) for seed in seeds]
    return TenSeeds(
        COMMAND,
        describe_machine("cpu", torch.get_num_threads()),
        tuple(seeds),
        tuple(tuple(tests[epoch].loss for tests in each) for epoch in range(epochs)),
        tuple(tuple(tests[epoch].accuracy for tests in each) for epoch in range(epochs)),
    )


def write_seeds(measured: TenSeeds, path: Path = TEN_SEEDS) -> None:
    """Replace what was measured before."""
    write_whole(path, (json.dumps(asdict(measured), indent=1) + "\n").encode())


if __name__ == "__main__":
    torch.set_num_threads(1)
    write_seeds(measure_seeds(range(SEEDS), load_mnist("train"), load_mnist("test")))
