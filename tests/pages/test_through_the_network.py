"""“Through the network”, as its visitor finds it."""

import re

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.inside.units import SOFTMAX
from mnist_core.models.deep_cnn import DeepCNN
from mnist_core.reading import load_reader
from tests.ui.looked_into import layers_of
from tests.ui.visitor import (
    change,
    html_parts,
    not_here,
    picture,
    press,
    run_with,
    said,
    visit,
    widget,
)
from ui.shared.session.networks import Network
from ui.shared.state import UNIT_OPEN
from ui.shared.tour.stops import THROUGH_THE_NETWORK
from ui.through_the_network.unit_figures import say_temperature

STEP = re.compile(r'data-step="(\d)" data-value="([^"]+)" data-network="([^"]+)"')


def visit_lesson(**address: str) -> AppTest:
    three = {"digit_from": "Drawn by the program", "own_digit": "3"}
    return visit("through_the_network", **(three | address))


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
    change(app, "Read on", "numbers")
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
    app = visit_lesson(unit_layer="7 · Conv 3×3, 32 → 64", chapter="numbers")
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
    assert [title.value for title in app.title] == [THROUGH_THE_NETWORK.question]


@pytest.mark.usefixtures("without_mnist")
def test_the_page_works_without_mnist() -> None:
    app = visit_lesson(digit_from="Test digit")
    assert "drawn by this program" in said(app)
    assert steps(app)


# The softmax


def test_the_temperature_in_the_softmax_is_explained() -> None:
    app = visit_lesson(chapter="numbers")
    change(app, "Layer", SOFTMAX)
    temperature = load_reader("deep_cnn_pen").temperature
    assert f"T = {temperature:.2f} is the <b>temperature</b>" in picture(app, "unit_softmax")
    assert "1 leaves them as the network computes them" in say_temperature(1.0)


# The blocks


def test_the_page_opens_with_five_blocks_and_shows_all_layers_when_asked() -> None:
    app = visit_lesson()
    assert picture(app, "network_picture").count('<section class="stage') == 5
    change(app, "Maps", "small")
    layers = layers_of("deep_cnn_pen")
    assert picture(app, "network_picture").count("<section>") == len(layers) + 2
    assert picture(app, "network_picture").count('class="stage-name"') == 5
    change(app, "Network", "mlp")
    assert "This network has no convolutions" in said(app)
    change(app, "Maps", "strongest")
    assert picture(app, "network_picture").count('<section class="stage') == 3


def test_on_a_phone_the_sheet_is_open_for_an_address_that_names_a_unit_until_it_is_closed() -> None:
    closed = "display: none } }"
    assert closed in styles(visit_lesson())
    app = visit_lesson(unit_row="14")
    assert closed not in styles(app)
    press(app, "Close")
    assert closed in styles(app)
    run_with(app, **{UNIT_OPEN.key: True})
    assert closed not in styles(app)


def styles(app: AppTest) -> str:
    (style,) = [part for part in html_parts(app) if "st-key-unit_panel" in part]
    return style


# What is guessed


def guessed(app: AppTest) -> str:
    """The answers to the last question that has been guessed, with their marks."""
    return [part for part in html_parts(app) if "guessed" in part and "<span" in part][-1]


def test_how_much_is_seen_follows_the_network() -> None:
    app = change(visit_lesson(), "guess_how_much_is_seen", 0)
    assert "a larger window ✓" in guessed(app)
    assert "*edges* 3 × 3, *parts* 18 × 18, *whole* 28 × 28" in said(app)
    change(app, "Network", "mlp")
    assert "no window: each sees everything ✓" in guessed(app)


def test_what_the_first_maps_do_follows_the_network_and_the_digit_moves() -> None:
    app = change(visit_lesson(chapter="idea"), "guess_where_edges_go", 0)
    assert "they move along ✓" in guessed(app)
    assert widget(app, "right").value == 2
    change(app, "Network", "softmax_regression")
    assert "all their numbers become others ✓" in guessed(app)


def test_what_relu_silences_is_counted_and_one_of_them_is_shown() -> None:
    app = change(visit_lesson(chapter="numbers"), "guess_silenced", 0)
    relu = next(found for found in layers_of("deep_cnn_pen") if found.title == "ReLU")
    share = float((relu.inputs <= 0).float().mean())
    assert f"{share * 100:.0f} % of its" in said(app)
    assert "✓" in guessed(app)
    value, before = steps(app)[-1][0], steps(app)[-2][0]
    assert value == 0 > before
    assert before == pytest.approx(float(relu.inputs.min()), rel=1e-4)
    change(app, "Network", "softmax_regression")
    assert "This network has no ReLU" in said(app)
    assert "less than 25 % ✓" in guessed(app)


def test_the_fields_of_the_blocks_are_drawn() -> None:
    shown = picture(visit_lesson(chapter="idea"), "fields")
    assert [f"<b>{name}</b>: {side} × {side}" in shown for name, side in
            (("edges", 3), ("parts", 18), ("whole", 28), ("answer", 28))] == [True] * 4  # fmt: skip
