"""A class teaches a network its handwriting: mistakes on other hands, before and after."""

import time
from dataclasses import dataclass

import numpy as np
import torch

from benchmarks.report import Found, Row, found
from mnist_core.classroom.digits import ClassDigits
from mnist_core.classroom.teach import (
    Split,
    fine_tuning,
    some_of,
    split_writers,
    tuned,
)
from mnist_core.data.mnist import load_mnist
from mnist_core.evaluation.metrics import test_accuracy
from mnist_core.pictures.preprocessing import canvas_to_mnist
from mnist_core.pictures.strokes import CANVAS_PX, draw_strokes, fit_strokes
from mnist_core.shipping.pen_pictures import pen_strokes
from mnist_core.weights import load_trained
from mnist_core.words import in_percent
from ui.shared.state import MNIST_SHARE

SEEDS = range(5)
EACH = 2
"""Of each of the ten digits, from each writer who teaches: 20 in all."""
PATH_PX, BRUSH_PX = 200.0, 20.0
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


def pen_class() -> tuple[ClassDigits, torch.Tensor]:
    """All pen digits as if a class had handed them in, and which of its kind each is, from 0."""
    strokes, random = pen_strokes(), np.random.default_rng(0)
    images, nth, order = [], [], random.permutation(len(strokes.labels))
    had: dict[tuple[int, int], int] = {}
    for index in order:
        points = np.concatenate(strokes.characters[index])
        extent = np.ptp(points, axis=0)
        corner = (CANVAS_PX - extent / max(float(extent.max()), 1e-6) * PATH_PX) / 2
        fitted = fit_strokes(strokes.characters[index], PATH_PX, (corner[0], corner[1]))
        image_01 = canvas_to_mnist(draw_strokes(fitted, BRUSH_PX)).image[0, 0]
        images.append((image_01 * 255).round().to(torch.uint8))
        kind = (int(strokes.writers[index]), int(strokes.labels[index]))
        nth.append(had.get(kind, 0))
        had[kind] = nth[-1] + 1
    labels, writers = (torch.from_numpy(a[order]) for a in (strokes.labels, strokes.writers))
    ones = torch.ones(len(order), dtype=torch.bool)
    ids = torch.arange(1, len(order) + 1)
    digits = ClassDigits(ids, torch.stack(images), labels.to(torch.uint8), writers, ones)
    return digits, torch.tensor(nth)


def outcome_of(digits: ClassDigits, nth: torch.Tensor, seed: int) -> Outcome:
    """Teach one split of the writers, and judge."""
    shipped, split = load_trained("deep_cnn"), split_writers(digits.writers, seed)
    judged = digits.select(split.judged).digits
    few = Split(split.taught & (nth < EACH), split.judged & (nth < EACH))
    start = time.process_time()
    run = fine_tuning(
        shipped, digits, few, mnist=some_of(load_mnist("train")),
        mnist_share=MNIST_SHARE.default / 100, seed=seed,
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
