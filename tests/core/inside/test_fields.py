"""Which pixels a unit sees."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.inside.fields import WHOLE_PICTURE, Field, receptive_field
from mnist_core.inside.trace import layers_of, trace
from mnist_core.inside.units import Unit, explain_unit, sizes_of
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.pictures.own_digits import own_digit
from tests.core.shipped import kernels, layers_for, shipped


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
    seen, mask = seen_by(outputs, image, row, column), mask_of(field)
    assert not (seen & ~mask).any()
    if all(padding == 0 for _, _, padding, _ in sizes[1:]):  # else some of it is later padding
        assert torch.equal(seen, mask)


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
