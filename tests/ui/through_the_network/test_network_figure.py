"""The picture of a whole network, and which unit stands where in it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.inside.stages import stages_of
from mnist_core.inside.units import Unit
from mnist_core.layers.activations import softmax
from mnist_core.reading import load_reader
from tests.core.shipped import TRACED
from tests.ui.looked_into import layers_of
from ui.through_the_network.network_figure import network_picture, tile_of, tiles_of, unit_at

shapes = st.one_of(
    st.tuples(st.integers(1, 200), st.integers(1, 28), st.integers(1, 28)),
    st.tuples(st.integers(1, 5000)),
)


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


@pytest.mark.parametrize("key", TRACED)
def test_the_picture_has_every_channel_of_every_layer_with_shape_and_parameters(key: str) -> None:
    layers = layers_of(key)
    probabilities = softmax(layers[-1].outputs.double(), 1.0)[0].numpy()
    html = network_picture(layers, stages_of(load_reader(key).trained.model), probabilities)
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
