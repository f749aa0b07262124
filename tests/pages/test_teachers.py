"""The lesson plan: its minutes add up, its links open what they promise, its key is computed."""

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.data.mnist import load_mnist
from mnist_core.evaluation.metrics import test_accuracy as share_read_right
from mnist_core.models.registry import READERS
from mnist_core.pictures.own_digits import slashed
from mnist_core.reading import Reading
from mnist_core.words import in_percent
from tests.ui.visitor import change, errors, flip, said, visit
from ui.shared.digit.says import describe
from ui.shared.process import shared_reader
from ui.shared.state import ANSWERS_SHOWN, CHAPTER, LESSON_MINUTES
from ui.teachers import answers
from ui.teachers.plan import LONG, SHORT, STEPS, Step, steps_of


def headings(app: AppTest) -> list[str]:
    return [one.value for one in app.header]


@pytest.mark.parametrize("minutes", [SHORT, LONG])
def test_the_steps_take_as_long_as_the_lesson(minutes: int) -> None:
    assert sum(length for length, _ in steps_of(minutes)) == minutes


def test_the_page_shows_the_chosen_plan_with_its_key_or_without() -> None:
    app = visit("teachers")
    assert len(headings(app)) == len(steps_of(SHORT))
    assert said(app).count("**Answer key:**") == len(steps_of(SHORT))
    assert not errors(app)
    change(app, LESSON_MINUTES.key, LONG)
    assert len(headings(app)) == len(steps_of(LONG)) == len(STEPS)
    flip(app, ANSWERS_SHOWN.key)
    assert "Answer key:" not in said(app)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.title)
def test_each_link_opens_what_the_step_promises(step: Step) -> None:
    app = visit(step.stop.key, **step.asked)
    assert not errors(app)
    assert "The address says" not in said(app)
    assert "left aside" not in said(app)
    for key, text in step.asked.items():
        name = f"chapter_{text}" if key == CHAPTER.key else key
        assert str(app.session_state[name]) in (text, "True")


def test_the_key_says_what_the_networks_say() -> None:
    said_of = [describe(shared_reader(key).read(slashed(0))) for key in READERS]
    assert all(says in answers.who_is_fooled() for says in said_of)
    assert said_of[0] != said_of[1]


def test_the_key_follows_another_network(monkeypatch: pytest.MonkeyPatch) -> None:
    before = answers.what_a_shift_changes(), answers.what_lies_between()
    other = shared_reader("deep_cnn")
    monkeypatch.setattr(answers, "shared_reader", lambda key: other)
    assert (answers.what_a_shift_changes(), answers.what_lies_between()) != before


def test_without_centring_a_digit_in_a_corner_is_not_read() -> None:
    reader = shared_reader("deep_cnn_pen")
    reading: Reading = reader.read(answers.in_the_corner(answers.LESSON_DIGIT))
    assert reading.digit == answers.LESSON_DIGIT
    first = torch.from_numpy(reading.preprocessed.stages[0].image)[None, None]
    chance = reader.probabilities(first)[0, answers.LESSON_DIGIT]
    assert chance < 0.5 < reading.probabilities[answers.LESSON_DIGIT]


def test_a_cell_of_paper_has_no_edge() -> None:
    assert "% of the cells give exactly 0" in answers.where_edges_are()
    assert (
        "add up to 0:" in answers.where_edges_are() or "add up to 0." in answers.where_edges_are()
    )


@pytest.mark.mnist
def test_the_quiz_is_about_the_network_of_its_link() -> None:
    model = shared_reader(answers.QUIZZED).model
    share = in_percent(share_read_right(model, load_mnist("test")))
    assert f"reads {share} right" in answers.which_digits_are_confused()


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.title)
def test_every_answer_is_a_sentence(step: Step) -> None:
    assert step.answer().endswith(".")
