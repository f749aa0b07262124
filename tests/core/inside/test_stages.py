"""Every registered network in the five stages of its page."""

import pytest
import torch

from mnist_core.data.mnist import SIDE
from mnist_core.inside.stages import (
    ANSWER,
    EDGES,
    PARTS,
    PICTURE,
    WHOLE,
    has_convolutions,
    middle_field,
    most_active,
    silenced,
    stages_of,
)
from mnist_core.inside.trace import can_be_traced, layers_of, trace
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.registry import ARCHITECTURES, build_model
from mnist_core.pictures.own_digits import own_digit
from tests.core.seeded import small_classifier, untrained
from tests.core.shipped import TRACED

ORDER = (PICTURE, EDGES, PARTS, WHOLE, ANSWER)


def registered() -> list[FeatureClassifier]:
    """All whose layers can be shown one by one."""
    built = [build_model(key).eval() for key in TRACED] + [untrained(key) for key in ARCHITECTURES]
    return [model for model in built if can_be_traced(model)]


@pytest.mark.parametrize("model", registered(), ids=lambda model: type(model).__name__)
def test_every_layer_is_in_exactly_one_stage_and_in_order(model: FeatureClassifier) -> None:
    stages = stages_of(model)
    assert [name for stage in stages for name in stage.layers] == [
        name for name, _ in layers_of(model)
    ]
    names = [stage.name for stage in stages]
    assert names == [name for name in ORDER if name in names]
    assert (names[0], names[-1]) == (PICTURE, ANSWER)
    assert all(stage.end in stage.layers for stage in stages)
    assert has_convolutions(model) == (EDGES in names) == (PARTS in names)


def test_a_stage_s_name_says_how_much_its_units_see() -> None:
    for model in registered():
        layers = {layer.name: layer for layer in trace(model, own_digit(3))}
        for stage in stages_of(model):
            if stage.name != PICTURE:
                side = middle_field(model, stage, layers[stage.end].outputs).width
                assert (side == SIDE) == (stage.name in (WHOLE, ANSWER)), stage.name


def test_the_networks_that_are_shipped_have_these_stages() -> None:
    names = {key: [stage.name for stage in stages_of(build_model(key))] for key in TRACED}
    assert names["deep_cnn"] == names["deep_cnn_pen"] == names["convnet"] == list(ORDER)
    assert names["mlp"] == [PICTURE, WHOLE, ANSWER]
    assert names["softmax_regression"] == [PICTURE, ANSWER]
    assert [stage.name for stage in stages_of(small_classifier(0))] == [PICTURE, EDGES, ANSWER]


def test_channels_that_react_most_come_first_and_a_constant_does_not_count() -> None:
    maps = torch.zeros(1, 4, 2, 2)
    maps[0, 1, 0, 0], maps[0, 2], maps[0, 3, :, 1] = 1.0, -9.0, -3.0
    assert most_active(maps, 2) == [3, 1]
    assert most_active(torch.tensor([[0.0, -5.0, 1.0]]), 8) == [1, 2, 0]


def test_what_a_relu_silences_is_counted() -> None:
    inputs = torch.tensor([[[[-1.0, 2.0], [0.0, 3.0]]]])
    assert silenced(inputs) == 0.5
