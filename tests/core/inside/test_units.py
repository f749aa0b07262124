import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.inside.fields import Field, receptive_field
from mnist_core.inside.trace import Layer, layers_of
from mnist_core.inside.units import (
    SOFTMAX,
    BatchNormed,
    Flattened,
    Pooled,
    Rectified,
    Softmaxed,
    Standardised,
    Unchanged,
    Unit,
    WeightedSum,
    explain_unit,
    most_negative_input,
    sizes_of,
    strongest_unit,
)
from mnist_core.models.classifier import FeatureClassifier
from tests.core.shipped import TRACED, layers_for, shipped


@pytest.mark.parametrize("key", TRACED)
@given(data=st.data(), digit=st.integers(0, 9))
def test_each_step_of_any_unit_of_any_shipped_network_equals_the_network_s_own(
    key: str, data: st.DataObject, digit: int
) -> None:
    layers = layers_for(key, digit)
    for layer in layers:
        places = [data.draw(st.integers(0, size - 1)) for size in sizes_of(layer.outputs)]
        done = explain_unit(layers, Unit(layer.name, *places))
        for step in done.steps:
            assert_close(step.value, step.network, rtol=1e-4, atol=5e-5)
        channel = layer.outputs[0, places[0]]
        own = channel[places[1], places[2]] if channel.ndim else channel
        assert done.steps[-1].network == float(own)
        assert done.value == done.steps[-1].value


@pytest.mark.parametrize("key", ["deep_cnn_pen", "mlp"])
def test_the_probabilities_are_the_softmax_of_the_logits(key: str) -> None:
    layers = layers_for(key)
    logits = layers[-1].outputs.double()
    for temperature in (1.0, 1.7):
        expected = F.softmax(logits / temperature, dim=1)[0]
        for digit in range(10):
            done = explain_unit(layers, Unit(SOFTMAX, digit), temperature)
            assert [type(step) for step in done.steps] == [WeightedSum, Softmaxed]
            assert_close(done.value, float(expected[digit]), rtol=1e-6, atol=1e-9)
            assert_close(done.steps[-1].network, float(expected[digit]), rtol=1e-4, atol=1e-6)


def test_the_steps_are_those_of_the_unit_s_block() -> None:
    def kinds(key: str, unit: Unit) -> list[type]:
        return [type(step) for step in explain_unit(layers_for(key), unit).steps]

    assert kinds("deep_cnn", Unit("standardise", 0, 3, 4)) == [Standardised]
    assert kinds("deep_cnn", Unit("features.0", 1, 3, 4)) == [WeightedSum]
    assert kinds("deep_cnn", Unit("features.8", 1, 3, 4)) == [
        WeightedSum, BatchNormed, Rectified, Unchanged,
    ]  # fmt: skip
    assert kinds("deep_cnn", Unit("features.9", 1, 3, 4)) == [Pooled]
    assert kinds("deep_cnn", Unit("features.18", 1000)) == [Flattened]
    assert kinds("convnet", Unit("features.5", 1, 3, 4)) == [Pooled, Unchanged]
    assert kinds("softmax_regression", Unit("head", 7)) == [WeightedSum]


@given(data=st.data(), key=st.sampled_from(["deep_cnn", "convnet", "mlp"]))
def test_shares_terms_and_the_rest_add_up_to_the_weighted_sum(
    data: st.DataObject, key: str
) -> None:
    layers = layers_for(key)
    mixing = [layer for layer in layers if isinstance(layer.module, nn.Conv2d | nn.Linear)]
    layer = data.draw(st.sampled_from(mixing))
    places = [data.draw(st.integers(0, size - 1)) for size in sizes_of(layer.outputs)]
    step = explain_unit(layers, Unit(layer.name, *places)).steps[0]
    assert isinstance(step, WeightedSum)
    bias = step.bias or 0.0
    assert_close(float(step.shares.sum()) + bias, step.value, rtol=1e-9, atol=1e-9)
    assert len(step.shares) == layer.inputs.shape[1]
    terms = step.largest_terms(6)
    total = sum(term.product for term in terms) + step.rest_beside(terms) + bias
    assert_close(total, step.value, rtol=1e-9, atol=1e-9)
    sizes = [abs(term.product) for term in terms]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == float(step.products.abs().max())
    for term in terms:
        assert term.product == float(step.products[term.place])
    strengths = step.shares.abs()[step.channels_by_strength]
    assert torch.equal(strengths, strengths.sort(descending=True).values)


@given(
    kernel=st.integers(1, 3), stride=st.integers(1, 3), padding=st.integers(0, 1),
    dilation=st.integers(1, 2), place=st.tuples(st.floats(0, 0.999), st.floats(0, 0.999)),
)  # fmt: skip
def test_windows_agree_with_torch_s_layers_of_any_stride_padding_and_dilation(
    kernel: int, stride: int, padding: int, dilation: int, place: tuple[float, float]
) -> None:
    settings = (kernel, stride, min(padding, kernel // 2), dilation)
    torch.manual_seed(1)
    features = nn.Sequential(nn.Conv2d(1, 3, *settings), nn.MaxPool2d(*settings))
    layers = []
    values = torch.randn(1, 1, 28, 28)
    model = FeatureClassifier(features, 1, 0.0, 1.0)
    with torch.inference_mode():
        for name, module in layers_of(model)[:-1]:
            outputs = module(values)
            layers.append(_layer(name, module, values, outputs))
            values = outputs
    for layer in layers[1:]:
        _, rows, columns = sizes_of(layer.outputs)
        unit = Unit(layer.name, 2, int(place[0] * rows), int(place[1] * columns))
        step = explain_unit(layers, unit).steps[-1]
        assert_close(step.value, unit.value_in(layer.outputs), rtol=1e-5, atol=1e-5)
        if isinstance(step, Pooled):
            assert float(step.window[step.winner]) == step.value


def _layer(name: str, module: nn.Module, inputs: Tensor, outputs: Tensor):
    return Layer(name, name, module, inputs, outputs)


def test_a_flattened_unit_names_its_cell_and_sees_what_the_cell_sees() -> None:
    layers = layers_for("deep_cnn")
    done = explain_unit(layers, Unit("features.18", 1000))
    (step,) = done.steps
    assert isinstance(step, Flattened)
    assert step.cell == Unit("features.17", 111, 0, 1)
    assert step.value == step.network
    assert done.field == receptive_field(shipped("deep_cnn"), "features.17", 0, 1)
    pixel = explain_unit(layers_for("mlp"), Unit("features.0", 5 * 28 + 9))
    assert pixel.field == Field(5, 9, 1, 1)


def test_the_field_is_that_of_the_layer() -> None:
    layers, model = layers_for("deep_cnn_pen"), shipped("deep_cnn_pen")
    for name in ("standardise", "features.6", "features.9", "features.19", "head"):
        place = (0, 0) if name in ("features.19", "head") else (3, 5)
        done = explain_unit(layers, Unit(name, 0, *place))
        assert done.field == receptive_field(model, name, *place)


@given(data=st.data())
def test_the_strongest_unit_has_the_largest_value_of_its_channel(data: st.DataObject) -> None:
    layer = data.draw(st.sampled_from(layers_for("deep_cnn")))
    channel = data.draw(st.integers(0, layer.outputs.shape[1] - 1))
    strongest = strongest_unit(layer, channel)
    assert strongest.channel == channel
    assert strongest.value_in(layer.outputs) == float(layer.outputs[0, channel].max())


def test_a_unit_s_share_of_the_softmax_is_among_the_ten_that_add_up_to_1() -> None:
    done = explain_unit(layers_for("mlp"), Unit(SOFTMAX, 3), 1.2)
    step = done.steps[-1]
    assert isinstance(step, Softmaxed)
    assert_close(float(step.shares.sum()), 1.0)
    assert float(step.shares[step.digit]) == done.value


@pytest.mark.parametrize("key", ["deep_cnn_pen", "mlp"])
def test_the_most_negative_input_of_a_relu_is_found_in_maps_and_in_lists(key: str) -> None:
    layers = layers_for(key)
    for layer in layers:
        if isinstance(layer.module, nn.ReLU):
            unit = most_negative_input(layer)
            assert unit.value_in(layer.inputs) == float(layer.inputs[0].min())
            assert unit.value_in(layer.outputs) == 0
