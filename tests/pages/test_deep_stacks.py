"""The lesson on deep stacks, as a visitor without a browser sees it."""

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
    press,
    said,
    subheaders,
    visit,
    widget,
)


@pytest.fixture
def app() -> AppTest:
    return visit("deep_stacks")


def guessed(app: AppTest) -> str:
    """The answers to the last question that has been guessed, with their marks."""
    return [part for part in html_parts(app) if "guessed" in part and "<span" in part][-1]


def formulas(app: AppTest) -> str:
    return "\n".join(part.value for part in app.latex)


def test_each_part_of_the_lesson_stands_in_one_of_its_chapters(app: AppTest) -> None:
    parts = {
        "idea": ["All weights equal"],
        "numbers": [
            "How the weights begin",
            "The same layer again and again: eigenvalues",
            "Why equal units stay equal",
        ],
        "experts": ["The eigenvalues of a layer"],
    }
    for chapter, headings in parts.items():
        change(app, "Read on", chapter)
        assert subheaders(app) == headings
    assert "It does not" in said(app), "PyTorch does not begin with Xavier's rule"


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
    app = visit("deep_stacks", stack_depth=depth, stack_activation="Softmax", stack_start=start)
    assert "On the way back, the gradient" in said(app)
    assert STACKED["softmax"] == "Softmax"


def test_other_weights_are_drawn_when_asked(app: AppTest) -> None:
    change(app, "Read on", "numbers")
    before, table = charts(app)[0], html(app)
    press(app, "Draw other weights")
    assert charts(app)[0] != before
    assert html(app) != table


def test_the_width_of_a_folded_chapter_is_that_of_the_stack() -> None:
    usual, narrow = (
        charts(visit("deep_stacks", chapter="idea", **asked))[0]
        for asked in ({}, {"stack_width": "20"})
    )
    assert narrow != usual


def test_eigenvalues_are_raised_to_the_power(app: AppTest) -> None:
    change(app, "Read on", "numbers")
    change(change(change(app, "λ₁", 0.5), "λ₂", -1.5), "t, how often", 2)
    assert "= **0.25**" in said(app)
    assert "= **2.25**" in said(app)
    assert "0.250" in formulas(app)
    change(app, "A complex pair (turns)", True)
    assert "no direction stays where it is" in said(app)
    change(change(app, "|λ|, the size of both", 1.5), "t, how often", 50)
    assert "far outside" in html(app)


def test_the_eigenvalues_of_a_layer_follow_its_rule(app: AppTest) -> None:
    change(app, "Read on", "experts")

    def largest() -> float:
        return float(re.findall(r"Largest \|λ\|: <b>([\d.]+)</b>", html(app))[0])

    assert largest() == pytest.approx(1, rel=0.1)
    change(app, "Weights of the layer", "He")
    assert largest() == pytest.approx(1.414, rel=0.1)


def test_equal_units_stay_equal_at_every_step(app: AppTest) -> None:
    change(app, "Read on", "idea")
    assert "different units: <b>1</b> of 16" in html(app)
    assert "greatest difference: <b>0</b>" in html(app)
    assert "different units: <b>16</b> of 16" in html(app)
    before = html(app)
    change(app, "Steps of training", 20)
    assert "After 20 steps the loss is" in said(app)
    assert html(app) != before
    assert "different units: <b>1</b> of 16" in html(app)


def test_what_is_left_of_the_gradient_is_measured_on_the_digit(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(app, "guess_gradient_left", 0)
    assert "less than 10⁻³⁰ ✓" in guessed(app)
    assert "about a tenth ✗" in guessed(app)
    assert "Each layer multiplies it by about 0.14" in said(app)
    assert "10⁻⁴²" in said(app)
    assert widget(app, "Depth (layers)").value == 50
    monkeypatch.setattr("ui.deep_stacks.questions.DEEPEST", 2)
    change(app, "guess_gradient_left", 2)
    assert "about a tenth ✓" in guessed(app)


def test_which_rule_keeps_the_gradient_is_measured(app: AppTest) -> None:
    change(app, "Read on", "numbers")
    change(app, "guess_keeps_gradient", 1)
    assert "He ✓" in guessed(app)
    assert "Xavier ✗" in guessed(app)
    kept = re.findall(r"multiplies it by: .*?: (.*?), .*?: (.*?), .*?: (.*?)\.$", said(app), re.M)
    assert [float(one) for one in kept[0]] == pytest.approx([0.4, 0.7, 1.0], abs=0.03)
    assert "the gradient keeps its size" in said(app)


def test_how_many_digits_equal_weights_read_is_counted(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(app, "Read on", "idea")
    change(app, "Steps of training", 20)
    change(app, "guess_equal_reads", 2)
    assert "at most five ✓" in guessed(app)
    assert "It reads 2 of 10, and its loss never falls under 1.6" in said(app)
    assert "the random one reads 10" in said(app)
    assert "After 100 steps the loss is" in said(app)
    monkeypatch.setattr("ui.deep_stacks.questions.right_of_ten", lambda weights: 7)
    change(app, "guess_equal_reads", 0)
    assert "six to nine ✓" in guessed(app)


@pytest.mark.usefixtures("without_mnist")
def test_it_works_without_mnist() -> None:
    app = visit("deep_stacks", stack_activation="ReLU")
    assert "**The digit:** " in said(app)
    assert "test digit" not in said(app)
    assert len(charts(app)) == 1
