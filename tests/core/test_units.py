from functools import lru_cache

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.explain import Layer, layers_of, trace
from mnist_core.models import MODELS
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.own_digits import own_digit
from mnist_core.reading import load_reader
from mnist_core.units import (
    SOFTMAX,
    WHOLE_PICTURE,
    BatchNormed,
    Field,
    Flattened,
    Pooled,
    Rectified,
    Softmaxed,
    Standardised,
    Unchanged,
    Unit,
    WeightedSum,
    explain_unit,
    receptive_field,
    sizes_of,
    strongest_unit,
)


@lru_cache
def shipped(key: str) -> FeatureClassifier:
    return load_reader(key).trained.model


def layers_for(key: str, digit: int = 3):
    model, image = shipped(key), own_digit(digit)  # kept, so not of inference mode
    with torch.inference_mode():
        return trace(model, image)


def conv_stack(seed: int, sizes: list[tuple[int, int, int, int]]) -> FeatureClassifier:
    """Convolutions (kernel, stride, padding, dilation) after one another, without dead units."""
    torch.manual_seed(seed)
    layers: list[nn.Module] = []
    for i, (kernel, stride, padding, dilation) in enumerate(sizes):
        channels = 1 if i == 0 else 2
        layers.append(nn.Conv2d(channels, 2, kernel, stride, padding, dilation))
        layers.append(nn.Softplus())
    return FeatureClassifier(nn.Sequential(*layers), 1, 0.0, 1.0)


def seen_by(outputs: Tensor, image: Tensor, row: int, column: int) -> Tensor:
    """Which pixels (28, 28) one unit's gradient comes from."""
    (gradient,) = torch.autograd.grad(outputs[0, 0, row, column], image)
    return gradient[0, 0] != 0


def mask_of(field: Field) -> Tensor:
    inside = field.clipped()
    mask = torch.zeros(28, 28, dtype=torch.bool)
    mask[inside.row : inside.row + inside.height, inside.column : inside.column + inside.width] = 1
    return mask


kernels = st.tuples(st.integers(1, 4), st.integers(1, 2), st.integers(0, 1), st.just(1))


@given(
    sizes=st.lists(kernels.filter(lambda k: k[2] < k[0] and k[1] <= k[0]), min_size=1, max_size=3),
    place=st.tuples(st.floats(0, 0.999), st.floats(0, 0.999)),
    seed=st.integers(0, 1000),
)
def test_the_field_of_a_stack_of_convolutions_is_where_its_gradient_comes_from(
    sizes: list[tuple[int, int, int, int]], place: tuple[float, float], seed: int
) -> None:
    model = conv_stack(seed, sizes)
    image = torch.rand(1, 1, 28, 28, requires_grad=True)
    outputs = model.features(image)
    row, column = int(place[0] * outputs.shape[2]), int(place[1] * outputs.shape[3])
    name = layers_of(model)[-2][0]
    field = receptive_field(model, name, row, column)
    assert torch.equal(seen_by(outputs, image, row, column), mask_of(field))


def test_a_dilated_kernel_sees_from_its_first_to_its_last_tap() -> None:
    model = conv_stack(0, [(3, 1, 0, 4)])
    assert receptive_field(model, "features.0", 2, 5) == Field(2, 5, 9, 9)


@pytest.mark.parametrize("key", ["deep_cnn", "convnet"])
@given(data=st.data())
def test_pixels_outside_of_the_field_change_nothing_and_those_inside_do(
    key: str, data: st.DataObject
) -> None:
    model, image = shipped(key), own_digit(3)
    with torch.inference_mode():
        maps = [layer for layer in trace(model, image) if layer.outputs.ndim == 4]
        layer = data.draw(st.sampled_from(maps))
        _, rows, columns = sizes_of(layer.outputs)
        row, column = (data.draw(st.integers(0, size - 1)) for size in (rows, columns))
        inside = mask_of(receptive_field(model, layer.name, row, column))
        noise = torch.rand(1, 1, 28, 28, generator=torch.Generator().manual_seed(0))
        (outside, within) = (
            next(
                found
                for found in trace(model, torch.where(changed, noise, image))
                if found.name == layer.name
            ).outputs[0, :, row, column]
            for changed in (~inside, inside)
        )
        before = layer.outputs[0, :, row, column]
    assert_close(outside, before, atol=1e-5, rtol=1e-5)
    assert not torch.allclose(within, before, atol=1e-4)


def test_what_sticks_out_is_cut_off_and_flat_layers_see_everything() -> None:
    model = shipped("deep_cnn")
    field = receptive_field(model, "features.5", 0, 13)
    assert field == Field(-3, 23, 8, 8)
    assert field.clipped() == Field(0, 23, 5, 5)
    assert receptive_field(model, "features.19", 0, 0) == WHOLE_PICTURE
    assert receptive_field(model, "head", 0, 0) == WHOLE_PICTURE
    assert Field(30, 2, 4, 4).clipped().height == 0


def test_a_layer_that_is_not_there_is_named_in_the_error() -> None:
    with pytest.raises(KeyError, match=r"features\.99"):
        receptive_field(shipped("deep_cnn"), "features.99", 0, 0)
    with pytest.raises(KeyError, match=r"features\.99"):
        explain_unit(layers_for("deep_cnn"), Unit("features.99", 0))
    for unit in (Unit("features.0", 32), Unit("features.0", 0, 28), Unit("head", 0, 1)):
        with pytest.raises(IndexError):
            explain_unit(layers_for("deep_cnn"), unit)


@pytest.mark.parametrize("key", MODELS)
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
