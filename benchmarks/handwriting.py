"""A class teaches a network its handwriting: mistakes on other hands, before and after."""

import time
from dataclasses import dataclass

import torch

from benchmarks.report import Found, Row, found
from mnist_core.classroom.digits import ClassDigits
from mnist_core.classroom.teach import USUAL_MNIST_SHARE, fine_tuning, some_of, split_writers, tuned
from mnist_core.data.mnist import load_mnist
from mnist_core.evaluation.metrics import test_accuracy
from mnist_core.shipping.pen_class import few_of, pen_class
from mnist_core.weights import load_trained
from mnist_core.words import in_percent

SEEDS = range(5)
MNIST_AT_LEAST, WITHIN_S = 0.994, 60.0
SAYS = """
The writers are the 30 of the pen digits that may be trained on, drawn as a canvas shows them; 20
of them teach `deep_cnn`, which has seen MNIST alone, with 20 digits each, and all digits of the
other ten judge. The seconds are of the processor, on one thread.
"""


@dataclass(frozen=True)
class Outcome:
    """Of one split. before, after: digits not read right of `judged`; mnist: share read."""

    judged: int
    before: int
    after: int
    mnist: float
    processor_s: float


def outcome_of(digits: ClassDigits, nth: torch.Tensor, seed: int) -> Outcome:
    """Teach one split of the writers, and judge."""
    shipped, split = load_trained("deep_cnn"), split_writers(digits.writers, seed)
    judged = digits.select(split.judged).digits
    start = time.process_time()
    run = fine_tuning(
        shipped, digits, few_of(split, nth), mnist=some_of(load_mnist("train")),
        mnist_share=USUAL_MNIST_SHARE, seed=seed,
    )  # fmt: skip
    while not run.is_done:
        run.work()
    processor_s = time.process_time() - start
    model = tuned(run)
    before, after = (
        round((1 - test_accuracy(network, judged)) * len(judged))
        for network in (shipped.model, model)
    )
    mnist = test_accuracy(model, load_mnist("test"))
    return Outcome(len(judged), before, after, mnist, processor_s)


def measure_handwriting() -> Found:
    """One split after the other. Raises DataUnavailable without MNIST or the pen strokes."""
    torch.set_num_threads(1)
    digits, nth = pen_class()
    return found([row_of(seed, outcome_of(digits, nth, seed)) for seed in SEEDS], SAYS)


def row_of(seed: int, outcome: Outcome) -> Row:
    """Its figures beside their bars."""
    holds = (
        2 * outcome.after <= outcome.before
        and outcome.mnist >= MNIST_AT_LEAST
        and outcome.processor_s <= WITHIN_S
    )
    return Row(
        f"split {seed}: {outcome.judged} digits of ten writers who taught nothing",
        f"{outcome.before} mistakes → {outcome.after}; MNIST {in_percent(outcome.mnist)}; "
        f"{outcome.processor_s:.0f} s",
        f"half the mistakes; ≥ {in_percent(MNIST_AT_LEAST)}; ≤ {WITHIN_S:g} s",
        holds,
    )
