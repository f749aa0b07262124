"""The shipped preset of the 99 % challenge: how long it trains until its clock stops."""

import statistics
from dataclasses import replace
from multiprocessing import get_context

import torch

from benchmarks.report import Found, Row, found, least_row
from mnist_core.data.mnist import load_mnist
from mnist_core.data.origin import origin_of
from mnist_core.models.presets import CHALLENGER, NINETY_NINE_KEY, preset_of
from mnist_core.models.registry import architecture
from mnist_core.training.challenge import GOAL, best_accuracy, finish_of
from mnist_core.training.precision import faster_precision
from mnist_core.training.run import Run
from mnist_core.words import in_percent, spaced

SEEDS = range(10)
WITHIN_S, AT_LEAST = 60.0, 9
SAYS = """
The preset was chosen on the last 10 000 training digits, after training on the others; here it is
trained on all of them and looks at the test digits, as in the page, on one thread. The seconds are
the run's own, looks included, and depend on the machine; how many digits it takes does not.
"""

Outcome = tuple[float | None, int, float, str]
"""Seconds (None where the clock did not stop), digits trained on, best share read, arithmetic."""


def outcome_of_seed(seed: int) -> Outcome:
    """Train until the clock stops, or to the end of the recipe, in a process of its own."""
    torch.set_num_threads(1)  # as the app does
    train, test = load_mnist("train"), load_mnist("test")
    preset = preset_of(CHALLENGER, NINETY_NINE_KEY)
    precision = faster_precision(CHALLENGER, preset.recipe)
    recipe = replace(preset.recipe, seed=seed, precision=precision)
    run = Run(CHALLENGER, recipe, train, test, origin=origin_of("mnist", train, test))
    finish = None
    while not run.is_done and finish is None:
        run.work()
        finish = finish_of(run, run.history.tests)
    best = best_accuracy(run.history.tests) or 0.0
    return finish.seconds if finish else None, run.progress.samples, best, precision


def measure_challenge() -> Found:
    """One seed after the other, since the clock is the wall's."""
    with get_context("spawn").Pool(1, maxtasksperchild=1) as elsewhere:
        outcomes = elsewhere.map(outcome_of_seed, SEEDS, 1)
    return found(rows_of(outcomes), SAYS)


def rows_of(outcomes: list[Outcome]) -> list[Row]:
    """One for each seed, and how many of them were in time."""
    title = architecture(CHALLENGER).title
    rows = []
    for seed, (seconds, samples, best, precision) in zip(SEEDS, outcomes, strict=False):
        reached = "not reached" if seconds is None else f"{seconds:.1f} s"
        says = f"{reached}, {spaced(samples)} digits, {in_percent(best)} ({precision})"
        rows.append(Row(f"{title}, seed {seed}: {GOAL:.0%} of the test digits", says))
    times = [seconds for seconds, *_ in outcomes if seconds is not None]
    if times:
        rows.append(Row("median of those that reached it", f"{statistics.median(times):.1f} s"))
    in_time = sum(seconds <= WITHIN_S for seconds in times)
    what = f"of {len(outcomes)} seeds, those that reached it within {WITHIN_S:.0f} s"
    return [*rows, least_row(what, in_time, AT_LEAST)]
