"""The lesson on activation functions, as a visitor without a browser sees it."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.experiments.activation_curves import share_asleep
from mnist_core.inside.trace import first_sums
from mnist_core.layers.activations import ACTIVATIONS, softmax
from mnist_core.pictures.own_digits import own_digit
from mnist_core.weights import load_trained
from mnist_core.words import percent
from tests.ui.visitor import change, charts, html_parts, not_here, run, said, subheaders, visit


@pytest.fixture
def app() -> AppTest:
    return visit("activation_functions", digit_from="Drawn by the program", own_digit="3")


def formulas(app: AppTest) -> str:
    return "\n".join(part.value for part in app.latex)


def plainly_said(app: AppTest) -> str:
    """Without the marks of glosses."""
    return re.sub("<[^>]+>", "", said(app))


def guessed(app: AppTest) -> str:
    """The answers to the last question that has been guessed, with their marks."""
    return [part for part in html_parts(app) if "guessed" in part and "<span" in part][-1]


@pytest.mark.parametrize("title", ["Tanh", "ReLU", "Leaky ReLU", "ELU", "Maxout"])
def test_each_function_has_its_curve_and_its_formula(app: AppTest, title: str) -> None:
    change(app, "Read on", "numbers")
    before, drawn = formulas(app), charts(app)[0]
    change(app, "Activation function", title)
    assert formulas(app) != before
    assert charts(app)[0] != drawn
    assert f"With {title}, " in plainly_said(app)


def test_the_slider_says_value_and_slope(app: AppTest) -> None:
    change(app, "z", 0.0)
    assert "$f(0.0) = 0.5000$ and $f'(0.0) = 0.2500$" in said(app)
    change(app, "Read on", "numbers")
    change(change(app, "Activation function", "Leaky ReLU"), "z", -2.0)
    change(app, "a, the slope below 0", 0.2)
    assert "$f(-2.0) = -0.4000$ and $f'(-2.0) = 0.2000$" in said(app)
    change(change(app, "Activation function", "Maxout"), "w₁", -1.0)
    assert "$f(-2.0) = 2.0000$ and $f'(-2.0) = -1.0000$" in said(app)


def test_a_shape_in_a_folded_chapter_is_that_of_the_curve() -> None:
    asked = {"curve_of": "leaky_relu", "leak": "0.2", "curve_at": "-2"}
    for chapter in ("", "idea", "numbers"):
        app = visit("activation_functions", chapter=chapter, **asked)
        assert "$f(-2.0) = -0.4000$ and $f'(-2.0) = 0.2000$" in said(app)


def test_softmax_follows_the_temperature_and_ignores_what_is_added_to_all(app: AppTest) -> None:
    change(app, "Read on", "numbers")
    assert subheaders(app) == ["Softmax: from ten sums to ten probabilities"]

    def bars() -> str:
        return next(part for part in html_parts(app) if "probability-bars" in part)

    before, listed = bars(), said(app)
    change(app, "Add to all ten logits", 20)
    assert bars() == before
    assert said(app) != listed
    change(app, "Temperature T", 10.0)
    assert bars() != before


def test_which_function_sleeps_most_is_counted_on_the_digit(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    sums = first_sums(load_trained("mlp").model, own_digit(3))
    change(app, "guess_asleep", 3)
    assert "ReLU ✓" in guessed(app)
    assert "Leaky ReLU ✗" in guessed(app)
    assert f"ReLU {percent(share_asleep(ACTIVATIONS['relu'], sums))}," in plainly_said(app)
    monkeypatch.setattr("ui.activation_functions.questions.sums_of", lambda image: 0 * sums + 4)
    run(app)
    assert "Tanh ✓" in guessed(app)


def test_what_adding_to_all_logits_changes_is_measured(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(app, "Read on", "numbers")
    change(app, "guess_added_to_logits", 0)
    assert "nothing ✓" in guessed(app)
    assert "the largest one grows ✗" in guessed(app)
    assert app.session_state["softmax_shift"] == 20
    monkeypatch.setattr(
        "ui.activation_functions.questions.softmax",
        lambda z, t: softmax(z * (1 + z.mean() / 99), t),
    )
    run(app)
    assert "the largest one grows ✓" in guessed(app)


@pytest.mark.usefixtures("without_mnist")
def test_it_works_without_mnist() -> None:
    app = visit("activation_functions", curve_of="relu")
    assert "**The digit:** " in said(app)
    assert "test digit" not in said(app)
    assert len(charts(app)) == 1


def test_without_the_networks_weights_it_says_so_and_shows_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ui.activation_functions.softmax.shared_reader", not_here)
    monkeypatch.setattr("ui.activation_functions.curves.shared_reader", not_here)
    app = visit("activation_functions", chapter="numbers")
    assert "The weights of mlp are not here" in said(app)
    assert "The weights of convnet are not here" in said(app)
    assert len(charts(app)) == 1
    change(app, "guess_asleep", 0)
    assert [error.value for error in app.error] == ["The weights of mlp are not here."]
