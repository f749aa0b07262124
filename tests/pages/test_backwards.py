"""The lesson on the message that goes back, as a visitor without a browser sees it."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.inside.learning.deltas import backwards, messages
from mnist_core.pictures.own_digits import own_digit
from mnist_core.weights import load_trained
from mnist_core.words import power_of_ten
from tests.ui.visitor import change, html_parts, said, visit
from ui.backwards.questions import ANSWERS

OWN = {"digit_from": "Drawn by the program", "own_digit": "5"}


@pytest.fixture
def app() -> AppTest:
    return visit("backwards", **OWN)


def test_a_number_is_its_sum_and_what_autograd_says(app: AppTest) -> None:
    found = backwards(load_trained("mlp").model, own_digit(5), 3)
    change(app, "The right answer is", 3)
    change(app, "Read on", "numbers")
    for layer in range(3):
        unit = int(found.layers[layer].delta.abs().argmax())
        change(app, "Layer", layer)
        change(app, "Unit", unit)
        both = re.search(r"rules: \*\*(\S+)\*\*\. PyTorch's autograd: \*\*(\S+)\*\*", said(app))
        assert both is not None
        ours, theirs = (float(one.replace("−", "-")) for one in both.groups())
        assert ours == pytest.approx(theirs, rel=1e-6)
        assert ours == pytest.approx(float(found.layers[layer].delta[unit]), rel=1e-6)


def test_each_right_answer_has_its_loss(app: AppTest) -> None:
    change(app, "Read on", "idea")
    for label in (0, 5):
        found = backwards(load_trained("mlp").model, own_digit(5), label)
        assert f"| {found.loss:.3g} |" in said(app)


def test_the_message_of_another_network_is_shown_layer_by_layer(app: AppTest) -> None:
    change(app, "Read on", "experts")
    change(app, "Message through", "convnet")
    label = int(load_trained("mlp").model(own_digit(5)).topk(2).indices[0, 1])
    bars = next(part for part in html_parts(app) if "Size of the message" in part)
    for one in messages(load_trained("convnet").model, own_digit(5), label):
        assert f"{one.title}: {power_of_ten(one.per_unit)}" in bars


@pytest.mark.parametrize("answer", [-2, -1, 7])
def test_the_prediction_is_answered_from_the_message(app: AppTest, answer: int) -> None:
    change(app, "The right answer is", answer)
    change(app, "Your guess", 0)
    guessed = next(part for part in html_parts(app) if "guessed" in part and "<span" in part)
    assert f"{ANSWERS[1]} ✓" in guessed
