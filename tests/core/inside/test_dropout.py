import copy
import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.inside.dropout import (
    BINS,
    PATCH,
    Spread,
    all_in_training,
    both_conventions,
    both_modes,
    busiest_corner,
    channels_gone,
    drop_maps,
    ever_sparser,
    predict_with_masks,
)
from mnist_core.models.build import freeze
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.convnet import ConvNet
from mnist_core.models.deep_cnn import DeepCNN
from mnist_core.models.dropout import Dropout, draw_masks_from
from mnist_core.pictures.own_digits import own_digit

NETWORKS = [ConvNet, DeepCNN]


def network(build: type[FeatureClassifier]) -> FeatureClassifier:
    """With batch norms that have seen something, so that their modes differ."""
    with torch.random.fork_rng():
        torch.manual_seed(1)
        model = build()
        model.train()(torch.rand(8, 1, 28, 28))
    return freeze(model)


def spread_of(rows: list[list[float]], evaluation: list[float]) -> Spread:
    return Spread(torch.tensor(rows).double(), torch.tensor(evaluation).double())


def certain(digit: int) -> list[float]:
    return [float(k == digit) for k in range(10)]


@pytest.mark.parametrize("build", NETWORKS)
@pytest.mark.parametrize("rate", [None, 0.5])
def test_it_is_the_network_itself_with_only_its_dropouts_in_training_mode(
    build: type[FeatureClassifier], rate: float | None
) -> None:
    model, image = network(build), own_digit(5)
    twin = copy.deepcopy(model)
    for layer in twin.modules():
        if isinstance(layer, Dropout):
            layer.train()
            layer.p = layer.p if rate is None else rate
    draw_masks_from(twin, torch.Generator().manual_seed(7))
    theirs = twin(image.expand(12, -1, -1, -1)).double().softmax(dim=1)
    ours = predict_with_masks(model, image, seed=7, rate=rate, masks=12)
    assert_close(ours.probabilities, theirs)
    assert_close(ours.evaluation, model(image).double().softmax(dim=1)[0])
    assert ours.probabilities.std(dim=0).max() > 0, "the masks differ"


@pytest.mark.parametrize("build", NETWORKS)
def test_the_shared_network_and_torch_s_random_numbers_stay_as_they_were(
    build: type[FeatureClassifier],
) -> None:
    model, image = network(build), own_digit(5)
    before, state = copy.deepcopy(model.state_dict()), torch.get_rng_state()
    predict_with_masks(model, image, seed=0, rate=0.7, masks=3)
    all_in_training(model, image, seed=0, copies=3)
    assert torch.equal(torch.get_rng_state(), state)
    assert_close(model.state_dict(), before, rtol=0, atol=0)
    dropouts = [layer for layer in model.modules() if isinstance(layer, Dropout)]
    assert all(layer.generator is None and layer.p < 0.7 for layer in dropouts)
    assert not any(module.training for module in model.modules())


def test_the_same_seed_gives_the_same_masks_and_another_others() -> None:
    model, image = network(ConvNet), own_digit(3)
    first, again, other = (predict_with_masks(model, image, seed, masks=5) for seed in (1, 1, 2))
    assert torch.equal(first.probabilities, again.probabilities)
    assert not torch.equal(first.probabilities, other.probabilities)


def test_at_rate_0_every_mask_answers_as_evaluation_does() -> None:
    spread = predict_with_masks(network(DeepCNN), own_digit(3), seed=0, rate=0.0, masks=4)
    assert_close(spread.probabilities, spread.evaluation.expand(4, -1))
    assert spread.agreement == 1


def test_a_temperature_flattens_the_masks_and_evaluation_alike() -> None:
    model, image = network(ConvNet), own_digit(3)
    plain = predict_with_masks(model, image, seed=0, masks=4)
    flat = predict_with_masks(model, image, seed=0, masks=4, temperature=5)
    assert (flat.probabilities.max(dim=1).values < plain.probabilities.max(dim=1).values).all()
    assert flat.evaluation.max() < plain.evaluation.max()


def test_counts_agreement_and_histogram_are_those_of_the_masks() -> None:
    half = [0.25 if k == 3 else 0.75 if k == 8 else 0.0 for k in range(10)]
    spread = spread_of([certain(3), certain(3), half, certain(5)], certain(3))
    assert spread.answer == 3
    assert spread.counts.tolist() == [0, 0, 0, 2, 0, 1, 0, 0, 1, 0]
    assert spread.agreement == 0.5
    assert_close(spread.of_answer, torch.tensor([1, 1, 0.25, 0]).double())
    expected, _ = torch.histogram(spread.of_answer, BINS, range=(0.0, 1.0))
    assert_close(spread.histogram, expected.long())


def test_entropy_is_0_when_sure_and_log2_of_10_without_any_idea() -> None:
    assert spread_of([certain(1)] * 3, certain(1)).entropy_bits == 0
    even = spread_of([[0.1] * 10] * 3, [0.1] * 10)
    assert_close(even.entropy_bits, math.log2(10))
    assert_close(even.eval_entropy_bits, math.log2(10))
    torn = spread_of([certain(1), certain(7)], certain(1))
    assert_close(torn.entropy_bits, 1.0)
    assert torn.eval_entropy_bits == 0


@given(data=st.lists(st.floats(-5, 5), min_size=10, max_size=10))
def test_entropy_is_that_of_torch(data: list[float]) -> None:
    p = torch.tensor(data).double().softmax(dim=0)
    theirs = torch.distributions.Categorical(p).entropy() / math.log(2)
    assert_close(Spread(p[None], p).entropy_bits, float(theirs), rtol=1e-6, atol=1e-6)


def test_full_training_mode_refuses_one_picture_and_moves_the_statistics_of_many() -> None:
    model, image = network(DeepCNN), own_digit(5)
    done = all_in_training(model, image, seed=0, copies=20)
    assert "more than 1 value per channel" in done.alone
    assert int(done.counts.sum()) == 20
    twin = copy.deepcopy(model).train()
    draw_masks_from(twin, torch.Generator().manual_seed(0))
    twin(image.expand(20, -1, -1, -1))
    first, before = twin.features[1], model.features[1]
    assert isinstance(first, nn.BatchNorm2d)
    assert isinstance(before, nn.BatchNorm2d)
    assert first.running_mean is not None
    assert before.running_mean is not None
    assert (first.running_mean - before.running_mean).abs().max() > 0
    assert done.moved is not None
    assert done.moved > 0


def test_without_batch_norm_full_training_mode_is_monte_carlo_dropout() -> None:
    model, image = network(ConvNet), own_digit(5)
    done = all_in_training(model, image, seed=4, copies=20)
    assert done.alone == ""
    assert done.moved is None


@given(rate=st.floats(0, 0.9), seed=st.integers(0, 2**31 - 1))
def test_over_many_masks_both_conventions_agree_with_their_evaluation(
    rate: float, seed: int
) -> None:
    image = own_digit(2)[0, 0]
    weight = torch.linspace(-1, 1, 784).reshape(28, 28)
    inverted, original = both_conventions(image, weight, 0.5, rate=rate, count=500, seed=seed)
    for convention in (inverted, original):
        error = 6 * convention.standard_error + 1e-5
        assert abs(convention.mean_sum - convention.eval_sum) < error
    assert_close(inverted.eval_sum, float((image * weight).sum()) + 0.5, rtol=1e-4, atol=1e-4)
    for which in ("eval_sum", "mean_sum"):
        smaller = (1 - rate) * (getattr(inverted, which) - 0.5)
        assert_close(getattr(original, which) - 0.5, smaller, rtol=1e-4, atol=1e-4)


def test_the_mean_of_the_masked_pictures_comes_near_what_evaluation_hands_on() -> None:
    image: Tensor = own_digit(8)[0, 0]
    ones = torch.ones(28, 28)
    for few, many in zip(
        both_conventions(image, ones, 0, rate=0.5, count=2, seed=0),
        both_conventions(image, ones, 0, rate=0.5, count=1000, seed=0),
        strict=True,
    ):
        far = (few.mean_input - few.eval_input).abs().mean()
        near = (many.mean_input - many.eval_input).abs().mean()
        assert near < far / 5
        # 6 standard errors of the mean of 1000 pixels that are 0 or at most 2
        assert (many.mean_input - many.eval_input).abs().max() < 6 / 1000**0.5


def test_ever_sparser_digits_lose_more_and_more_and_are_read_as_they_are() -> None:
    model, image = network(ConvNet), own_digit(4)
    rates = [0.0, 0.3, 0.6, 0.9]
    sparse = ever_sparser(model, image, rates, seed=2)
    assert torch.equal(sparse[0].image, image[0, 0])
    for less, more in pairwise(sparse):
        assert less.kept > more.kept
        assert not (more.image.bool() & ~less.image.bool()).any()
    for digit in sparse:
        probabilities = model(digit.image[None, None]).double().softmax(dim=1)[0]
        assert digit.digit == int(probabilities.argmax())
        assert_close(digit.probability, float(probabilities.max()), rtol=1e-5, atol=1e-6)


@given(rate=st.floats(0, 0.9), seed=st.integers(0, 1000))
def test_maps_lose_elements_or_whole_channels_and_the_rest_is_scaled(
    rate: float, seed: int
) -> None:
    maps = torch.rand(16, 5, 5) + 1
    elements, channels = drop_maps(maps, rate, seed)
    for dropped in (elements, channels):
        gone = dropped.maps == 0
        assert_close(dropped.share_gone, float(gone.float().mean()), rtol=1e-5, atol=1e-6)
        assert dropped.channels_gone == gone.flatten(1).all(dim=1).nonzero()[:, 0].tolist()
        assert_close(dropped.maps[~gone], (maps / (1 - rate))[~gone])
    assert_close(len(channels.channels_gone) / 16, channels.share_gone, rtol=1e-5, atol=1e-6)


@given(rate=st.floats(0, 0.9), seed=st.integers(0, 1000))
def test_the_two_modes_are_those_of_torch_s_layer_and_so_is_the_gradient(
    rate: float, seed: int
) -> None:
    image = own_digit(6)[0, 0]
    modes = both_modes(image, rate, seed)
    window = slice(modes.row, modes.row + PATCH), slice(modes.column, modes.column + PATCH)
    assert torch.equal(modes.inputs, image[window])
    layer = nn.Dropout(rate).eval()
    assert_close(modes.evaluation, layer(modes.inputs))
    inputs = modes.inputs.clone().requires_grad_()
    outputs = inputs * modes.mask / (1 - rate)
    outputs.sum().backward()
    assert_close(modes.training, outputs.detach())
    assert_close(modes.gradient, inputs.grad)


def test_channels_count_as_gone_only_when_nothing_of_them_is_left() -> None:
    shape = (4, 3, 3)
    channels = torch.tensor([True, False, True, False])[:, None, None]
    assert channels_gone(channels, shape) == [1, 3]
    elements = torch.ones(shape, dtype=torch.bool)
    elements[0, 1, 1] = False
    assert channels_gone(elements, shape) == []
    elements[2] = False
    assert channels_gone(elements, shape) == [2]


@given(row=st.integers(0, 22), column=st.integers(0, 22))
def test_the_busiest_window_lies_where_the_ink_is(row: int, column: int) -> None:
    image = torch.zeros(28, 28)
    image[row : row + 6, column : column + 6] = torch.eye(6)
    top, left = busiest_corner(image, 6)
    assert (top, left) == (row, column)
