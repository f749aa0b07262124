"""The lesson on activations and initialisation, as a visitor without a browser sees it."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.experiments.deep_stack import STACKED
from mnist_core.layers.initialisation import INITIALISATIONS
from tests.ui.visitor import (
    change,
    charts,
    html,
    html_parts,
    not_here,
    press,
    said,
    subheaders,
    visit,
)


@pytest.fixture
def app() -> AppTest:
    return visit("activations")


def formulas(app: AppTest) -> str:
    return "\n".join(part.value for part in app.latex)


def test_the_page_opens_with_all_its_parts(app: AppTest) -> None:
    assert subheaders(app) == [
        "One function and its slope",
        "Softmax: from ten sums to ten probabilities",
        "A deep stack",
        "The same layer again and again: eigenvalues",
        "All weights equal",
        "Try this",
    ]
    assert len(charts(app)) == 3
    assert said(app).count("*You should see:*") == 3
    assert "It does not" in said(app), "PyTorch does not begin with Xavier's rule"


@pytest.mark.parametrize("title", ["Tanh", "ReLU", "Leaky ReLU", "ELU", "Maxout"])
def test_each_function_has_its_curve_and_its_formula(app: AppTest, title: str) -> None:
    before, drawn = formulas(app), charts(app)[0]
    change(app, "Activation function", title)
    assert formulas(app) != before
    assert charts(app)[0] != drawn
    assert f"With {title}, " in said(app)


def test_the_slider_says_value_and_slope(app: AppTest) -> None:
    change(app, "z", 0.0)
    assert "$f(0.0) = 0.5000$ and $f'(0.0) = 0.2500$" in said(app)
    change(change(app, "Activation function", "Leaky ReLU"), "z", -2.0)
    change(app, "a, the slope below 0", 0.2)
    assert "$f(-2.0) = -0.4000$ and $f'(-2.0) = 0.2000$" in said(app)
    change(change(app, "Activation function", "Maxout"), "w₁", -1.0)
    assert "$f(-2.0) = 2.0000$ and $f'(-2.0) = -1.0000$" in said(app)


def test_softmax_follows_the_temperature_and_ignores_what_is_added_to_all(app: AppTest) -> None:
    def bars() -> str:
        return next(part for part in html_parts(app) if "probability-bars" in part)

    before, listed = bars(), said(app)
    change(app, "Add to all ten logits", 20)
    assert bars() == before
    assert said(app) != listed
    change(app, "Temperature T", 10.0)
    assert bars() != before


def test_the_stack_says_what_vanishes_and_what_explodes(app: AppTest) -> None:
    assert "the gradient vanishes" in said(app)
    change(app, "Depth (layers)", 50)
    assert "the computer cannot tell the digits apart at all" in said(app)
    change(app, "Activation between the layers", "ReLU")
    change(app, "Initialisation", "He")
    assert "the gradient keeps its size" in said(app)
    change(app, "Initialisation", "Too large (1)")
    assert "the gradient explodes" in said(app)
    assert "not a number" in said(app)
    change(app, "Initialisation", "All equal")
    assert "All units of the last layer say the same" in said(app)


@pytest.mark.parametrize("start", [rule.title for rule in INITIALISATIONS.values()])
@pytest.mark.parametrize("depth", ["1", "50"])
def test_the_softmax_stack_opens_from_a_link_at_any_depth(depth: str, start: str) -> None:
    app = visit("activations", stack_depth=depth, stack_activation="Softmax", stack_start=start)
    assert "On the way back, the gradient" in said(app)
    assert STACKED["softmax"] == "Softmax"


def test_other_weights_are_drawn_when_asked(app: AppTest) -> None:
    before = charts(app)[1]
    press(app, "Draw other weights")
    assert charts(app)[1] != before


def test_eigenvalues_are_raised_to_the_power(app: AppTest) -> None:
    change(change(change(app, "λ₁", 0.5), "λ₂", -1.5), "t, how often", 2)
    assert "= **0.25**" in said(app)
    assert "= **2.25**" in said(app)
    assert "0.250" in formulas(app)
    change(app, "A complex pair (turns)", True)
    assert "no direction stays where it is" in said(app)
    change(change(app, "|λ|, the size of both", 1.5), "t, how often", 50)
    assert "far outside" in html(app)


def test_the_eigenvalues_of_a_layer_follow_its_rule(app: AppTest) -> None:
    def largest() -> float:
        return float(re.findall(r"Largest \|λ\|: <b>([\d.]+)</b>", html(app))[0])

    assert largest() == pytest.approx(1, rel=0.1)
    change(app, "Weights of the layer", "He")
    assert largest() == pytest.approx(1.414, rel=0.1)


def test_equal_units_stay_equal_at_every_step(app: AppTest) -> None:
    assert "different units: <b>1</b> of 16" in html(app)
    assert "greatest difference: <b>0</b>" in html(app)
    assert "different units: <b>16</b> of 16" in html(app)
    before = html(app)
    change(app, "Steps of training", 20)
    assert "After 20 steps the loss is" in said(app)
    assert html(app) != before
    assert "different units: <b>1</b> of 16" in html(app)


@pytest.mark.usefixtures("without_mnist")
def test_it_works_without_mnist() -> None:
    app = visit("activations", stack_activation="ReLU")
    assert "**The digit:** " in said(app)
    assert "test digit" not in said(app)
    assert len(charts(app)) == 3


def test_without_the_networks_weights_it_says_so_and_shows_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ui.activations.softmax.shared_reader", not_here)
    monkeypatch.setattr("ui.activations.curves.shared_reader", not_here)
    app = visit("activations")
    assert "The weights of mlp are not here" in said(app)
    assert "The weights of convnet are not here" in said(app)
    assert len(charts(app)) == 3
