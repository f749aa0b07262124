"""The Dropout page; it needs no MNIST."""

import re

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.inside.dropout import ever_sparser, predict_with_masks
from mnist_core.inside.dropout_study import load_study, mean_and_error, paired_gain
from mnist_core.pictures.own_digits import own_digit
from mnist_core.weights import load_trained
from tests.ui.visitor import (
    all_but,
    change,
    figure,
    flip,
    html,
    html_parts,
    picture,
    press,
    run,
    said,
    subheaders,
    visit,
)
from ui.shared import process
from ui.shared.chapters import TITLES

pytestmark = pytest.mark.usefixtures("without_mnist")


def test_without_mnist_and_without_a_drawing_the_page_is_whole() -> None:
    app = visit("dropout")
    assert not app.error
    assert picture(app, "sparse_row")
    found = []
    for chapter in TITLES:
        change(app, "Read on", chapter)
        assert not app.error
        found += subheaders(app)
    assert found == [
        "Single places or whole maps",
        "Does it help?",
        "Train mode and eval mode",
        "Two conventions, one expectation",
        "How sure is the network? Ask it a hundred times",
    ]
    assert ", until you draw one" in said(app)
    assert "4761" not in said(app), "test digits are named only where they can be chosen"


def test_the_answers_are_those_of_the_shipped_network_with_a_hundred_masks() -> None:
    app = visit(
        "dropout",
        digit_from="Drawn by the program",
        own_digit="8",
        chapter="experts",
        spread_as_trained="false",
        spread_rate="0.8",
    )
    model = load_trained("convnet").model
    spread = predict_with_masks(model, own_digit(8), 0, rate=0.8)
    assert figure(app, "Answer in eval mode") == str(spread.answer) == "8"
    assert figure(app, "Masks that agree") == f"{spread.counts[8]} of 100"
    assert 1 < spread.counts[8] < 99
    assert all(f"{count} of 100" in html(app) for count in spread.counts.tolist())


def test_other_masks_and_a_higher_rate_change_the_answers() -> None:
    app = visit("dropout", digit_from="Drawn by the program", own_digit="8", chapter="experts")
    entropy = "Entropy of the mean"
    assert float(figure(app, entropy).split()[0]) < 0.5
    flip(app, "spread_as_trained")
    change(app, "spread_rate", 0.9)
    before = figure(app, entropy)
    assert float(before.split()[0]) > 2.5
    press(app, "spread_seed_button")
    assert figure(app, entropy) != before


def in_sums_table(app: AppTest) -> list[float]:
    (table,) = [part for part in html_parts(app) if "<table" in part]
    cells = re.findall(r"<td[^>]*>([−\d.]+)", table)
    return [float(cell.replace("−", "-")) for cell in cells]


def test_more_masks_bring_the_means_nearer_to_the_expectation() -> None:
    app = visit("dropout", digit_from="Drawn by the program", own_digit="3", chapter="numbers")

    def off() -> float:
        mean, exact, original_mean, original_exact = in_sums_table(app)
        return abs(mean - exact) + abs(original_mean - original_exact)

    change(app, "mean_over", 1)
    few = off()
    change(app, "mean_over", 1000)
    assert off() < few / 3
    assert torch.isfinite(torch.tensor(in_sums_table(app))).all()


@pytest.mark.parametrize(
    ("key", "chapter"),
    [("maps_rate", "idea"), ("modes_rate", "numbers"), ("mean_rate", "numbers")],
)
def test_every_rate_changes_its_pictures_and_may_be_0_or_nearly_1(key: str, chapter: str) -> None:
    app = visit("dropout", chapter=chapter)
    seen = {html(app)}
    for rate in (0.0, 0.9):
        change(app, key, rate)
        assert html(app) not in seen
        seen.add(html(app))


@pytest.mark.parametrize(
    ("key", "chapter"),
    [
        ("dropped_seed", ""),
        ("maps_seed", "idea"),
        ("modes_seed", "numbers"),
        ("mean_seed", "numbers"),
    ],
)
def test_every_throw_of_the_dice_changes_the_pictures(key: str, chapter: str) -> None:
    app = visit("dropout", {"chapter": chapter})
    before = html(app)
    press(app, f"{key}_button")
    assert html(app) != before


def test_the_whole_network_in_train_mode_is_said_to_refuse_one_picture() -> None:
    app = visit("dropout", chapter="experts")
    flip(app, "all_in_training")
    assert "Expected more than 1 value per channel" in said(app)
    assert "standard deviations" in said(app)


@pytest.mark.parametrize(
    ("failing", "chapter", "stays"),
    [
        ("convnet", "idea", "Does it help?"),
        ("softmax_regression", "numbers", "Train mode and eval mode"),
        ("deep_cnn_pen", "numbers", "Two conventions, one expectation"),
    ],
)
def test_weights_that_cannot_be_loaded_get_a_sentence_and_the_rest_stays(
    monkeypatch: pytest.MonkeyPatch, failing: str, chapter: str, stays: str
) -> None:
    monkeypatch.setattr(process, "load_reader", all_but(failing, process.load_reader))
    app = visit("dropout", chapter=chapter)
    assert f"The weights of {failing} are not here." in said(app)
    assert stays in subheaders(app)


def test_whether_dropout_helps_is_said_as_it_was_measured() -> None:
    found = load_study()
    app = visit("dropout", chapter="idea")
    shown = picture(app, "dropout_study")
    for one in found.rates:
        mean, error = mean_and_error(one.test)
        assert f"{(1 - mean) * 100:.2f} ± {error * 100:.2f} %" in shown
    gain, error = paired_gain(found)
    verdict = (
        "makes no difference" if abs(gain) <= 2 * error else "helps" if gain > 0 else "does harm"
    )
    assert f"**Here it {verdict}" in said(app)
    assert f"{len(found.rates[0].test)} times at each rate" in said(app)
    assert f"`{found.command}`" in said(app)


def test_a_linear_layer_is_named_as_that_behind_which_one_picture_has_no_spread() -> None:
    app = visit("dropout", chapter="experts")
    flip(app, "all_in_training")
    assert "a linear layer a feature is a single number" in said(app)


def marks(app: AppTest) -> str:
    """The answers to the last question that has been guessed."""
    return [part for part in html_parts(app) if "guessed" in part and "<span" in part][-1]


def test_when_a_digit_breaks_follows_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit("dropout", digit_from="Drawn by the program", own_digit="5")
    change(app, "guess_breaks", 0)
    seen = set()
    for key in ("deep_cnn_pen", "softmax_regression"):
        monkeypatch.setattr(
            "ui.dropout.sparser.shared_reader", lambda _, key=key: process.shared_reader(key)
        )
        run(app)
        right = next(part for part in marks(app).split("<span") if "✓" in part)
        reader = process.shared_reader(key)
        rates = [k / 10 for k in range(10)]
        found = ever_sparser(
            reader.model, own_digit(5), rates, seed=0, temperature=reader.temperature
        )
        others = [one.rate for one in found if one.digit != found[0].digit]
        numbers = re.findall(r"(\d+) to (\d+) %", right)
        assert bool(numbers) == bool(others)
        assert all(int(low) <= others[0] * 100 <= int(high) for low, high in numbers)
        seen.add(right)
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("key", "chapter", "right"),
    [
        ("mean_of_masks", "numbers", "the digit itself, or nearly ✓"),
        ("all_awake", "experts", "as several digits ✓"),
        ("high_rate", "experts", "less than 50 ✓"),
    ],
)
def test_the_other_questions_are_answered_by_the_networks(
    key: str, chapter: str, right: str
) -> None:
    app = visit("dropout", chapter=chapter, digit_from="Drawn by the program", own_digit="8")
    change(app, f"guess_{key}", 0)
    assert right in marks(app)
