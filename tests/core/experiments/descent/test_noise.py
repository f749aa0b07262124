import math
from itertools import combinations, product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.testing import assert_close

from mnist_core.experiments.descent.noise import (
    batches,
    descend_in_batches,
    measured_noise,
    predicted_noise,
    spread,
    steps_per_epoch,
)
from mnist_core.experiments.descent.optimisers import OPTIMISERS, path
from mnist_core.experiments.regression.linear import Convention, Line, gradient, per_example

seeds = st.integers(0, 2**31)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def gradients(count: int, seed: int = 0) -> Tensor:
    return torch.randn(count, 3, generator=generator(seed), dtype=torch.float64) + 1


@given(count=st.integers(1, 5), seed=seeds, data=st.data())
def test_the_law_is_the_mean_over_every_batch_that_there_can_be(count, seed, data):
    size = data.draw(st.integers(1, count))
    all_of_them = gradients(count, seed)
    for replacement in (True, False):
        ways = (
            product(range(count), repeat=size) if replacement else combinations(range(count), size)
        )
        means = torch.stack([all_of_them[list(way)].mean(dim=0) for way in ways])
        expected = math.sqrt((means - all_of_them.mean(dim=0)).square().sum(dim=1).mean())
        predicted = predicted_noise(spread(all_of_them), count, size, replacement)
        assert predicted == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("replacement", [True, False])
@pytest.mark.parametrize("size", [1, 5, 20, 39])
def test_measured_it_is_as_predicted(size, replacement):
    all_of_them = gradients(40)
    measured = measured_noise(all_of_them, size, replacement, generator(1), draws=1_000)
    predicted = predicted_noise(spread(all_of_them), 40, size, replacement)
    assert measured == pytest.approx(predicted, rel=0.1)


def test_the_full_batch_without_replacement_has_none():
    all_of_them = gradients(12)
    assert predicted_noise(spread(all_of_them), 12, 12, replacement=False) == 0
    assert measured_noise(all_of_them, 12, False, generator(), draws=5) < 1e-12


@given(count=st.integers(1, 50), size=st.integers(1, 60), seed=st.one_of(st.none(), seeds))
def test_in_an_epoch_every_example_comes_once(count, size, seed):
    chosen = batches(count, size, None if seed is None else generator(seed))
    assert len(chosen) == steps_per_epoch(count, size)
    assert torch.cat(chosen).sort().values.tolist() == list(range(count))
    assert all(len(batch) == size for batch in chosen[:-1])
    if seed is None:
        assert torch.cat(chosen).tolist() == list(range(count))


def problem() -> tuple[Tensor, Tensor]:
    x = torch.linspace(-1, 1, 12, dtype=torch.float64)[:, None]
    return x, 2 * x + 0.5 + 0.3 * torch.randn(12, 1, generator=generator(), dtype=torch.float64)


def slope(weights: Tensor, chosen: Tensor) -> Tensor:
    x, y = problem()
    line = Line(weights[None, :1], weights[1:])
    found = gradient(line, x[chosen], y[chosen], Convention.MEAN)
    return torch.cat([found.weight[0], found.bias])


START = torch.tensor([-1.0, 1.0], dtype=torch.float64)


def test_the_batch_gradient_is_the_mean_of_its_examples():
    x, y = problem()
    chosen = torch.tensor([1, 4, 7])
    each = per_example(Line(START[None, :1], START[1:]), x, y, Convention.SUM)
    flat = torch.cat([each.weight[:, 0], each.bias], dim=1)
    assert_close(slope(START, chosen), flat[chosen].mean(dim=0))


@pytest.mark.parametrize(("size", "steps"), [(12, 1), (5, 3), (1, 12)])
def test_epochs_and_steps_are_counted_apart(size, steps):
    step, random = OPTIMISERS["sgd"].at(0.1), generator()
    lists = [batches(12, size, random) for _ in range(3)]
    moments = descend_in_batches(step, slope, START, lists)
    assert len(moments) == 1 + 3 * steps
    assert [moment.state.steps for moment in moments] == list(range(1 + 3 * steps))
    assert moments[steps].epoch == 1
    assert moments[-1].epoch == 3
    assert [len(m.chosen) for m in moments[1 : 1 + steps]] == [len(b) for b in lists[0]]


def test_in_full_batches_it_is_the_plain_descent():
    step = OPTIMISERS["momentum"].at(0.05)
    whole = path(step, lambda weights: slope(weights, torch.arange(12)), START, 8)
    moments = descend_in_batches(step, slope, START, [batches(12, 12, None)] * 8)
    for state, moment in zip(whole, moments, strict=True):
        assert_close(moment.state.weights, state.weights)
