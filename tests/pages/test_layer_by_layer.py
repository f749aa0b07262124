"""“Your digit, layer by layer”, as its visitor finds it."""

import json
import re
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from mnist_core.errors import WeightsUnusable
from mnist_core.inside.trace import Layer, trace
from mnist_core.inside.units import SOFTMAX, Unit, explain_unit
from mnist_core.layers.activations import softmax
from mnist_core.models.deep_cnn import DeepCNN
from mnist_core.models.registry import MODELS
from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import load_reader
from ui.layer_by_layer.network_figure import network_picture, tile_of, tiles_of, unit_at
from ui.layer_by_layer.unit_figures import arithmetic, number

ROOT = Path(__file__).resolve().parents[2]
THREE = {"digit_from": "Drawn by the program", "own_digit": "3"}
STEP = re.compile(r'data-step="(\d)" data-value="([^"]+)" data-network="([^"]+)"')
shapes = st.one_of(
    st.tuples(st.integers(1, 200), st.integers(1, 28), st.integers(1, 28)),
    st.tuples(st.integers(1, 5000)),
)


def open_lesson(**parameters: str) -> AppTest:
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    for name, value in (THREE | parameters).items():
        app.query_params[name] = value
    app.switch_page("pages/layer_by_layer.py").run()
    assert not app.exception
    return app


def shown(app: AppTest, key: str) -> str:
    """The HTML of one picture."""
    (found,) = [p for p in app.get("bidi_component") if p.proto.id.endswith(f"-{key}")]
    html = json.loads(found.proto.json)["html"]
    assert isinstance(html, str)
    return html


def steps(app: AppTest) -> list[tuple[float, float]]:
    """Value and network's own value of each step written out."""
    found = STEP.findall(shown(app, "unit_arithmetic"))
    assert [int(index) for index, _, _ in found] == list(range(len(found)))
    return [(float(value), float(network)) for _, value, network in found]


def move(app: AppTest, label: str, value: float) -> AppTest:
    (slider,) = [s for s in [*app.slider, *app.select_slider] if s.label == label]
    slider.set_value(value).run()
    assert not app.exception
    return app


def choose(app: AppTest, label: str, value: str) -> AppTest:
    (box,) = [box for box in app.selectbox if box.label == label]
    box.set_value(value).run()
    assert not app.exception
    return app


def layers_of(key: str) -> list[Layer]:
    model, image = load_reader(key).trained.model, own_digit(3)  # kept, so not of inference mode
    with torch.inference_mode():
        return trace(model, image)


def outputs_of(key: str, layer: str) -> torch.Tensor:
    return next(found.outputs for found in layers_of(key) if found.name == layer)[0]


def said(app: AppTest) -> str:
    return "\n".join(p.value for p in [*app.markdown, *app.caption, *app.info, *app.error])


@given(shape=shapes, data=st.data())
def test_a_click_on_a_cell_finds_the_unit_that_is_drawn_there(shape, data) -> None:
    places = [data.draw(st.integers(0, size - 1)) for size in shape]
    unit = Unit("layer", *places)
    tile, row, column = tile_of(shape, unit)
    x, y = (column + 0.5) / tile.columns, (row + 0.5) / tile.rows
    assert unit_at("layer", shape, tile.start, x, y) == unit


@given(shape=shapes)
def test_the_tiles_of_a_layer_hold_all_its_units_once(shape) -> None:
    cells = [
        unit_at("layer", shape, tile.start, (column + 0.5) / tile.columns, (row + 0.5) / tile.rows)
        for tile in tiles_of(shape)[:3]
        for row in range(tile.rows)
        for column in range(tile.columns)
    ]
    units = [cell for cell in cells if cell is not None]
    assert len(set(units)) == len(units)
    if len(shape) == 1:
        assert [unit.channel for unit in units] == list(range(min(shape[0], 3 * 1536)))
    else:
        assert len(units) == min(shape[0], 3) * shape[1] * shape[2]


def test_a_click_beside_all_units_or_on_another_network_s_layer_finds_none() -> None:
    assert unit_at("layer", (70,), 0, 0.9, 0.9) is None
    assert unit_at("layer", (70,), 17, 0.1, 0.1) is None
    assert unit_at("layer", (4, 2, 2), 9, 0.1, 0.1) is None


@pytest.mark.parametrize("key", MODELS)
def test_the_picture_has_every_channel_of_every_layer_with_shape_and_parameters(key: str) -> None:
    layers = layers_of(key)
    probabilities = softmax(layers[-1].outputs.double(), 1.0)[0].numpy()
    html = network_picture(layers, probabilities)
    for index, layer in enumerate(layers):
        tiles = tiles_of(layer.outputs.shape[1:])
        found = re.findall(rf'data-pick="{index}:(\d+)"', html)
        assert [int(start) for start in found] == [tile.start for tile in tiles]
        assert f"{index + 1} · {layer.title}</b><br>{layer.shape}," in html
        count = sum(p.numel() for p in layer.module.parameters())
        assert not count or f"{count:,} parameters".replace(",", " ") in html
    assert html.count("background-image:url(data:image/png") == len(layers)
    assert html.index("Input") < html.index(layers[0].title) < html.index("Softmax")
    assert not re.search(r"(?i)\bnan\b", html.split("<section")[1])


def test_every_kind_of_step_is_written_with_its_value_and_the_network_s_own() -> None:
    for key in ("deep_cnn", "convnet", "softmax_regression"):
        layers = layers_of(key)
        for name in [*(layer.name for layer in layers), SOFTMAX]:
            done = explain_unit(layers, Unit(name, 0))
            html = arithmetic(done)
            found = [(float(v), float(n)) for _, v, n in STEP.findall(html)]
            assert found == [(step.value, step.network) for step in done.steps]
            assert f">{number(done.value)}</b>" in html
    assert number(-0.25) == "−0.2500"
    assert number(0.0) == "0.0000"
    assert number(-1.5e-6) == "−1.5·10⁻⁶"


def test_the_page_opens_with_a_unit_written_out_that_equals_the_network_s_own() -> None:
    app = open_lesson()
    values = outputs_of("deep_cnn_pen", "features.2")
    found = steps(app)
    assert len(found) == 3
    assert found[-1][0] == pytest.approx(float(values[4, 9, 13]), rel=1e-4, abs=1e-5)
    assert "3 × 3" in shown(app, "unit_field")
    assert any(r"\sqrt{\sigma^2" in formula.value for formula in app.get("latex"))


def test_a_moved_slider_writes_out_another_unit_and_outlines_it() -> None:
    app = open_lesson()
    before = shown(app, "network_picture")
    move(app, "Row", 14)
    move(app, "Channel", 29)
    values = outputs_of("deep_cnn_pen", "features.2")
    assert steps(app)[-1][0] == pytest.approx(float(values[29, 14, 13]), rel=1e-4, abs=1e-5)
    assert '[data-pick="3:29"]' in shown(app, "unit_in_short")
    assert shown(app, "network_picture") == before


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
    app = open_lesson()
    choose(app, "Network", network)
    choose(app, "Layer", layer)
    found = steps(app)
    assert len(found) == count
    for value, own in found:
        assert value == pytest.approx(own, rel=1e-4, abs=1e-5)


def test_another_network_or_layer_with_fewer_places_takes_the_nearest_there_is() -> None:
    app = open_lesson()
    move(app, "Channel", 31)
    move(app, "Row", 27)
    choose(app, "Layer", "features.19")
    choose(app, "Layer", "features.17")
    assert (
        max(slider.value for slider in app.select_slider if slider.label in ("Row", "Column")) <= 2
    )
    choose(app, "Network", "softmax_regression")
    (layer,) = [box for box in app.selectbox if box.label == "Layer"]
    assert layer.value == "head"
    (unit,) = [slider for slider in app.select_slider if slider.label == "Digit"]
    assert unit.value <= 9


def test_the_button_goes_to_the_largest_value_of_the_channel() -> None:
    app = open_lesson(unit_channel="29")
    (button,) = [b for b in app.button if b.label.startswith("Go to the largest")]
    button.click().run()
    values = outputs_of("deep_cnn_pen", "features.2")[29]
    assert steps(app)[-1][1] == pytest.approx(float(values.max()))


def test_a_changed_digit_makes_another_picture_and_another_sum() -> None:
    app = open_lesson()
    picture, sums = shown(app, "network_picture"), steps(app)
    move(app, "Move to the right (pixels)", 2)
    assert shown(app, "network_picture") != picture
    assert steps(app) != sums


def test_an_input_channel_s_products_follow_their_slider() -> None:
    app = open_lesson(unit_layer="7 · Conv 3×3, 32 → 64")
    before = shown(app, "unit_products")
    move(app, "Input channel by strength (1 = adds or takes away most)", 32)
    assert shown(app, "unit_products") != before
    choose(app, "Layer", "features.0")
    assert "unit_shares" not in str([p.proto.id for p in app.get("bidi_component")])


def test_a_link_to_a_layer_or_place_that_is_not_there_opens_the_default() -> None:
    app = open_lesson(unit_layer="99 · Nothing", unit_row="999", unit_channel="-4", traced="none")
    assert len(steps(app)) == 3


def test_a_network_whose_training_diverged_gets_a_sentence() -> None:
    app = open_lesson()
    from ui.shared.session.networks import Network

    model = DeepCNN().eval()
    with torch.no_grad():
        model.head.weight.fill_(float("nan"))
    app.session_state["networks"] = {"mine": Network("mine", "Mine", model)}
    app.run()
    choose(app, "Network", "mine")
    assert "diverged" in said(app)


def test_without_the_shipped_weights_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def unusable(key: str) -> None:
        raise WeightsUnusable(f"The file of {key} is damaged.")

    monkeypatch.setattr("ui.shared.session.networks.shared_reader", unusable)
    app = open_lesson()
    assert "is damaged" in said(app)
    assert "Try this" in [part.value for part in app.subheader]


def test_the_page_works_without_mnist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))
    app = open_lesson(digit_from="Test digit")
    assert "drawn by this program" in said(app)
    assert steps(app)
