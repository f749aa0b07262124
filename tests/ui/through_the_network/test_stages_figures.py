"""The network in a few blocks, and which unit stands where in them."""

import re

import pytest

from mnist_core.inside.stages import PARTS, most_active, stages_of
from mnist_core.inside.units import Unit
from mnist_core.layers.activations import softmax
from mnist_core.reading import load_reader
from tests.core.shipped import TRACED
from tests.ui.looked_into import layers_of
from ui.through_the_network.network_figure import picked_unit, selection_style
from ui.through_the_network.stages_figures import SHOWN, stages_picture


def shown(key: str) -> str:
    layers = layers_of(key)
    model = load_reader(key).trained.model
    probabilities = softmax(layers[-1].outputs.double(), 1.0)[0].numpy()
    return stages_picture(model, layers, stages_of(model), probabilities)


@pytest.mark.parametrize("key", TRACED)
def test_each_block_has_the_channels_that_are_most_active(key: str) -> None:
    html, layers = shown(key), layers_of(key)
    names = [layer.name for layer in layers]
    stages = stages_of(load_reader(key).trained.model)
    assert html.count("<section") == len(stages)
    for stage in stages[1:-1]:
        index = names.index(stage.end)
        found = re.findall(rf'data-pick="{index}:(\d+)', html)
        assert [int(channel) for channel in found] == most_active(layers[index].outputs, SHOWN)
        assert 6 <= len(found) <= 8


def test_a_click_on_a_map_and_on_a_number_finds_the_unit_that_is_framed_there() -> None:
    layers = layers_of("deep_cnn")
    shapes = [(layer.name, tuple(layer.outputs.shape[1:])) for layer in layers]
    html = shown("deep_cnn")
    stages = {stage.name: stage for stage in stages_of(load_reader("deep_cnn").trained.model)}
    parts = re.search(r'data-pick="(14|13):(\d+)"', html)
    assert parts is not None
    unit = picked_unit(shapes, parts[0].split('"')[1], 0.5, 0.99)
    assert unit == Unit(stages[PARTS].end, int(parts[2]), 6, 3)
    alone = re.search(r'data-pick="(\d+):(\d+):1"', html)
    assert alone is not None
    unit = picked_unit(shapes, alone[0].split('"')[1], 0.2, 0.2)
    index = int(alone[1])
    assert unit == Unit(layers[index].name, int(alone[2]))
    assert alone[0].removesuffix('"') in selection_style(index, shapes[index][1], unit)


def test_a_number_of_a_network_that_was_shown_a_moment_ago_is_none() -> None:
    assert picked_unit([("head", (10,))], "0:17:1", 0.5, 0.5) is None
    assert picked_unit([("head", (10, 2, 2))], "0:1:1", 0.5, 0.5) is None
    assert picked_unit([("head", (10,))], "9:1:1", 0.5, 0.5) is None
