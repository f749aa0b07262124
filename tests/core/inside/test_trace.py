"""Looking into a network layer by layer gives what the network itself computes."""

from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import nn

from mnist_core.inside.trace import (
    Layer,
    can_be_traced,
    count_parameters,
    count_units,
    feature_maps,
    layers_of,
    trace,
)
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.deep_cnn import DeepCNN
from mnist_core.models.dropout import ChannelDropout, Dropout, draw_masks_from
from mnist_core.models.parts import title_of
from mnist_core.models.registry import build_model
from mnist_core.models.vae import VAE
from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import load_reader
from tests.core.shipped import TRACED

DIGITS = torch.cat([own_digit(k) for k in (3, 7, 9)])


@pytest.fixture(params=TRACED)
def shipped(request: pytest.FixtureRequest) -> FeatureClassifier:
    model = load_reader(request.param).trained.model
    assert isinstance(model, FeatureClassifier)
    return model


def hooks(model: nn.Module) -> int:
    return sum(
        len(module._forward_hooks) + len(module._forward_pre_hooks) + len(module._backward_hooks)
        for module in model.modules()
    )


def test_the_last_layer_s_outputs_are_the_network_s_logits(shipped: FeatureClassifier) -> None:
    layers = trace(shipped, DIGITS)
    assert torch.equal(layers[-1].outputs, shipped(DIGITS))
    assert layers[-1].outputs.shape == (3, 10)
    assert torch.equal(layers[0].inputs, DIGITS)


def test_every_layer_gets_what_the_one_before_made_and_computes_its_own_output(
    shipped: FeatureClassifier,
) -> None:
    layers = trace(shipped, DIGITS)
    for before, after in pairwise(layers):
        assert after.inputs is before.outputs
    for layer in layers:
        assert torch.equal(layer.module(layer.inputs), layer.outputs)
        assert shipped.get_submodule(layer.name) is layer.module


def test_the_trace_is_what_hooks_on_the_running_network_would_see(
    shipped: FeatureClassifier,
) -> None:
    seen: dict[str, torch.Tensor] = {}

    def keep(name: str) -> Any:
        return lambda _module, _inputs, outputs: seen.update({name: outputs})

    handles = [
        shipped.get_submodule(name).register_forward_hook(keep(name))
        for name, _ in layers_of(shipped)
    ]
    try:
        shipped(DIGITS)
    finally:
        for handle in handles:
            handle.remove()
    layers = trace(shipped, DIGITS)
    assert list(seen) == [layer.name for layer in layers], "in the order in which they compute"
    for layer in layers:
        assert torch.equal(layer.outputs, seen[layer.name])


def test_a_look_leaves_the_network_as_it_was(shipped: FeatureClassifier) -> None:
    before = {name: value.clone() for name, value in shipped.state_dict().items()}
    trace(shipped, DIGITS)
    feature_maps(shipped, DIGITS[:1], layers_of(shipped)[1][0])
    assert hooks(shipped) == 0
    assert not any(module.training for module in shipped.modules())
    for name, value in shipped.state_dict().items():
        assert torch.equal(value, before[name])
    assert not any(parameter.requires_grad for parameter in shipped.parameters())


def test_all_parameters_are_counted_and_each_once(shipped: FeatureClassifier) -> None:
    layers = trace(shipped, DIGITS)
    expected = sum(parameter.numel() for parameter in shipped.parameters())
    assert count_parameters(layers) == expected == sum(layer.parameter_count for layer in layers)
    assert count_units(layers[-1:]) == 10


def test_feature_maps_are_those_of_one_picture(shipped: FeatureClassifier) -> None:
    for layer in trace(shipped, DIGITS[:1]):
        assert torch.equal(feature_maps(shipped, DIGITS[:1], layer.name), layer.outputs[0])


@pytest.mark.parametrize("key", TRACED)
def test_in_train_mode_it_works_as_the_network_does_then(key: str) -> None:
    model, other = build_model(key).train(), build_model(key).train()
    other.load_state_dict(model.state_dict())
    for each in (model, other):
        draw_masks_from(each, torch.Generator().manual_seed(4))
    assert torch.equal(trace(model, DIGITS)[-1].outputs, other(DIGITS))
    assert model.training


def test_gradients_flow_through_the_trace() -> None:
    model, image = DeepCNN().eval(), own_digit(2).clone().requires_grad_()
    layers = trace(model, image)
    (through,) = torch.autograd.grad(layers[-1].outputs[0, 2], image)
    (directly,) = torch.autograd.grad(model(image)[0, 2], image)
    assert torch.equal(through, directly)
    assert through.abs().max() > 0


def test_titles_and_shapes_are_for_people() -> None:
    layers = trace(DeepCNN().eval(), DIGITS)
    titles = [layer.title for layer in layers]
    assert titles[:6] == [
        "Standardise", "Conv 3×3, 1 → 32", "Batch norm", "ReLU", "Dropout 0.1", "Max pool 2×2",
    ]  # fmt: skip
    assert titles[-1] == "Linear 256 → 10"
    assert [layers[i].shape for i in (1, 5, -1)] == ["32 × 28 × 28", "32 × 14 × 14", "10"]
    assert title_of(ChannelDropout(0.25)) == "Channel dropout 0.25"
    assert title_of(Dropout(0.5)) == "Dropout 0.5"
    assert isinstance(layers[0], Layer)
    assert layers[1].parameter_count == 9 * 32
    assert layers[3].parameter_count == 0


def test_only_networks_of_this_kind_can_be_traced() -> None:
    assert can_be_traced(DeepCNN())
    assert not can_be_traced(VAE())
