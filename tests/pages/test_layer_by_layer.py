"""“Your digit, layer by layer”, as its visitor finds it."""

import re

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.data.mnist import to_images_01
from mnist_core.inside.attack import under_attack
from mnist_core.inside.units import SOFTMAX
from mnist_core.models.deep_cnn import DeepCNN
from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import load_reader
from mnist_core.words import percent
from tests.ui.layer_by_layer.networks import layers_of
from tests.ui.visitor import (
    change,
    not_here,
    picture,
    press,
    run_with,
    said,
    subheaders,
    visit,
    widget,
)
from ui.layer_by_layer.attacked import attack
from ui.layer_by_layer.unit_figures import say_temperature
from ui.shared.digit import test_digits
from ui.shared.session.networks import Network

STEP = re.compile(r'data-step="(\d)" data-value="([^"]+)" data-network="([^"]+)"')


def visit_lesson(**address: str) -> AppTest:
    three = {"digit_from": "Drawn by the program", "own_digit": "3"}
    return visit("layer_by_layer", **(three | address))


def steps(app: AppTest) -> list[tuple[float, float]]:
    """Value and network's own value of each step written out."""
    found = STEP.findall(picture(app, "unit_arithmetic"))
    assert [int(index) for index, _, _ in found] == list(range(len(found)))
    return [(float(value), float(network)) for _, value, network in found]


def outputs_of(key: str, layer: str) -> torch.Tensor:
    return next(found.outputs for found in layers_of(key) if found.name == layer)[0]


def test_the_page_opens_with_a_unit_written_out_that_equals_the_network_s_own() -> None:
    app = visit_lesson()
    values = outputs_of("deep_cnn_pen", "features.2")
    found = steps(app)
    assert len(found) == 3
    assert found[-1][0] == pytest.approx(float(values[4, 9, 13]), rel=1e-4, abs=1e-5)
    assert "3 × 3" in picture(app, "unit_field")
    assert any(r"\sqrt{\sigma^2" in formula.value for formula in app.get("latex"))


def test_a_moved_slider_writes_out_another_unit_and_outlines_it() -> None:
    app = visit_lesson()
    before = picture(app, "network_picture")
    change(app, "Row", 14)
    change(app, "Channel", 29)
    values = outputs_of("deep_cnn_pen", "features.2")
    assert steps(app)[-1][0] == pytest.approx(float(values[29, 14, 13]), rel=1e-4, abs=1e-5)
    assert '[data-pick="3:29"]' in picture(app, "unit_in_short")
    assert picture(app, "network_picture") == before


@pytest.mark.parametrize(
    ("network", "layer", "count"),
    [
        ("deep_cnn", "features.9", 1),
        ("deep_cnn", "features.18", 1),
        ("deep_cnn_pen", "features.21", 3),
        ("convnet", "features.5", 2),
        ("mlp", "features.2", 2),
        ("softmax_regression", SOFTMAX, 2),
    ],
)
def test_any_layer_of_any_network_can_be_chosen(network: str, layer: str, count: int) -> None:
    app = visit_lesson()
    change(app, "Network", network)
    change(app, "Layer", layer)
    found = steps(app)
    assert len(found) == count
    for value, own in found:
        assert value == pytest.approx(own, rel=1e-4, abs=1e-5)


def test_another_network_or_layer_with_fewer_places_takes_the_nearest_there_is() -> None:
    app = visit_lesson()
    change(app, "Channel", 31)
    change(app, "Row", 27)
    change(app, "Layer", "features.19")
    change(app, "Layer", "features.17")
    assert max(widget(app, name).value for name in ("Row", "Column")) <= 2
    change(app, "Network", "softmax_regression")
    assert widget(app, "Layer").value == "head"
    assert widget(app, "unit_channel").label == "Digit"
    assert widget(app, "unit_channel").value <= 9


def test_the_button_goes_to_the_largest_value_of_the_channel() -> None:
    app = visit_lesson(unit_channel="29")
    press(app, "Go to the largest")
    values = outputs_of("deep_cnn_pen", "features.2")[29]
    assert steps(app)[-1][1] == pytest.approx(float(values.max()))


def test_a_changed_digit_makes_another_picture_and_another_sum() -> None:
    app = visit_lesson()
    before, sums = picture(app, "network_picture"), steps(app)
    change(app, "Move to the right (pixels)", 2)
    assert picture(app, "network_picture") != before
    assert steps(app) != sums


def test_an_input_channel_s_products_follow_their_slider() -> None:
    app = visit_lesson(unit_layer="7 · Conv 3×3, 32 → 64")
    before = picture(app, "unit_products")
    change(app, "Input channel by strength (1 = adds or takes away most)", 32)
    assert picture(app, "unit_products") != before
    change(app, "Layer", "features.0")
    assert "unit_shares" not in [part.key for part in app.get("bidi_component")]


def test_a_link_to_a_layer_or_place_that_is_not_there_opens_the_default() -> None:
    app = visit_lesson(unit_layer="99 · Nothing", unit_row="999", unit_channel="-4", traced="none")
    assert len(steps(app)) == 3


def test_a_network_whose_training_diverged_gets_a_sentence() -> None:
    app = visit_lesson()
    model = DeepCNN().eval()
    with torch.no_grad():
        model.head.weight.fill_(float("nan"))
    run_with(app, networks={"mine": Network("mine", "Mine", model)})
    change(app, "Network", "mine")
    assert "diverged" in said(app)


def test_without_the_shipped_weights_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.shared.session.networks.shared_reader", not_here)
    app = visit_lesson()
    assert "The weights of deep_cnn are not here." in said(app)
    assert "Try this" in subheaders(app)


@pytest.mark.usefixtures("without_mnist")
def test_the_page_works_without_mnist() -> None:
    app = visit_lesson(digit_from="Test digit")
    assert "drawn by this program" in said(app)
    assert steps(app)


# Under attack


def test_an_attacked_digit_of_which_none_stands_out_is_not_said_to_be_read() -> None:
    text = said(visit_lesson(epsilon="0.2", first="deep_cnn_pen", second="deep_cnn"))
    assert "The network is **not sure** that this is a digit: none of the ten stands out." in text
    assert "The network reads" not in text
    assert "The first is **not sure** that this is a digit" in text
    assert "<b>not sure</b>" in picture(visit_lesson(epsilon="0.2"), "changes")
    assert "The network reads **3**" in said(visit_lesson())


def test_the_network_trained_on_mnist_alone_is_offered_beside_it() -> None:
    app = visit_lesson(epsilon="0.3")
    alone = load_reader("deep_cnn")
    attacked = attack(alone.model, own_digit(3), 0.3)
    (probabilities,) = alone.probabilities(attacked)
    assert f"the *Deep CNN* reads **{probabilities.argmax()}**" in said(app)
    press(app, "Look into the Deep CNN")
    assert widget(app, "Network").value == "deep_cnn"


@pytest.mark.usefixtures("without_mnist")
def test_many_digits_are_attacked_and_the_table_says_what_became_of_them() -> None:
    digits = test_digits.generate_digits(test_digits.TEST_COUNT, test_digits.TEST_SEED)
    images_01, labels = to_images_01(digits.images[:100]), digits.labels[:100].long()
    app = visit_lesson(epsilon="0.2", attack_many="true")
    for key in ("deep_cnn", "deep_cnn_pen"):
        reader = load_reader(key)
        found = under_attack(reader.model, images_01, labels, 0.2, reader.temperature)
        assert percent(found.surely_wrong or found.unsure) in said(app)
    assert "Of the first 100 generated digits" in said(app)


# The softmax


def test_the_temperature_in_the_softmax_is_explained() -> None:
    app = visit_lesson()
    change(app, "Layer", SOFTMAX)
    temperature = load_reader("deep_cnn_pen").temperature
    assert f"T = {temperature:.2f} is the <b>temperature</b>" in picture(app, "unit_softmax")
    assert "1 leaves them as the network computes them" in say_temperature(1.0)
