"""What a training has logged: every batch, every look at the test set, every look at the layers."""

import csv
import io
import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mnist_core.training.helps.early_stopping import Patience
from mnist_core.training.trainer import LayerChange, StepResult

MAX_STEPS = 50_000
"""When a run has logged so many batches, every second one is dropped."""
MAX_LAYER_LOOKS = 1_000
MAX_TESTS = 100_000
GREATEST_STEP = 2**53
"""Steps can be counted in floats up to here."""
STEP_COLUMNS = (
    "step", "samples", "loss", "accuracy", "learning_rate", "batch_size", "reconstruction", "kl",
)  # fmt: skip


@dataclass(frozen=True)
class TestResult:
    """The network on the whole test set, in eval mode.

    loss:     mean over all test digits, nats per image
    accuracy: share read right; NaN for a VAE
    reconstruction, kl: the two terms of a VAE's loss; NaN for a classifier
    held_out_loss: mean over the training digits that are held out; NaN where none are
    worked_s: the run's own time at work until then, pauses not counted; no file keeps it, and it
              is NaN of a test that comes from one
    """

    __test__ = False

    step: int
    samples: int
    loss: float
    accuracy: float
    reconstruction: float
    kl: float
    held_out_loss: float = math.nan
    worked_s: float = field(default=math.nan, compare=False, repr=False)


_KEPT_OF_A_TEST = tuple(one.name for one in fields(TestResult) if one.name != "worked_s")


@dataclass(frozen=True)
class LayerLook:
    """What step number `step` did to each layer."""

    step: int
    layers: tuple[LayerChange, ...]


@dataclass
class History:
    """The log of one run, bounded: a long one keeps every second batch, then every fourth, …

    steps: one array for each of STEP_COLUMNS
    held_out: what the looks at held-out digits have shown
    """

    steps: dict[str, "array[float]"] = field(
        default_factory=lambda: {name: array("d") for name in STEP_COLUMNS}
    )
    tests: list[TestResult] = field(default_factory=list)
    looks: list[LayerLook] = field(default_factory=list)
    every: int = 1
    held_out: Patience = field(default_factory=Patience)

    def add_test(self, result: TestResult) -> None:
        """Log a look at the test set and at held-out digits."""
        self.tests.append(result)
        self.held_out = self.held_out.after(result.step, result.held_out_loss)

    def add_step(self, result: StepResult) -> None:
        """Log a batch, and what was seen of its layers."""
        if result.layers:
            self.looks.append(LayerLook(result.step, result.layers))
            if len(self.looks) > MAX_LAYER_LOOKS:
                self.looks = self.looks[::2]
        if result.step % self.every:
            return
        for name, column in self.steps.items():
            column.append(getattr(result, name))
        if len(self.steps["step"]) > MAX_STEPS:
            self.every *= 2
            self.steps = {name: column[1::2] for name, column in self.steps.items()}

    def column(self, name: str) -> NDArray[np.float64]:
        """One of STEP_COLUMNS as an array of its own, float64 (logged batches,)."""
        return np.array(self.steps[name], dtype=np.float64)

    def forget_after(self, step: int) -> None:
        """Drop what was logged later than `step`, for a run that goes back there."""
        kept = int(np.searchsorted(self.column("step"), step, side="right"))
        self.steps = {name: column[:kept] for name, column in self.steps.items()}
        tests, self.tests, self.held_out = self.tests, [], Patience()
        for test in tests:
            if test.step <= step:
                self.add_test(test)
        self.looks = [look for look in self.looks if look.step <= step]

    def state(self) -> dict[str, Tensor]:
        """Everything as float64 tensors, for a file: (columns, steps), (tests, 7), (looks, …)."""
        looks = [
            [look.step, *(v for la in look.layers for v in (la.gradient_norm, la.update_ratio))]
            for look in self.looks
        ]
        tests = [[getattr(test, name) for name in _KEPT_OF_A_TEST] for test in self.tests]
        steps = [list(self.steps[name]) for name in STEP_COLUMNS]
        rows = {"steps": steps, "tests": tests, "looks": looks, "every": [self.every]}
        return {name: torch.tensor(values, dtype=torch.float64) for name, values in rows.items()}

    @classmethod
    def from_state(cls, state: dict[str, Tensor], layers: Sequence[str]) -> "History":
        """What `state` was taken from. layers: their names, in the order of the looks.

        Raises LookupError, TypeError, ValueError or RuntimeError when it is not such a state.
        """
        if state["steps"].ndim != 2:
            raise ValueError("no log of this app is like that")
        _check_rows(state["steps"].T, len(STEP_COLUMNS), MAX_STEPS, counts=2)
        _check_rows(state["tests"], _width_of_tests(state["tests"]), MAX_TESTS, counts=2)
        _check_rows(state["looks"], 1 + 2 * len(layers), MAX_LAYER_LOOKS, counts=1)
        columns = state["steps"].tolist()
        steps = {n: array("d", column) for n, column in zip(STEP_COLUMNS, columns, strict=True)}
        tests = [TestResult(int(r[0]), int(r[1]), *r[2:]) for r in state["tests"].tolist()]
        looks = [_look_from(row, layers) for row in state["looks"].tolist()]
        every = float(state["every"][0])
        if not 1 <= every <= GREATEST_STEP:
            raise ValueError("no spacing")
        log = cls(steps, [], looks, int(every))
        for test in tests:
            log.add_test(test)
        return log

    def to_csv(self) -> str:
        """One line for each logged batch; what was not measured at it is left empty.

        The column `one_batch_in` says of which share of the batches that is: of every one (1), of
        every second (2) once there were more than MAX_STEPS, of every fourth (4), …
        """
        tests = {test.step: test for test in self.tests}
        looks = {look.step: look.layers for look in self.looks}
        layer_names = [change.layer for change in self.looks[0].layers] if self.looks else []
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        titles = [*_TRAINING_TITLES, *_TEST_TITLES, *_layer_titles(layer_names), "one_batch_in"]
        writer.writerow(titles)
        columns = [self.column(name) for name in STEP_COLUMNS]
        rows = {int(row[0]): row for row in zip(*columns, strict=True)}
        for step in sorted(rows.keys() | tests.keys() | looks.keys()):
            row = rows.get(step, (step, *[float("nan")] * (len(STEP_COLUMNS) - 1)))
            cells = [*_written(row), *_test_cells(tests.get(step)), *_look_cells(looks, step)]
            writer.writerow([*cells, self.every])
        return text.getvalue()


def _check_rows(rows: Tensor, width: int, at_most: int, counts: int) -> None:
    """Raises ValueError unless `rows` is empty, or (n ≤ at_most, width) with rising steps first.

    counts: how many of the first columns count something
    """
    if rows.numel() == 0:
        return
    if rows.dtype != torch.float64 or rows.shape[1:] != (width,) or len(rows) > at_most:
        raise ValueError("no log of this app is like that")
    counted = rows[:, :counts]
    can_be = (counted >= 0) & (counted <= GREATEST_STEP)
    if not can_be.all() or not (rows[:, 0].diff() > 0).all():
        raise ValueError("steps rise")


def _width_of_tests(rows: Tensor) -> int:
    """How many numbers each look has: older files have none of held-out digits."""
    known = len(_KEPT_OF_A_TEST)
    return known - 1 if rows.ndim == 2 and rows.shape[1] == known - 1 else known


def _look_from(row: list[float], layers: Sequence[str]) -> LayerLook:
    pairs = zip(row[1::2], row[2::2], strict=True)
    changes = [LayerChange(name, *pair) for name, pair in zip(layers, pairs, strict=True)]
    return LayerLook(int(row[0]), tuple(changes))


_TRAINING_TITLES = (
    "step", "samples", "training_loss", "training_accuracy", "learning_rate", "batch_size",
    "training_reconstruction", "training_kl",
)  # fmt: skip
_TEST_TITLES = ("test_loss", "test_accuracy", "test_reconstruction", "test_kl", "held_out_loss")


def _layer_titles(names: Sequence[str]) -> list[str]:
    return [f"{kind} {name}" for name in names for kind in ("gradient_norm", "update_ratio")]


def _test_cells(test: TestResult | None) -> list[str]:
    if test is None:
        return [""] * len(_TEST_TITLES)
    return _written([test.loss, test.accuracy, test.reconstruction, test.kl, test.held_out_loss])


def _look_cells(looks: dict[int, tuple[LayerChange, ...]], step: int) -> list[str]:
    layers = looks.get(step, ())
    return _written([value for la in layers for value in (la.gradient_norm, la.update_ratio)])


def _written(values: Iterable[float]) -> list[str]:
    """Numbers as text; what is not a number is an empty cell."""
    return ["" if np.isnan(value) else f"{value:.9g}" for value in values]


def smoothed(values: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """The mean of each value and up to window − 1 before it; the same shape."""
    if len(values) == 0 or window <= 1:
        return values
    sums = np.concatenate([[0.0], np.cumsum(values)])
    stops = np.arange(1, len(values) + 1)
    starts = np.maximum(0, stops - window)
    means: NDArray[np.float64] = (sums[stops] - sums[starts]) / (stops - starts)
    return means
