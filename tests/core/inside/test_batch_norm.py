"""The figures of the lesson on batch normalisation, on the shipped network."""

import copy

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.testing import assert_close

from mnist_core.errors import LayerImpossible
from mnist_core.inside.batch_norm import (
    BINS,
    Channel,
    bias_effect,
    channel_of,
    compare_company,
    draw_batches,
    histogram,
    inputs_of,
    norm_layers,
    shared_limit,
)
from mnist_core.layers.batch_norm import Running
from mnist_core.pictures.own_digits import ten_own_digits, varied_own_digits
from mnist_core.reading import load_reader

MODEL = load_reader("deep_cnn").model
IMAGES = varied_own_digits(12)


def channel(layer: int, index: int, images: Tensor = IMAGES) -> Channel:
    chosen = norm_layers(MODEL)[layer]
    return channel_of(chosen.module, inputs_of(MODEL, images, chosen.name), index)


def test_the_layers_are_named_by_what_they_follow():
    layers = norm_layers(MODEL)
    assert [layer.title for layer in layers] == [
        "1. after Conv 3×3, 1 → 32", "2. after Conv 3×3, 32 → 64",
        "3. after Conv 3×3, 64 → 128", "4. after Conv 3×3, 128 → 128",
        "5. after Linear 1152 → 512", "6. after Linear 512 → 256",
    ]  # fmt: skip
    assert [layer.channels for layer in layers] == [32, 64, 128, 128, 512, 256]
    assert [layer.has_places for layer in layers] == [True] * 4 + [False] * 2


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("layer", range(6))
def test_a_channel_comes_out_as_from_the_network_s_own_layer(layer: int, training: bool):
    chosen = norm_layers(MODEL)[layer]
    inputs = inputs_of(MODEL, IMAGES, chosen.name)
    theirs = copy.deepcopy(chosen.module).train(training)(inputs).detach()
    ours = channel_of(chosen.module, inputs, 3).normalised(training)
    assert_close(ours, theirs[:, 3:4], atol=1e-5, rtol=1e-4)


def test_looking_at_a_layer_changes_nothing_in_the_network():
    before = copy.deepcopy(MODEL.state_dict())
    looked_at = channel(0, 0)
    looked_at.normalised(True)
    looked_at.running.mean.add_(1)
    looked_at.gamma.add_(1)
    assert not MODEL.training
    for name, value in MODEL.state_dict().items():
        assert_close(value, before[name], atol=0, rtol=0)


def test_in_training_a_digit_depends_on_its_company_and_in_evaluation_it_does_not():
    others = torch.cat([IMAGES[:1], ten_own_digits()])
    among, elsewhere = compare_company(channel(0, 1)), compare_company(channel(0, 1, others))
    assert among.in_batch is not None
    assert elsewhere.in_batch is not None
    assert among.difference == float((among.in_batch - among.alone).abs().max())
    assert (among.in_batch - elsewhere.in_batch).abs().max() > 0.01
    assert_close(among.in_evaluation, elsewhere.in_evaluation, atol=1e-5, rtol=1e-4)
    assert_close(among.alone, elsewhere.alone, atol=1e-5, rtol=1e-4)
    assert not among.alone_refused


def test_alone_after_a_linear_layer_only_beta_is_left_and_training_is_refused():
    chosen = channel(5, 7)
    company = compare_company(chosen)
    assert company.alone_refused
    assert_close(company.alone, chosen.beta[0])
    with pytest.raises(LayerImpossible):
        chosen.alone().normalised(True)
    with pytest.raises(LayerImpossible):
        bias_effect(chosen.alone(), 1.0)
    assert compare_company(chosen.alone()).in_batch is None


@given(bias=st.floats(-5, 5), layer=st.integers(0, 5))
def test_a_bias_moves_what_goes_in_and_in_evaluation_what_comes_out_but_not_in_training(
    bias: float, layer: int
):
    chosen = channel(layer, 2)
    effect = bias_effect(chosen, bias)
    spread = float((chosen.running.variance + chosen.epsilon).sqrt())
    assert effect.before == pytest.approx(abs(bias), abs=1e-4)
    assert effect.in_training < 1e-4
    expected = abs(float(chosen.gamma) * bias) / spread
    assert effect.in_evaluation == pytest.approx(expected, abs=1e-4, rel=1e-3)


def test_batches_are_drawn_alike_every_time_and_of_different_pictures():
    chosen = channel(0, 0)
    batches = draw_batches(chosen, 4, 5)
    assert [b.count for b in batches] == [4 * 28 * 28] * 5
    again = draw_batches(chosen, 4, 5)
    assert [float(b.mean) for b in batches] == [float(b.mean) for b in again]
    assert len({float(b.mean) for b in batches}) == 5
    whole = draw_batches(chosen, 12, 3)
    assert_close(whole[0].mean, whole[2].mean)
    assert_close(whole[0].mean, chosen.batch.mean)


@given(values=st.lists(st.floats(-1000, 1000, width=32), min_size=1, max_size=30))
def test_a_histogram_counts_every_value_once_between_limits_that_none_exceeds(
    values: list[float],
):
    tensor = torch.tensor(values)
    limit = shared_limit(tensor)
    assert limit >= float(tensor.abs().max())
    shares = histogram(tensor, limit).shares
    assert len(shares) == BINS
    assert sum(shares) == pytest.approx(1)


def test_a_histogram_has_zero_in_its_middle_and_limits_are_round():
    shares = histogram(torch.tensor([0.0, 0.0, -1.99, 1.99]), 2.0).shares
    assert (shares[0], shares[BINS // 2], shares[-1]) == (0.25, 0.5, 0.25)
    assert [shared_limit(torch.tensor([v])) for v in (0.29, 1.0, 1.1, 4.0, 6.0, 0.0)] == [
        pytest.approx(limit) for limit in (0.3, 1, 2, 4, 6, 1)
    ]
    assert shared_limit(torch.tensor([0.3]), torch.tensor([-7.0])) == 8


def test_the_digits_for_company_are_the_same_every_time_and_all_different():
    assert IMAGES.shape == (12, 1, 28, 28)
    assert float(IMAGES.min()) >= 0
    assert float(IMAGES.max()) <= 1
    assert len({float(image.sum()) for image in IMAGES}) == 12
    varied_own_digits.cache_clear()
    assert_close(varied_own_digits(12), IMAGES, atol=0, rtol=0)


def test_a_new_layer_s_averages_approach_those_of_the_digits():
    chosen = channel(0, 0)
    running = Running.new(1)
    for batch in draw_batches(chosen, 12, 60):
        running = running.update(batch)
    assert_close(running.mean, chosen.batch.mean, atol=0.01, rtol=0.01)
    assert_close(running.variance, chosen.batch.unbiased_variance, atol=0.01, rtol=0.01)
