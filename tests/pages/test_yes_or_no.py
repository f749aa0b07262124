"""The page on yes and no as its visitor finds it."""

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.data.mnist import Digits
from mnist_core.experiments.regression.softmax import rivals
from mnist_core.latent.generate import generate_digits
from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import load_reader
from tests.ui.visitor import (
    all_but,
    change,
    errors,
    html_parts,
    picture,
    run_with,
    said,
    sent,
    visit,
)
from ui.shared import process
from ui.shared.state import OWN
from ui.yes_or_no import digits, questions
from ui.yes_or_no.figure import START
from ui.yes_or_no.ten import NETWORK

DIVIDED = "1,0,1;2,0,1;-1,0,0;-2,0,0"


def guessed(app: AppTest) -> str:
    return [part for part in html_parts(app) if "guessed" in part and "<span" in part][-1]


def test_the_figure_gets_what_the_address_says() -> None:
    app = visit("yes_or_no", kinds=DIVIDED, inputs="1", yes_loss="squared_error", yes_steps="3")
    shown = sent(app, "yes_plot")
    assert shown["points"] == [[1, 0, 1], [2, 0, 1], [-1, 0, 0], [-2, 0, 0]]
    assert (shown["inputs"], shown["loss"], shown["steps"]) == (1, "squared_error", 3)
    assert "the address" not in said(app).lower()
    (warning,) = visit("yes_or_no", kinds="9,9,1;0,0,0").warning
    assert "`kinds=9,9,1;0,0,0`" in warning.value


def test_the_faster_loss_is_found_on_the_points_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    app = change(visit("yes_or_no"), "guess_yes_faster", 1)
    assert "Binary cross-entropy ✓" in guessed(app)
    assert app.session_state["yes_loss"] == "squared_error"
    monkeypatch.setattr(questions, "STEPS", 0)
    change(app, "Steps", 5)
    assert "both leave equally many ✓" in guessed(app)


def test_the_pull_of_a_sure_mistake_is_computed() -> None:
    app = change(visit("yes_or_no", chapter="numbers"), "guess_yes_slope", 0)
    assert "less than a hundredth ✓" in guessed(app)


def test_the_neuron_is_written_out_with_both_losses() -> None:
    app = visit("yes_or_no", kinds=DIVIDED, inputs="1", yes_steps="0", chapter="numbers")
    assert said(app).count("4 of 4 points on the wrong side") == 2
    assert f"w = ({START[0]:.2f}), b = 0.00".replace("-", "−") in said(app)
    change(app, "Steps", 100)
    assert "**Binary cross-entropy**, after 100 steps: 0 of 4 points" in said(app)
    assert "border at x = " in said(app)


def test_one_digit_is_told_from_the_others_better_than_by_always_saying_no() -> None:
    train, test = generate_digits(3000, 1), generate_digits(1000, 2)
    judge = digits.judge_of(3, train, test)
    assert judge.right > judge.always_no + 0.02
    assert judge.always_no == pytest.approx(float((test.labels != 3).double().mean()))
    says = judge.neuron.score(test.images.flatten(1).double() / 255) > 0
    assert judge.found == float(says[test.labels == 3].double().mean()) > 0.5


@pytest.mark.usefixtures("without_mnist")
def test_the_page_says_how_good_it_is_without_mnist_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def few() -> Digits:
        labels = torch.arange(100, dtype=torch.uint8) % 10
        return Digits(torch.zeros(100, 28, 28, dtype=torch.uint8), labels)

    monkeypatch.setattr(digits, "shared_generated_training", few)
    monkeypatch.setattr(digits, "EXAMPLES", 100)
    app = visit("yes_or_no", chapter="experts")
    assert "Of the generated digits, **90.0 %** get the right answer" in said(app)
    assert "always saying no would be right for 90.0 %" in said(app)


def test_ten_neurons_follow_the_digit() -> None:
    app = visit("yes_or_no", chapter="experts", digit_from=OWN, own_digit="0")
    model = load_reader(NETWORK).model
    for digit in (0, 3):
        run_with(app, own_digit=digit)
        scores = model(own_digit(digit))[0].detach().double()
        found = rivals(scores)
        shown = picture(app, "ten_weights")
        assert f"<b>{found.first} ◀</b>" in shown
        assert shown.count("◀") == shown.count("outline:") == 1
        for score in scores.tolist():
            assert f"z {score:+.1f}<br>".replace("-", "−") in shown
        assert f"Here {found.first} and {found.second} lead" in said(app)
        assert said(app).count(f"**{found.by_shares:.4f}**") == 2


def test_the_right_answer_decides_which_weights_are_pulled() -> None:
    app = visit("yes_or_no", chapter="experts", digit_from=OWN, own_digit="3")
    for answer in (8, 3):
        change(app, "The right answer is", answer)
        assert f"If the right answer is {answer}, the loss" in said(app)
        shown = picture(app, "ten_slopes")
        assert f"<b>{answer} ✓</b><br>y = 1<br>" in shown
        assert shown.count("y = 0") == 9
    assert visit("yes_or_no", right_answer="8").session_state["chapter"] == "experts"


def test_without_its_weights_the_page_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "load_reader", all_but(NETWORK, process.load_reader))
    app = visit("yes_or_no", chapter="experts")
    assert errors(app) == [f"The weights of {NETWORK} are not here."]
    assert "one valley only" in said(app)
