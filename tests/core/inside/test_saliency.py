"""Saliency, Grad-CAM and occlusion, against what they are defined to be."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.inside.comparison import anatomy, compare
from mnist_core.inside.saliency import (
    class_gradient,
    grad_cam,
    gradient_times_input,
    occlude,
    on_picture,
    probabilities_of,
    window_at,
)
from mnist_core.inside.trace import block_of, blocks_of
from mnist_core.layers.activations import to_probabilities
from mnist_core.models.build import freeze
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.convnet import ConvNet
from mnist_core.models.deep_cnn import DeepCNN
from mnist_core.models.mlp import MLP
from mnist_core.models.registry import MODELS
from mnist_core.models.softmax_regression import SoftmaxRegression
from mnist_core.pictures.own_digits import own_digit
from mnist_core.weights import load_card, load_trained
from tests.core.seeded import small_classifier

seeds = st.integers(0, 10_000)
digits = st.integers(0, 9)
sizes = st.integers(1, 9)
strides = st.sampled_from([1, 2, 3])


def picture(seed: int, ink_share: float = 0.3) -> Tensor:
    """Strokes of grey on paper."""
    generator = torch.Generator().manual_seed(seed)
    grey, place = torch.rand(2, 1, 1, 28, 28, generator=generator)
    return torch.where(place < ink_share, grey, 0)


# Saliency


@given(seeds, digits)
def test_saliency_is_how_fast_the_logit_grows_with_a_pixel(seed, digit):
    model, image = small_classifier(seed, smooth=True).double(), picture(seed).double()
    gradient = class_gradient(model, image, digit)
    generator = torch.Generator().manual_seed(seed)
    step = 1e-6
    for row, column in torch.randint(0, 28, (8, 2), generator=generator).tolist():
        nudge = torch.zeros_like(image)
        nudge[0, 0, row, column] = step
        grown = (model(image + nudge) - model(image - nudge))[0, digit] / (2 * step)
        assert_close(gradient[row, column], grown, rtol=1e-4, atol=1e-6)


@given(seeds, digits)
def test_saliency_of_a_linear_network_is_its_template(seed, digit):
    torch.manual_seed(seed)
    model = freeze(SoftmaxRegression(0.13, 0.31))
    expected = model.head.weight[digit].view(28, 28) / 0.31
    gradient = class_gradient(model, picture(seed), digit)
    assert_close(gradient, expected)
    image = picture(seed)
    explained = gradient_times_input(gradient, image).sum()
    score = (model(image) - model(torch.zeros_like(image)))[0, digit]
    assert_close(explained, score, rtol=1e-4, atol=1e-4)


def test_saliency_leaves_a_shared_network_as_it_was():
    model = load_trained("convnet").model
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with torch.inference_mode():
        image = own_digit(3) * 1  # such as a page has from a prediction
    gradient = class_gradient(model, image, 3)
    assert gradient.abs().max() > 0
    assert not any(p.requires_grad or p.grad is not None for p in model.parameters())
    assert not model.training
    for name, value in model.state_dict().items():
        assert_close(value, before[name], rtol=0, atol=0)


# Grad-CAM


@pytest.mark.parametrize("digit", [0, 9])
def test_grad_cam_of_a_network_made_by_hand(digit: int):
    """Map 1 is the ink, map 2 the paper; the head counts ink a times, and paper b times."""
    model = FeatureClassifier(
        nn.Sequential(nn.Conv2d(1, 2, 1), nn.ReLU(), nn.Flatten()), 2 * 784, 0.0, 1.0
    )
    a, b = 0.5 - digit, 0.25 * digit - 1.0
    conv = model.features[0]
    conv.weight.data = torch.tensor([1.0, -1.0]).view(2, 1, 1, 1)
    conv.bias.data = torch.tensor([0.0, 1.0])
    model.head.weight.data[digit] = torch.tensor([a] * 784 + [b] * 784)
    image = picture(7)
    found = grad_cam(freeze(model), image, digit, "features.1")
    assert_close(found, (a * image + b * (1 - image)).relu()[0, 0])


@given(seeds, digits, st.integers(1, 5))
def test_grad_cam_weighs_the_maps_by_their_mean_gradient(seed, digit, channels):
    model, image = small_classifier(seed, channels), picture(seed)
    maps = nn.Sequential(model.standardise, *model.features[:2])(image).requires_grad_(True)
    model.head(model.features[2:](maps))[0, digit].backward()
    expected = torch.zeros(26, 26)
    for k in range(channels):
        expected += maps.grad[0, k].mean() * maps.detach()[0, k]
    assert_close(grad_cam(model, image, digit, "features.1"), expected.clamp(min=0))


def test_cells_stand_on_the_picture_where_their_receptive_fields_are():
    cells = torch.arange(24.0)[:, None] * 100 + torch.arange(24.0)
    place = (torch.arange(28) - 2).clamp(0, 23)  # two convolutions without padding
    spread = on_picture(ConvNet(), "features.3", cells)
    assert_close(spread, cells[place][:, place])
    last = torch.arange(9.0).view(3, 3)
    place = torch.arange(28).div(8, rounding_mode="floor").clamp(max=2)  # three poolings
    assert_close(on_picture(DeepCNN(), "features.17", last), last[place][:, place])


def test_blocks_are_a_mixing_layer_with_what_belongs_to_it():
    deep = blocks_of(DeepCNN())
    assert [block.is_convolution for block in deep] == [True] * 4 + [False] * 3
    assert [block.end for block in deep[:5]] == [f"features.{k}" for k in (2, 7, 12, 17, 21)]
    assert deep[-1].end == "head"
    pooling = block_of(DeepCNN(), "features.4")
    assert pooling == deep[0]
    assert block_of(MLP(), "standardise") is None
    assert not any(block.is_convolution for block in blocks_of(MLP()))


# Occlusion


@given(seeds, sizes, strides)
def test_occluding_nothing_changes_nothing(seed, size, stride):
    model, paper = small_classifier(seed), torch.zeros(1, 1, 28, 28)
    found = occlude(model, paper, size, stride)
    for digit in range(10):
        assert not found.drop(digit).any()


@given(seeds, sizes, strides, digits, st.floats(0.5, 3))
def test_occlusion_is_the_drop_where_each_window_is_covered(seed, size, stride, digit, warm):
    model, image = small_classifier(seed), picture(seed, ink_share=0.05)
    drop = occlude(model, image, size, stride, warm).drop(digit)
    assert drop.shape == (28, 28)
    before = to_probabilities(model(image), warm)[0, digit]
    generator = torch.Generator().manual_seed(seed)
    for row, column in torch.randint(0, 28, (6, 2), generator=generator).tolist():
        top, left = (p // stride * stride + (stride - size) // 2 for p in (row, column))
        covered = image.clone()
        covered[..., max(top, 0) : top + size, max(left, 0) : left + size] = 0
        after = to_probabilities(model(covered), warm)[0, digit]
        assert_close(drop[row, column], before - after, rtol=1e-3, atol=1e-5)


@given(seeds, sizes, strides, digits)
def test_the_strongest_window_is_the_one_of_the_greatest_drop(seed, size, stride, digit):
    model, image = small_classifier(seed), picture(seed)
    found = occlude(model, image, size, stride)
    window, left = found.strongest(digit)
    covered = image.clone()
    covered[..., window.row : window.row + window.height,
            window.column : window.column + window.width] = 0  # fmt: skip
    assert_close(left, to_probabilities(model(covered))[0], rtol=1e-3, atol=1e-5)
    assert_close(found.whole[digit] - left[digit], found.drop(digit).max())


def test_windows_without_ink_are_not_read_again():
    shown = []
    model = small_classifier(0)
    model.register_forward_pre_hook(lambda module, inputs: shown.append(len(inputs[0])))
    image = torch.zeros(1, 1, 28, 28)
    image[0, 0, 10, 10] = 1
    occlude(model, image, size=3, stride=1)
    assert sum(shown) == 1 + 9


@given(sizes, strides, st.integers(0, 27), st.integers(0, 27))
def test_each_window_lies_round_its_square(size, stride, row, column):
    window = window_at(row // stride, column // stride, size, stride)
    assert window.row >= 0
    assert window.row + window.height <= 28
    if size >= stride:
        assert window.row <= row < window.row + window.height
        assert window.column <= column < window.column + window.width


# Comparison


@given(seeds)
def test_a_network_agrees_with_itself(seed):
    model, image = small_classifier(seed), picture(seed)
    same = compare(model, model, image, (1.0, 1.0))
    assert same.answers[0] == same.answers[1] == same.digit
    assert not same.difference.any()


@given(seeds, st.floats(0.5, 3), st.floats(0.5, 3))
def test_a_comparison_shows_each_network_as_it_is_alone(seed, warm, cold):
    first, second, image = small_classifier(seed), small_classifier(seed + 1, 2), picture(seed)
    compared = compare(first, second, image, (warm, cold))
    p, q = (probabilities_of(m, image, t) for m, t in ((first, warm), (second, cold)))
    assert_close(compared.probabilities, (p, q))
    assert compared.digit == int(p.argmax())
    expected = class_gradient(first, image, compared.digit) - class_gradient(
        second, image, compared.digit
    )
    assert_close(compared.difference, expected)
    gaps = (p - q).abs()
    assert gaps[compared.most_disputed] == gaps.max()


@pytest.mark.parametrize("key", MODELS)
def test_anatomy_counts_what_the_card_has_counted(key: str):
    assert anatomy(load_trained(key).model).parameter_count == load_card(key).parameter_count


def test_anatomy_counts_layers():
    assert (anatomy(DeepCNN()).convolutions, anatomy(DeepCNN()).linear_layers) == (4, 3)
    assert (anatomy(MLP()).convolutions, anatomy(MLP()).linear_layers) == (0, 3)
