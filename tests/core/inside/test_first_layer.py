import copy
import dataclasses
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.data.mnist import to_images_01
from mnist_core.errors import LayerImpossible, WeightsUnusable
from mnist_core.inside.first_layer import (
    decoder_columns,
    first_and_last,
    first_layer_filters,
    kept_moments,
    learnt_kernels,
    passed_on,
    ranked,
    responses,
    squared_norms,
    unit_on_pixels,
    use_of_units,
    vote,
)
from mnist_core.layers.convolution import Sliding
from mnist_core.models.build import build_network, freeze
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.cvae import ConditionalVAE
from mnist_core.models.mlp import MLP
from mnist_core.models.parts import first_layer
from mnist_core.models.registry import ARCHITECTURES, MODELS
from mnist_core.models.softmax_regression import SoftmaxRegression
from mnist_core.models.vae import VAE
from mnist_core.pictures.own_digits import own_digit
from mnist_core.shipping.run_folder import FIRST_LAYER_STEPS
from mnist_core.weights import load_trained
from tests.core.seeded import seeded_images, untrained
from tests.core.shipped import TRACED

FILTERS = {
    "softmax_regression": (10, 28, 28),
    "mlp": (512, 28, 28),
    "convnet": (16, 3, 3),
    "deep_cnn": (32, 3, 3),
    "vae": (400, 28, 28),
    "vae2d": (400, 28, 28),
    "cvae": (512, 28, 28),
    "resnet18_transfer": (64, 7, 7),
}

HALF = {"rtol": 2**-10, "atol": 2**-13}
"""What float16 keeps of weights under 1."""


def some(build: type[FeatureClassifier]) -> FeatureClassifier:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return freeze(build(0.13, 0.31))


@pytest.mark.parametrize("key", TRACED)
def test_the_first_moment_is_what_the_recipe_s_seed_gives_and_the_last_what_is_shipped(
    key: str,
) -> None:
    entry, model = MODELS[key], load_trained(key).model
    moments = kept_moments(key, model)
    assert [moment.step for moment in moments] == [*FIRST_LAYER_STEPS, None]
    start = build_network(entry.architecture, entry.recipe, 0.0, 1.0)
    assert_close(moments[0].weight, first_layer(start).weight.detach(), **HALF)
    assert torch.equal(moments[-1].weight, first_layer(model).weight)
    assert all(moment.weight.dtype == torch.float32 for moment in moments)
    moved = [float((moment.weight - moments[0].weight).norm()) for moment in moments]
    assert moved[0] == 0
    assert moved[1] < moved[3] < moved[-1]


@pytest.mark.parametrize("key", ["convnet", "deep_cnn", "deep_cnn_pen"])
def test_kernels_come_nearer_to_the_shipped_ones_from_moment_to_moment(key: str) -> None:
    moments = kept_moments(key, load_trained(key).model)
    shipped = moments[-1].weight.flatten()
    likeness = [
        float(torch.corrcoef(torch.stack([moment.weight.flatten(), shipped]))[0, 1])
        for moment in moments[3:]
    ]
    assert likeness == sorted(likeness)
    assert likeness[-2] > 0.9, "of the same training, or one that went nearly the same way"


def test_the_start_of_a_training_is_drawn_again_from_its_seed() -> None:
    model = load_trained("deep_cnn").model
    before, after = first_and_last("deep_cnn", model)
    assert (before.step, after.step) == (0, None)
    assert torch.equal(after.weight, first_layer(model).weight)
    other = dataclasses.replace(MODELS["deep_cnn"].recipe, seed=1)
    another = first_layer(build_network("deep_cnn", other, 0.0, 1.0)).weight.detach()
    both = torch.stack([before.weight.flatten(), another.flatten(), after.weight.flatten()])
    likeness = torch.corrcoef(both)[2]
    assert likeness[0] > 0.5, "training began at these weights"
    assert likeness[1] < 0.3


@pytest.mark.parametrize(
    "tensors",
    [
        {"000000": torch.zeros(10, 783)},
        {"before": torch.zeros(10, 784)},
        {"000000": torch.full((10, 784), torch.nan)},
    ],
)
def test_a_file_of_something_else_is_refused_with_a_sentence(
    tmp_path: Path, tensors: dict[str, Tensor]
) -> None:
    save_file(tensors, tmp_path / "softmax_regression.safetensors")
    with pytest.raises(WeightsUnusable, match="softmax_regression"):
        kept_moments("softmax_regression", SoftmaxRegression(), tmp_path)


def test_a_missing_or_damaged_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnusable, match="missing"):
        kept_moments("mlp", MLP(), tmp_path)
    (tmp_path / "mlp.safetensors").write_bytes(b"no tensors")
    with pytest.raises(WeightsUnusable, match="not a readable"):
        kept_moments("mlp", MLP(), tmp_path)


@pytest.mark.parametrize("digit", range(10))
def test_what_the_pixels_add_and_the_bias_are_the_network_s_own_logits(digit: int) -> None:
    model, image = load_trained("softmax_regression").model, own_digit(digit)
    found = vote(model, image)
    assert_close(found.contributions.sum(dim=(1, 2)) + found.biases, model(image)[0],
                 rtol=1e-4, atol=1e-4)  # fmt: skip
    assert_close(found.outputs, model(image)[0], rtol=1e-4, atol=1e-4)
    assert not found.contributions[:, image[0, 0] == 0].any(), "paper says nothing"
    weight, bias = unit_on_pixels(model, digit)
    logit = float((weight * image[0, 0]).sum()) + bias
    assert_close(logit, float(model(image)[0, digit]), rtol=1e-4, atol=1e-4)


@given(seed=st.integers(0, 2**31 - 1))
def test_a_vote_on_any_picture_is_that_of_the_linear_layer(seed: int) -> None:
    model = some(SoftmaxRegression)
    image = torch.rand(1, 1, 28, 28, generator=torch.Generator().manual_seed(seed))
    assert_close(vote(model, image).outputs, model(image)[0], rtol=1e-4, atol=1e-4)


def test_the_use_of_a_unit_is_how_far_the_next_layer_moves_without_it() -> None:
    model, image = some(MLP), own_digit(4)
    found = use_of_units(model, image)
    assert isinstance(model.features, nn.Sequential)
    hidden = model.features[:3](model.standardise(image))
    assert_close(found.activation, hidden[0])
    following = model.features[3]
    for unit in (0, 17, int(found.use.argmax())):
        without = hidden.clone()
        without[0, unit] = 0
        moved = (following(hidden) - following(without)).norm()
        assert_close(found.use[unit], moved, rtol=1e-3, atol=1e-5)
    assert found.active == int((hidden > 0).sum())


def test_units_are_ranked_from_the_greatest_and_norms_are_sums_of_squares() -> None:
    assert ranked(torch.tensor([1.0, 5.0, -2.0, 5.0])).tolist() == [1, 3, 0, 2]
    weight = torch.tensor([[3.0, 4.0], [0.0, -1.0]])
    assert squared_norms(weight).tolist() == [25, 1]
    assert squared_norms(weight.reshape(2, 1, 2)).tolist() == [25, 1]


@pytest.mark.parametrize("key", ["convnet", "deep_cnn"])
def test_with_its_bias_a_response_is_what_the_network_s_convolution_gives(key: str) -> None:
    model, image = load_trained(key).model, own_digit(7)
    layer = first_layer(model)
    found = responses(model, layer.weight, image)
    bias = torch.zeros(len(found)) if layer.bias is None else layer.bias
    assert_close(found + bias[:, None, None], layer(model.standardise(image))[0],
                 rtol=1e-4, atol=1e-5)  # fmt: skip
    by_hand = F.unfold(model.standardise(image), 3, padding=layer.padding)[0]  # (9, places)
    assert_close(found.flatten(1), layer.weight.flatten(1) @ by_hand, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("key", "last"), [("convnet", 2), ("deep_cnn", 3)])
def test_what_is_passed_on_is_the_first_block_of_the_network(key: str, last: int) -> None:
    model, image = load_trained(key).model, own_digit(7)
    assert isinstance(model.features, nn.Sequential)
    assert_close(passed_on(model, image), model.features[:last](model.standardise(image))[0])
    assert passed_on(model, image).min() >= 0


@pytest.mark.parametrize("build", [VAE, ConditionalVAE])
def test_a_decoder_column_is_what_its_hidden_unit_adds_to_the_logits(build: type[VAE]) -> None:
    vae = build()
    columns = decoder_columns(vae)
    last = vae.decoder[-2:]
    hidden = last[0].in_features
    assert columns.shape == (hidden, 28, 28)
    unit = torch.zeros(2, hidden)
    unit[1, 7] = 2.0
    nothing, something = last(unit)[:, 0]
    assert_close((something - nothing).detach(), 2 * columns[7])


def test_looking_changes_no_network() -> None:
    for key in ("softmax_regression", "mlp", "convnet"):
        model = load_trained(key).model
        before = copy.deepcopy(model.state_dict())
        kept_moments(key, model)
        if key == "convnet":
            responses(model, first_layer(model).weight, own_digit(1))
            passed_on(model, own_digit(1))
        else:
            vote(model, own_digit(1))
        assert_close(model.state_dict(), before, rtol=0, atol=0)


# Kernels


@pytest.mark.parametrize("key", ["deep_cnn_pen", "deep_cnn", "convnet"])
def test_learnt_kernels_on_the_standardised_picture_make_the_network_s_own_first_maps(key):
    model = load_trained(key).model
    with torch.inference_mode():
        standardised = model.standardise(own_digit(4))
        first = first_layer(model)
        expected = first(standardised)[0]
    kernels = learnt_kernels(model)
    assert len(kernels) == len(expected)
    sliding = Sliding((first.padding[0], first.padding[1]))
    for kernel, channel in zip(kernels, expected, strict=True):
        assert_close(kernel.over(standardised[0, 0], sliding), channel, atol=1e-4, rtol=0)
    kernels[0].weights.zero_()
    assert first.weight[0].any(), "the network is shared: its weights must not change"


def test_a_network_without_a_convolution_has_no_kernels():
    with pytest.raises(LayerImpossible, match="no convolution"):
        learnt_kernels(SoftmaxRegression())


# Filters


def test_a_network_that_reads_row_by_row_has_no_filters_and_no_first_layer() -> None:
    assert first_layer_filters(untrained("rnn")) is None
    with pytest.raises(LayerImpossible, match="no layer that looks at the picture"):
        first_and_last("rnn", untrained("rnn"))


@pytest.mark.parametrize("key", sorted(ARCHITECTURES.keys() - {"rnn"}))
def test_every_other_network_has_first_layer_filters_of_its_size(key: str) -> None:
    filters = first_layer_filters(untrained(key))
    assert filters is not None
    assert (tuple(filters.shape), filters.dtype) == (FILTERS[key], torch.float32)
    assert not filters.requires_grad


def test_template_of_a_digit_is_what_its_logit_multiplies_the_pixels_with() -> None:
    model = untrained("softmax_regression")
    templates = first_layer_filters(model)
    assert templates is not None
    images_01 = to_images_01(seeded_images(4))
    standardised = model.standardise(images_01)
    logits = (standardised * templates).sum(dim=(2, 3)) + model.head.bias
    assert_close(model(images_01), logits)


def test_kernels_for_colours_are_averaged_over_them() -> None:
    conv = nn.Conv2d(3, 2, kernel_size=5)
    filters = first_layer_filters(nn.Sequential(conv))
    assert filters is not None
    assert_close(
        filters[1], (conv.weight[1, 0] + conv.weight[1, 1] + conv.weight[1, 2]).detach() / 3
    )


def test_network_that_sees_no_picture_has_no_filters() -> None:
    assert first_layer_filters(nn.Sequential(nn.Linear(20, 400))) is None
    with pytest.raises(LayerImpossible, match="no layer"):
        first_layer_filters(nn.Sequential(nn.ReLU()))
