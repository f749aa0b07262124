"""A lesson goes from the first exam through the learning to the last, and can be stopped."""

import time
from collections.abc import Callable

import pytest
import torch

from mnist_core.classroom import teach
from mnist_core.classroom.lesson import SAMPLE, Lesson, Stage, plan_lesson
from mnist_core.classroom.teach import tuned
from mnist_core.errors import TooFew
from mnist_core.evaluation.metrics import accuracy, predict_logits
from mnist_core.evaluation.metrics import test_accuracy as evaluate_all
from mnist_core.training.run import sample_of
from mnist_core.weights import load_trained
from tests.core.classroom.written import written
from tests.core.tiny import tiny_digits


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teach, "PICTURES", 400)


def go_on(lesson: Lesson, until: Stage) -> list[Stage]:
    stages, deadline = [lesson.stage], time.monotonic() + 60
    while lesson.stage is not until:
        assert time.monotonic() < deadline
        lesson.advance(0.02)
        stages += [lesson.stage] if lesson.stage is not stages[-1] else []
        time.sleep(0.01)
    return stages


@pytest.mark.usefixtures("short")
def test_it_measures_learns_and_measures_again() -> None:
    digits, mnist = written(), (tiny_digits(200, 7), tiny_digits(60, 8))
    shipped = load_trained("deep_cnn")
    lesson = plan_lesson(shipped, digits, mnist, 0.5)
    assert lesson.after is lesson.forgotten is None
    stages = go_on(lesson, Stage.DONE)
    assert stages == [Stage.BEFORE, Stage.LEARNING, Stage.AFTER, Stage.DONE]
    judged = digits.select(lesson.split.judged)
    model = tuned(lesson.player.run)
    assert lesson.after is not None
    assert lesson.forgotten is not None
    for exam, network, images, labels in (
        (lesson.before, shipped.model, judged.images, judged.labels),
        (lesson.after, model, judged.images, judged.labels),
        (lesson.forgotten, model, mnist[1].images, mnist[1].labels),
    ):
        assert exam.result.accuracy == accuracy(predict_logits(network, images), labels)
    assert lesson.learnt == 1
    assert lesson.looks[-1].accuracy == pytest.approx(lesson.after.result.accuracy, abs=1e-6)
    assert lesson.mnist_before == shipped.card.mnist_test_accuracy


@pytest.mark.usefixtures("short")
def test_what_it_remembers_is_measured_from_before_it_learns_on() -> None:
    shipped, mnist = load_trained("deep_cnn"), (tiny_digits(200, 7), tiny_digits(400, 8))
    lesson = plan_lesson(shipped, written(), mnist, 0.0)
    go_on(lesson, Stage.DONE)
    sample = sample_of(mnist[1], SAMPLE)
    first, *_, last = lesson.remembered
    assert (first.samples, len(sample)) == (0, SAMPLE)
    assert first.share == evaluate_all(shipped.model, sample)
    assert last.share == evaluate_all(tuned(lesson.player.run), sample)
    assert [glimpse.samples for glimpse in lesson.remembered] == sorted(
        {glimpse.samples for glimpse in lesson.remembered}
    )


def test_it_rests_when_nobody_looks_on() -> None:
    lesson = plan_lesson(load_trained("deep_cnn"), written(), None, 0.0)
    lesson.player.lease_s = 0.2
    go_on(lesson, Stage.LEARNING)
    lesson.advance(0.1)
    wait_until(lambda: lesson.player.is_at_rest)
    assert lesson.stage is Stage.LEARNING
    lesson.advance(0.1)
    assert not lesson.player.is_at_rest
    lesson.stop()


def test_it_learns_what_the_class_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teach, "PICTURES", 2_400)
    lesson = plan_lesson(load_trained("deep_cnn"), written(), None, 0.0)
    go_on(lesson, Stage.DONE)
    assert lesson.after is not None
    assert lesson.forgotten is None
    assert lesson.after.result.accuracy > lesson.before.result.accuracy + 0.3


def test_it_can_be_stopped_within_a_second_and_stays_so() -> None:
    lesson = plan_lesson(load_trained("deep_cnn"), written(), None, 0.0)
    go_on(lesson, Stage.LEARNING)
    lesson.advance(0.1)
    start = time.perf_counter()
    lesson.stop()
    while not lesson.player.is_at_rest:
        time.sleep(0.01)
    assert time.perf_counter() - start < 1
    lesson.advance(0.1)
    assert lesson.stage is Stage.STOPPED
    assert lesson.player.is_at_rest


def test_one_writer_is_too_few() -> None:
    with pytest.raises(TooFew):
        plan_lesson(load_trained("deep_cnn"), written(1, 30), None, 0.0)
    assert torch.is_grad_enabled()
