import math

import pytest

from mnist_core.data.origin import Origin, origin_of
from mnist_core.training.challenge import GOAL, best_accuracy, finish_of, ranking, takes_part
from mnist_core.training.history import TestResult
from mnist_core.training.run import Run, Stretch
from mnist_core.training.run_file import open_run, pack_run
from tests.core.trainings import barred_digits, quick_recipe

TRAIN, TEST = barred_digits(40, seed=1), barred_digits(20, seed=2)
MNIST = origin_of("mnist", TRAIN, TEST)


def run_on(origin: Origin | None = MNIST, key: str = "softmax_regression") -> Run:
    return Run(key, quick_recipe(key), TRAIN, TEST, origin=origin)


def looks(*seen: tuple[float, float]) -> list[TestResult]:
    """One after every tenth step. seen: accuracy and time at work of each."""
    return [
        TestResult(10 * n, 80 * n, 1.0, accuracy, math.nan, math.nan, worked_s=worked_s)
        for n, (accuracy, worked_s) in enumerate(seen, start=1)
    ]


def test_the_clock_stops_at_the_first_look_that_finds_the_goal_reached() -> None:
    run = run_on()
    tests = looks((0.98, 5.0), (GOAL, 9.5), (0.985, 12.0), (0.995, 20.0))
    finish = finish_of(run, tests)
    assert finish is not None
    assert (finish.run, finish.seconds, finish.samples, finish.accuracy) == (run, 9.5, 160, GOAL)
    assert finish_of(run, tests[:1]) is None
    assert finish_of(run, []) is None


def test_the_best_look_counts_not_the_last() -> None:
    assert best_accuracy(looks((0.5, 1.0), (0.9, 2.0), (0.8, 3.0))) == 0.9
    assert best_accuracy([]) is None


def test_the_fastest_leads_and_who_has_not_finished_is_not_ranked() -> None:
    slow, fast, unfinished = run_on(), run_on(), run_on()
    found = ranking(
        [
            (slow, looks((0.98, 1.0), (0.992, 30.0))),
            (unfinished, looks((0.9899, 2.0))),
            (fast, looks((0.991, 12.0))),
        ]
    )
    assert [one.run for one in found] == [fast, slow]


@pytest.mark.parametrize("kind", ["files", "generated"])
def test_only_mnist_s_digits_count(kind: str) -> None:
    other = origin_of(kind, TRAIN, TEST)  # type: ignore[arg-type]
    assert takes_part(run_on())
    assert not takes_part(run_on(other))
    assert not takes_part(run_on(None))
    changed = run_on()
    changed.stretches.append(Stretch(5, other))
    assert not takes_part(changed)
    assert ranking([(changed, looks((1.0, 1.0)))]) == []


def test_a_vae_and_a_network_tested_on_a_sample_take_no_part() -> None:
    assert not takes_part(run_on(key="vae"))
    run = run_on()
    run.is_tested_on_a_sample = True
    assert not takes_part(run)


def test_a_training_that_a_file_brought_takes_no_part() -> None:
    run = run_on()
    run.advance_epoch()
    assert takes_part(run)
    back = open_run(pack_run(run), "mine.safetensors", TRAIN, TEST, origin=MNIST)
    assert not takes_part(back)
