import itertools
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.models.classifier import Standardise
from mnist_core.models.deep_cnn import DeepCNN
from mnist_core.models.dropout import Dropout
from mnist_core.models.recipes import Recipe
from mnist_core.models.registry import DEFAULT_MODEL, MODELS, READERS, build_model, model_entry

CONV_CHANNELS = [1, 32, 64, 128, 128]
LINEAR_FEATURES = [1152, 512, 256]


def seeded_images(count: int) -> Tensor:
    return torch.rand(count, 1, 28, 28, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def model() -> DeepCNN:
    torch.manual_seed(0)
    return DeepCNN(0.13, 0.31)


# deep_cnn, layer by layer


def test_deep_cnn_has_the_layers_of_its_description_in_order(model: DeepCNN) -> None:
    block = [nn.Conv2d, nn.BatchNorm2d, nn.ReLU]
    dense = [nn.Linear, nn.BatchNorm1d, nn.ReLU]
    rest = [Dropout, nn.MaxPool2d]
    expected = [*(block + rest) * 3, *block, nn.Flatten, *dense * 2]
    assert [type(layer) for layer in model.features] == expected
    assert type(model.head) is nn.Linear
    assert [name for name, _ in model.named_children()] == ["standardise", "features", "head"]


def test_deep_cnn_convolutions_are_3x3_and_keep_the_size(model: DeepCNN) -> None:
    layers = [layer for layer in model.features if isinstance(layer, nn.Conv2d)]
    channels = [(layer.in_channels, layer.out_channels) for layer in layers]
    assert channels == list(itertools.pairwise(CONV_CHANNELS))
    for layer in layers:
        assert layer.kernel_size == (3, 3)
        assert layer.padding == (1, 1)
        assert layer.stride == (1, 1)
        assert layer.dilation == (1, 1)
        assert layer.groups == 1


def test_deep_cnn_linear_layers_lead_from_1152_to_10(model: DeepCNN) -> None:
    layers = [layer for layer in model.features if isinstance(layer, nn.Linear)] + [model.head]
    features = [(layer.in_features, layer.out_features) for layer in layers]
    assert features == list(zip(LINEAR_FEATURES, [*LINEAR_FEATURES[1:], 10], strict=True))


def test_deep_cnn_has_no_bias_where_a_batch_norm_follows(model: DeepCNN) -> None:
    layers = list(model.features)
    norms = [
        i for i, layer in enumerate(layers) if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d)
    ]
    assert len(norms) == 6
    for index in norms:
        assert layers[index - 1].bias is None
        assert layers[index].affine
        width = layers[index - 1].weight.shape[0]
        assert layers[index].num_features == width
    assert model.head.bias is not None


def test_deep_cnn_drops_a_tenth_and_halves_the_size_three_times(model: DeepCNN) -> None:
    dropouts = [layer for layer in model.features if isinstance(layer, nn.Dropout)]
    pools = [layer for layer in model.features if isinstance(layer, nn.MaxPool2d)]
    assert [layer.p for layer in dropouts] == [0.1] * 3
    assert [(layer.kernel_size, layer.stride, layer.padding) for layer in pools] == [(2, 2, 0)] * 3


def test_deep_cnn_has_as_many_parameters_as_its_layers_add_up_to(model: DeepCNN) -> None:
    kernels = sum(9 * a * b for a, b in itertools.pairwise(CONV_CHANNELS))
    dense = 1152 * 512 + 512 * 256 + 256 * 10 + 10
    norms = 2 * (sum(CONV_CHANNELS[1:]) + 512 + 256)
    assert kernels + dense + norms == 965_610
    assert sum(p.numel() for p in model.parameters()) == 965_610
    assert all(p.requires_grad for p in model.parameters())


def test_deep_cnn_shapes_after_each_stage(model: DeepCNN) -> None:
    shapes: list[tuple[int, ...]] = []
    x = model.eval().standardise(seeded_images(2))
    for layer in model.features:
        x = layer(x)
        if isinstance(layer, nn.MaxPool2d | nn.Flatten | nn.Linear):
            shapes.append(tuple(x.shape[1:]))
    assert shapes == [(32, 14, 14), (64, 7, 7), (128, 3, 3), (1152,), (512,), (256,)]
    assert model.embed(seeded_images(2)).shape == (2, 256)
    assert model(seeded_images(2)).shape == (2, 10)


def test_standardise_subtracts_the_mean_and_divides_by_the_standard_deviation() -> None:
    images = seeded_images(3)
    assert_close(Standardise(0.25, 0.5)(images), (images - 0.25) / 0.5)
    assert_close(Standardise(0.0, 1.0)(images), images)


def test_dropout_acts_in_training_mode_only(model: DeepCNN) -> None:
    images = seeded_images(4)
    model.eval()
    assert torch.equal(model(images), model(images))
    for layer in model.modules():
        if isinstance(layer, nn.Dropout):
            layer.train()
    assert not torch.equal(model(images), model(images))


# The registry


def test_every_registered_model_is_under_its_own_key_and_says_what_it_is() -> None:
    assert list(MODELS) == [entry.key for entry in MODELS.values()]
    assert set(READERS) == {"deep_cnn", "deep_cnn_pen"}
    assert DEFAULT_MODEL in READERS
    assert READERS.keys() <= MODELS.keys()
    for entry in MODELS.values():
        assert entry.title
        assert entry.trained_on
        assert isinstance(entry.recipe, Recipe)


@pytest.mark.parametrize("key", MODELS)
def test_every_registered_model_reads_a_single_picture_in_evaluation_mode(key: str) -> None:
    logits = build_model(key).eval()(seeded_images(1))
    assert logits.shape == (1, 10)
    assert torch.isfinite(logits).all()


def test_build_model_makes_a_new_network_each_time() -> None:
    first, second = build_model("deep_cnn"), build_model("deep_cnn")
    assert first is not second
    shared = {p.data_ptr() for p in first.parameters()} & {
        p.data_ptr() for p in second.parameters()
    }
    assert not shared


@pytest.mark.parametrize("ask", [model_entry, build_model])
def test_an_unknown_key_is_refused_with_the_keys_that_there_are(
    ask: Callable[[str], object],
) -> None:
    with pytest.raises(KeyError) as caught:
        ask("resnet")
    assert "'resnet'" in str(caught.value)
    for key in MODELS:
        assert key in str(caught.value)
