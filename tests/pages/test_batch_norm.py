"""The lesson on batch normalisation as its visitor finds it."""

import copy
import re

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.reading import load_reader
from tests.ui.visitor import (
    buttons,
    change,
    errors,
    html_parts,
    not_here,
    picture,
    press,
    run,
    said,
    visit,
    widget,
)
from ui.shared.process import shared_reader


def row(app: AppTest, begins: str) -> list[float]:
    """The numbers in a row of one of the page's tables."""
    (line,) = [
        line
        for part in app.markdown
        for line in part.value.splitlines()
        if line.replace("*", "").startswith(f"| {begins}")
    ]
    cells = line.replace("*", "").replace("−", "-").split("|")[2:-1]
    return [float(re.sub(r"[^\d.-]", "", cell)) for cell in cells]


def histograms(app: AppTest) -> list[str]:
    return [part for part in html_parts(app) if "Histogram: " in part]


def test_in_training_the_mean_and_variance_after_it_are_those_of_the_sliders():
    app = visit("batch_norm", chapter="numbers")
    assert row(app, "after it |") == pytest.approx([0, 1], abs=0.002)
    first = histograms(app)[0]
    change(app, "Spread γ", 2.0)
    change(app, "Mean β", 1.0)
    assert row(app, "after it |") == pytest.approx([1, 4], abs=0.005)
    assert histograms(app)[0] != first
    change(app, "norm_mode", "eval")
    assert row(app, "after it |") != pytest.approx([1, 4], abs=0.1)
    assert "**running averages, used**" in said(app)


def test_the_learned_numbers_can_be_put_on_the_sliders():
    app = visit("batch_norm", chapter="numbers")
    (label,) = [
        each for each in buttons(app) if each.startswith("Use what the network has learned")
    ]
    learned = [float(number) for number in re.findall(r"= (-?[\d.]+)", label.replace("−", "-"))]
    press(app, label)
    values = [widget(app, name).value for name in ("Spread γ", "Mean β")]
    assert values == pytest.approx(learned, abs=0.006)


def test_a_batch_of_one_after_a_linear_layer_gets_sentences_until_it_is_evaluation():
    app = visit("batch_norm", norm_layer="4", chapter="idea")
    change(app, "norm_layer", 4)
    change(app, "Pictures in the batch", 1)
    warned = [warning.value for warning in app.warning]
    assert any("A single number has no spread" in text for text in warned)
    assert "Expected more than 1 value per channel when training" in said(app)
    assert "refused" in said(app)
    change(app, "Read on", "experts")
    assert any("take more pictures per batch" in one.value for one in app.warning)
    change(app, "Read on", "idea")
    change(app, "norm_mode", "eval")
    assert len(row(app, "after it |")) == 2
    change(app, "Pictures in the batch", 8)
    assert not app.warning


def test_alone_after_a_convolution_the_digit_has_places_and_the_company_matters():
    app = visit("batch_norm", chapter="idea")
    before = picture(app, "norm_company")
    assert "with 31 others" in before
    change(app, "Pictures in the batch", 4)
    assert "with 3 others" in picture(app, "norm_company")
    assert picture(app, "norm_company") != before
    assert "has 196 places" in said(app)


@pytest.mark.parametrize("bias", [-5.0, 3.0])
def test_the_bias_moves_what_goes_in_and_the_output_stands_still_in_training(bias: float):
    app = visit("batch_norm", chapter="numbers")
    change(app, "Bias b", bias)
    assert row(app, "before the normalisation") == pytest.approx([abs(bias)])
    assert row(app, "after it, in training")[0] < 1e-5
    assert row(app, "after it, in evaluation")[0] > 0.5


def test_a_layer_with_fewer_channels_takes_the_last_one():
    app = visit("batch_norm", chapter="idea")
    change(app, "norm_layer", 4)
    change(app, "Channel", 500)
    change(app, "norm_layer", 0)
    assert widget(app, "Channel").value == 31


def test_the_momentum_moves_the_running_averages():
    app = visit("batch_norm", chapter="experts")
    before = picture(app, "norm_running")
    change(app, "Momentum m", 0.5)
    assert picture(app, "norm_running") != before


def test_the_lesson_leaves_the_shared_network_as_it_is():
    model = load_reader("deep_cnn_pen").model
    before = {name: value.clone() for name, value in model.state_dict().items()}
    app = visit("batch_norm", chapter="numbers")
    change(app, "Bias b", 4.0)
    change(app, "Read on", "experts")
    change(app, "Momentum m", 0.9)
    assert not model.training
    for name, value in model.state_dict().items():
        torch.testing.assert_close(value, before[name], atol=0, rtol=0)


@pytest.mark.usefixtures("without_mnist")
@pytest.mark.parametrize("generated", [True, False])
def test_the_lesson_works_without_mnist(monkeypatch: pytest.MonkeyPatch, generated: bool):
    if not generated:
        monkeypatch.setattr("ui.batch_norm.channel.quiet_test_digits", lambda: None)
    app = visit("batch_norm", chapter="idea")
    company = "generated digits from" if generated else "digits that this program draws"
    assert any(company in part.value for part in app.caption)
    assert row(app, "after it |") == pytest.approx([0, 1], abs=0.002)
    change(app, "Read on", "numbers")
    assert row(app, "after it, in training")[0] < 1e-5


def test_unusable_weights_get_a_sentence(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ui.batch_norm.channel.shared_reader", not_here)
    assert errors(visit("batch_norm"))[0] == "The weights of deep_cnn_pen are not here."


def marks(app: AppTest) -> str:
    """The answers to the last question that has been guessed."""
    return [part for part in html_parts(app) if "guessed" in part and "<span" in part][-1]


def test_the_questions_are_answered_by_the_layer_that_is_shown():
    app = change(visit("batch_norm"), "guess_gamma", 1)
    assert "4 ✓" in marks(app)
    assert row(app, "after it |") == pytest.approx([1, 4], abs=0.005)
    change(app, "Read on", "numbers")
    change(app, "guess_bias", 2)
    assert "✗" not in marks(app)
    assert widget(app, "Bias b").value == 5
    change(app, "Read on", "idea")
    change(app, "guess_batch_of_one", 0)
    assert "nothing: it is refused ✓" in marks(app)
    change(app, "norm_layer", 0)
    assert "that number ✓" in marks(app)
    assert "many places" in said(app)


def test_the_variance_after_it_follows_the_network(monkeypatch: pytest.MonkeyPatch):
    app = change(visit("batch_norm"), "guess_gamma", 0)
    assert "4 ✓" in marks(app)
    variance = row(app, "this batch")[1]
    other = copy.deepcopy(shared_reader("deep_cnn_pen"))
    for module in other.model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.eps = variance  # so that half of γ² is left
    monkeypatch.setattr("ui.batch_norm.channel.shared_reader", lambda _: other)
    run(app)
    assert row(app, "after it |")[1] == pytest.approx(2, abs=0.1)
    assert "2 ✓" in marks(app)
