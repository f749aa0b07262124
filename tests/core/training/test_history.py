import csv
import io
import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from torch import Tensor

from mnist_core.training import history
from mnist_core.training.history import (
    STEP_COLUMNS,
    History,
    LayerLook,
    TestResult,
    smoothed,
)
from mnist_core.training.trainer import LayerChange, StepResult
from tests.core.trainings import quick_run

LAYERS = ["1. Linear 784 → 512", "2. Linear 512 → 10"]


def step_result(step: int, watched: bool = False) -> StepResult:
    layers = tuple(LayerChange(name, float(step + k), step / 1000) for k, name in enumerate(LAYERS))
    return StepResult(
        step, 32 * step, 2.5 / step, step / 1e6, 0.1, 32, math.nan, math.nan,
        layers if watched else (),
    )  # fmt: skip


def result_of_a_test(step: int) -> TestResult:
    return TestResult(step, 32 * step, 2.0 / step, 0.5, math.nan, math.nan)


def history_of(steps: int, watch_every: int = 5, test_every: int = 4) -> History:
    log = History()
    for step in range(1, steps + 1):
        log.add_step(step_result(step, watched=step % watch_every == 0))
        if step % test_every == 0:
            log.add_test(result_of_a_test(step))
    return log


def same(a: History, b: History) -> bool:
    """NaN included."""
    return repr(a) == repr(b)


# What is logged


def test_a_log_holds_every_figure_of_every_batch() -> None:
    log = history_of(12)
    for name in STEP_COLUMNS:
        expected = [getattr(step_result(step), name) for step in range(1, 13)]
        assert_array_equal(log.column(name), np.array(expected, dtype=np.float64))
    assert [test.step for test in log.tests] == [4, 8, 12]
    assert log.looks == [LayerLook(5, step_result(5, True).layers),
                         LayerLook(10, step_result(10, True).layers)]  # fmt: skip


def test_a_column_is_a_copy() -> None:
    log = history_of(3)
    log.column("loss")[0] = 99
    assert log.column("loss")[0] == 2.5


def test_a_long_log_keeps_every_second_batch_then_every_fourth_and_stays_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "MAX_STEPS", 50)
    log = History()
    for step in range(1, 1001):
        log.add_step(step_result(step))
        assert len(log.steps["step"]) <= 50
        kept = log.column("step")
        assert_array_equal(kept, np.arange(log.every, step + 1, log.every))
        assert_array_equal(log.column("samples"), 32 * kept)
    assert log.every == 32


def test_looks_at_the_layers_are_bounded_too_and_stay_evenly_spread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "MAX_LAYER_LOOKS", 20)
    log = History()
    for step in range(1, 301):
        log.add_step(step_result(step, watched=True))
        assert len(log.looks) <= 20
    steps = [look.step for look in log.looks]
    assert steps == sorted(steps)
    assert steps[-1] > 270


def test_a_real_run_s_log_agrees_with_what_its_steps_returned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "MAX_STEPS", 16)
    run, losses = quick_run(), {}
    for _ in range(60):
        result = run.work()
        if isinstance(result, StepResult):
            losses[result.step] = result.loss
    steps = run.history.column("step")
    assert 8 <= len(steps) <= 16
    assert_array_equal(run.history.column("loss"), [losses[int(step)] for step in steps])


# Going back


@given(steps=st.integers(0, 30), last=st.integers(0, 40))
def test_what_was_logged_after_a_step_can_be_forgotten(steps: int, last: int) -> None:
    log, expected = history_of(steps), history_of(min(steps, last))
    log.forget_after(last)
    assert same(log, expected)
    log.add_step(step_result(last + 1))
    assert log.column("step")[-1] == last + 1


def test_a_thinned_log_that_goes_back_keeps_its_spacing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MAX_STEPS", 10)
    log = history_of(25)
    assert log.every == 4
    log.forget_after(13)
    assert_array_equal(log.column("step"), [4, 8, 12])
    for step in range(14, 25):
        log.add_step(step_result(step))
    assert_array_equal(log.column("step"), [4, 8, 12, 16, 20, 24])


# As CSV


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_csv_has_a_line_for_each_batch_that_agrees_with_the_columns() -> None:
    log = history_of(12)
    rows = rows_of(log.to_csv())
    assert [int(row["step"]) for row in rows] == [*range(1, 13)]
    titles = {"loss": "training_loss", "accuracy": "training_accuracy"}
    for name in ("samples", "loss", "accuracy", "learning_rate", "batch_size"):
        values = [float(row[titles.get(name, name)]) for row in rows]
        assert_allclose(values, log.column(name), rtol=1e-8)
    assert {row["training_kl"] for row in rows} == {""}


def test_the_csv_says_of_tests_and_layers_what_was_measured_and_leaves_the_rest_empty() -> None:
    rows = rows_of(history_of(12).to_csv())
    for row in rows:
        step = int(row["step"])
        assert row["test_loss"] == (f"{2.0 / step:.9g}" if step % 4 == 0 else "")
        assert row["test_accuracy"] == ("0.5" if step % 4 == 0 else "")
        assert row["test_kl"] == ""
        norm = row[f"gradient_norm {LAYERS[1]}"] or None
        assert norm == (f"{step + 1}" if step % 5 == 0 else None)


def test_the_csv_has_a_line_for_a_test_whose_batch_was_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "MAX_STEPS", 5)
    log = history_of(7, watch_every=7, test_every=3)
    rows = {int(row["step"]): row for row in rows_of(log.to_csv())}
    assert sorted(rows) == [2, 3, 4, 6, 7]
    assert rows[3]["test_loss"]
    assert rows[3]["training_loss"] == ""
    assert rows[7][f"update_ratio {LAYERS[0]}"] == "0.007"


def test_the_csv_says_when_it_keeps_every_second_batch_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "MAX_STEPS", 5)
    for count, every in ((5, 1), (6, 2), (11, 2), (12, 4)):
        rows = rows_of(history_of(count, watch_every=100, test_every=100).to_csv())
        assert {row["one_batch_in"] for row in rows} == {str(every)}
        assert [int(row["step"]) for row in rows] == [*range(every, count + 1, every)]


def test_the_csv_of_a_run_that_did_nothing_is_its_titles() -> None:
    assert History().to_csv() == (
        "step,samples,training_loss,training_accuracy,learning_rate,batch_size,"
        "training_reconstruction,training_kl,test_loss,test_accuracy,test_reconstruction,test_kl,"
        "held_out_loss,one_batch_in\n"
    )


def test_the_csv_of_a_vae_has_both_terms_of_its_loss() -> None:
    run = quick_run("vae")
    run.advance_epoch()
    rows = rows_of(run.history.to_csv())
    assert len(rows) == 5
    for row in rows:
        terms = float(row["training_reconstruction"]) + float(row["training_kl"])
        assert_allclose(terms, float(row["training_loss"]), rtol=1e-6)
        assert row["training_accuracy"] == ""
    test = run.history.tests[-1]
    assert_allclose(float(rows[-1]["test_kl"]), test.kl, rtol=1e-6)


# As tensors


@given(steps=st.integers(0, 30))
def test_a_log_comes_back_from_its_tensors_as_it_was(steps: int) -> None:
    log = history_of(steps)
    log.every = 2
    state = log.state()
    assert all(value.dtype == torch.float64 for value in state.values())
    assert same(History.from_state(state, LAYERS), log)


HOSTILE: list[tuple[str, Any]] = [
    ("steps", torch.zeros(3)),
    ("steps", torch.zeros(7, 4, dtype=torch.float64)),
    ("steps", torch.zeros(8, 4, dtype=torch.float64)),  # steps that do not rise
    ("steps", torch.full((8, 1), math.nan, dtype=torch.float64)),
    ("steps", torch.full((8, 1), math.inf, dtype=torch.float64)),
    ("steps", torch.full((8, 1), -1.0, dtype=torch.float64)),
    ("steps", torch.ones(8, 1)),
    ("steps", torch.ones(8, 1, dtype=torch.complex128)),
    ("steps", torch.arange(8 * 50_001, dtype=torch.float64).view(8, -1)),
    ("tests", torch.zeros(2, 5, dtype=torch.float64)),
    ("tests", torch.full((1, 7), math.nan, dtype=torch.float64)),
    ("tests", torch.zeros(2, 7, dtype=torch.float64)),
    ("tests", torch.zeros(2, 8, dtype=torch.float64)),
    ("tests", torch.arange(700_007, dtype=torch.float64).view(-1, 7)),
    ("tests", torch.zeros((), dtype=torch.float64)),
    ("looks", torch.zeros(1, 4, dtype=torch.float64)),
    ("looks", torch.zeros(2, 5, dtype=torch.float64)),
    ("looks", torch.arange(5005, dtype=torch.float64).view(-1, 5)),
    ("every", torch.tensor([], dtype=torch.float64)),
    ("every", torch.tensor([0.0])),
    ("every", torch.tensor([-2.0])),
    ("every", torch.tensor([math.nan])),
    ("every", torch.tensor([math.inf])),
    ("every", torch.tensor([1e300], dtype=torch.float64)),
]


@pytest.mark.parametrize(("name", "value"), HOSTILE)
def test_tensors_that_are_no_log_are_refused(name: str, value: Tensor) -> None:
    state = {**history_of(6).state(), name: value}
    with pytest.raises((LookupError, TypeError, ValueError, RuntimeError)):
        History.from_state(state, LAYERS)


def test_a_log_of_a_file_from_before_held_out_digits_comes_back() -> None:
    state = history_of(12).state()
    older = History.from_state({**state, "tests": state["tests"][:, :6]}, LAYERS)
    assert [test.loss for test in older.tests] == [2.0 / step for step in (4, 8, 12)]
    assert all(math.isnan(test.held_out_loss) for test in older.tests)


@pytest.mark.parametrize("name", ["steps", "tests", "looks", "every"])
def test_a_log_of_which_a_part_is_missing_is_refused(name: str) -> None:
    state = history_of(6).state()
    del state[name]
    with pytest.raises(KeyError):
        History.from_state(state, LAYERS)


# For plots


@given(
    values=st.lists(st.floats(-1e3, 1e3), max_size=40), window=st.integers(-1, 50)
)  # fmt: skip
def test_smoothing_is_the_mean_of_a_value_and_those_before_it(
    values: list[float], window: int
) -> None:
    array = np.array(values, dtype=np.float64)
    expected = [
        np.mean(array[max(0, k + 1 - max(1, window)) : k + 1]) for k in range(len(array))
    ]  # fmt: skip
    assert_allclose(smoothed(array, window), expected, atol=1e-9)
