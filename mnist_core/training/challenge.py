"""The 99 % challenge: how long a run trains until it reads 99 % of the test digits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mnist_core.training.history import TestResult
from mnist_core.training.run import Run

GOAL = 0.99


@dataclass(frozen=True)
class Finish:
    """The first look at the test digits at which a run read at least GOAL of them.

    seconds:  the run's own time at work until then, looks at the test digits included, pauses not
    samples:  pictures it was trained on until then
    accuracy: share of the test digits read right
    """

    run: Run
    seconds: float
    samples: int
    accuracy: float


def takes_part(run: Run) -> bool:
    """True for a network that reads MNIST's digits, trained on nothing else, tested on all.

    One that a file brought takes no part: nobody knows how long it was trained.
    """
    on_mnist = all(
        stretch.origin is not None and stretch.origin.kind == "mnist" for stretch in run.stretches
    )
    return run.is_timed and on_mnist and run.recipe.loss != "vae" and not run.is_tested_on_a_sample


def best_accuracy(tests: Iterable[TestResult]) -> float | None:
    """The greatest share that was read right so far; None before the first look."""
    return max((test.accuracy for test in tests), default=None)


def finish_of(run: Run, tests: Sequence[TestResult]) -> Finish | None:
    """Where the clock of `run` stopped; None while it runs.

    tests: its looks at the test digits, in their order
    """
    first = next((test for test in tests if test.accuracy >= GOAL), None)
    if first is None:
        return None
    return Finish(run, first.worked_s, first.samples, first.accuracy)


def ranking(runs: Iterable[tuple[Run, Sequence[TestResult]]]) -> list[Finish]:
    """Those runs that take part and have finished, the fastest first."""
    finishes = [finish_of(run, tests) for run, tests in runs if takes_part(run)]
    return sorted((one for one in finishes if one), key=lambda one: one.seconds)
