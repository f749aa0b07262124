"""Our batch normalisation is PyTorch's."""

import copy

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.errors import LayerImpossible
from mnist_core.layers.batch_norm import (
    Running,
    batch_norm_eval,
    batch_norm_train,
    batch_statistics,
    normalise,
    running_path,
)

MANY = settings(max_examples=60)
flat = st.tuples(st.integers(1, 8), st.integers(1, 5))
maps = st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 5), st.integers(1, 5))
shapes = st.one_of(flat, maps)
seeds = st.integers(0, 999)


def numbers(shape: tuple[int, ...], seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return 3 * torch.randn(shape, generator=generator, dtype=torch.float64) + 1


def layer_for(
    shape: tuple[int, ...], seed: int, momentum: float = 0.1
) -> nn.BatchNorm1d | nn.BatchNorm2d:
    kind = nn.BatchNorm1d if len(shape) == 2 else nn.BatchNorm2d
    layer = kind(shape[1], momentum=momentum).double()
    with torch.no_grad():
        layer.weight.copy_(numbers((shape[1],), seed + 1))
        layer.bias.copy_(numbers((shape[1],), seed + 2))
        layer.running_mean.copy_(numbers((shape[1],), seed + 3))
        layer.running_var.copy_(numbers((shape[1],), seed + 4).abs() + 0.1)
    return layer


def running_of(layer: nn.BatchNorm1d | nn.BatchNorm2d) -> Running:
    return Running(layer.running_mean.clone(), layer.running_var.clone())


def several(shape: tuple[int, ...]) -> bool:
    return shape[0] * torch.Size(shape[2:]).numel() > 1


@MANY
@given(shape=shapes, seed=seeds, training=st.booleans())
def test_values_and_all_gradients_are_pytorch_s(shape: tuple[int, ...], seed: int, training: bool):
    assume(several(shape))
    layer = layer_for(shape, seed).train(training)
    gamma, beta = (p.detach().clone().requires_grad_() for p in (layer.weight, layer.bias))
    running = running_of(layer)
    ours, theirs = (numbers(shape, seed).requires_grad_() for _ in range(2))
    if training:
        made, _ = batch_norm_train(ours, gamma, beta, layer.eps)
    else:
        made = batch_norm_eval(ours, running, gamma, beta, layer.eps)
    expected = layer(theirs)
    assert_close(made, expected)
    weights = numbers(shape, seed + 5)
    (made * weights).sum().backward()
    (expected * weights).sum().backward()
    assert_close(ours.grad, theirs.grad, atol=1e-6, rtol=1e-5)
    assert_close(gamma.grad, layer.weight.grad)
    assert_close(beta.grad, layer.bias.grad)


@MANY
@given(shape=shapes, seed=seeds, momentum=st.floats(0, 1), batches=st.integers(1, 4))
def test_the_running_averages_are_pytorch_s_with_the_unbiased_variance(
    shape: tuple[int, ...], seed: int, momentum: float, batches: int
):
    assume(several(shape))
    layer = layer_for(shape, seed, momentum).train()
    seen = [numbers(shape, seed + 10 * k) for k in range(batches)]
    path = running_path([batch_statistics(batch) for batch in seen], momentum, running_of(layer))
    assert len(path) == batches + 1
    for batch, running in zip(seen, path[1:], strict=True):
        layer(batch)
        assert_close(running.mean, layer.running_mean)
        assert_close(running.variance, layer.running_var)


def test_a_new_layer_starts_where_pytorch_s_does():
    layer, ours = nn.BatchNorm1d(7), Running.new(7)
    assert_close(ours.mean, layer.running_mean)
    assert_close(ours.variance, layer.running_var)


@given(shape=shapes, seed=seeds)
def test_a_batch_is_normalised_with_the_biased_variance_and_stores_the_unbiased(
    shape: tuple[int, ...], seed: int
):
    assume(several(shape))
    values = numbers(shape, seed)
    dims = [dim for dim in range(len(shape)) if dim != 1]
    statistics = batch_statistics(values)
    assert_close(statistics.mean, values.mean(dim=dims))
    assert_close(statistics.variance, values.var(dim=dims, correction=0))
    assert_close(statistics.unbiased_variance, values.var(dim=dims, correction=1))


@given(shape=shapes, seed=seeds)
def test_in_training_what_comes_out_has_mean_beta_and_spread_gamma(
    shape: tuple[int, ...], seed: int
):
    assume(several(shape))
    gamma, beta = numbers((shape[1],), seed + 1), numbers((shape[1],), seed + 2)
    values = numbers(shape, seed)
    made, before = batch_norm_train(values, gamma, beta)
    after = batch_statistics(made)
    assert_close(after.mean, beta)
    assert_close(after.variance, gamma**2 * before.variance / (before.variance + 1e-5))


@given(shape=shapes, seed=seeds, bias=st.floats(-5, 5))
def test_a_bias_before_it_changes_nothing_in_training_and_does_in_evaluation(
    shape: tuple[int, ...], seed: int, bias: float
):
    assume(several(shape))
    layer = layer_for(shape, seed)
    gamma, beta = layer.weight.detach(), layer.bias.detach()
    values = numbers(shape, seed)
    plain, _ = batch_norm_train(values, gamma, beta)
    biased, _ = batch_norm_train(values + bias, gamma, beta)
    assert_close(biased, plain, atol=1e-8, rtol=1e-6)
    running = running_of(layer)
    moved = batch_norm_eval(values + bias, running, gamma, beta)
    by = gamma * bias / torch.sqrt(running.variance + 1e-5)
    by = by.view(1, -1, *[1] * (len(shape) - 2))
    assert_close(moved, batch_norm_eval(values, running, gamma, beta) + by)


@pytest.mark.parametrize("shape", [(1, 5), (1, 5, 1, 1)])
def test_a_single_number_per_channel_is_refused_as_by_pytorch_and_the_formula_leaves_beta(
    shape: tuple[int, ...],
):
    layer = layer_for(shape, 0).train()
    values = numbers(shape, 0)
    with pytest.raises(ValueError, match="Expected more than 1 value per channel when training"):
        layer(values)
    gamma, beta = layer.weight.detach(), layer.bias.detach()
    with pytest.raises(LayerImpossible, match="A single number has no spread"):
        batch_norm_train(values, gamma, beta)
    statistics = batch_statistics(values)
    assert_close(statistics.variance, torch.zeros(5, dtype=torch.float64))
    assert statistics.unbiased_variance.isnan().all()
    made = normalise(values, statistics.mean, statistics.variance, gamma, beta)
    assert_close(made.flatten(), beta)


def test_one_picture_after_a_convolution_still_has_statistics_over_its_places():
    values = numbers((1, 3, 6, 6), 0)
    layer = layer_for((1, 3, 6, 6), 0).train()
    made, statistics = batch_norm_train(values, layer.weight.detach(), layer.bias.detach())
    assert statistics.count == 36
    assert_close(made, copy.deepcopy(layer)(values).detach())
