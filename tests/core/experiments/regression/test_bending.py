import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from mnist_core.errors import LayerImpossible
from mnist_core.experiments.descent.optimisers import OPTIMISERS
from mnist_core.experiments.regression.bending import (
    MOST_UNITS,
    Bent,
    descend,
    drawn,
    gradient,
    loss,
)
from mnist_core.layers.activations import ACTIVATIONS

units, seeds = st.integers(1, MOST_UNITS), st.integers(0, 2**31)
functions = st.sampled_from(list(ACTIVATIONS.values()))


@given(units=units, seed=seeds, activation=functions, count=st.integers(1, 20))
def test_gradients_are_autograd_s(units, seed, activation, count):
    network = drawn(units, 3.0, seed)
    random = torch.Generator().manual_seed(seed)
    x, y = 2 * torch.randn(2, count, generator=random, dtype=torch.float64)
    leaf = network.flat().requires_grad_()
    (expected,) = torch.autograd.grad(loss(Bent.from_flat(leaf), x, y, activation), leaf)
    assert_close(gradient(network, x, y, activation).flat(), expected, rtol=1e-6, atol=1e-12)


@given(units=units, seed=seeds, activation=functions)
def test_the_curve_is_the_sum_of_the_units_parts(units, seed, activation):
    network, x = drawn(units, 3.0, seed), torch.linspace(-3, 3, 13, dtype=torch.float64)
    hidden = torch.nn.Linear(1, units, dtype=torch.float64)
    output = torch.nn.Linear(units, 1, dtype=torch.float64)
    hidden.weight.data, hidden.bias.data = network.inward[:, None], network.shift
    output.weight.data, output.bias.data = network.outward[None], network.height[None]
    expected = output(activation.value(hidden(x[:, None])))[:, 0]
    assert_close(network.curve(x, activation), expected.detach())
    parts = network.parts(x, activation)
    assert parts.shape == (13, units)
    assert_close(parts.sum(dim=1) + network.height, expected.detach())


@given(units=units, seed=seeds, reach=st.floats(0.5, 5))
def test_every_unit_bends_in_sight_and_only_there(units, seed, reach):
    network = drawn(units, reach, seed)
    bends = network.bends()
    assert bends.abs().max() <= reach + 1e-9
    at_bends = network.sums(bends).diagonal()
    assert_close(at_bends, torch.zeros_like(at_bends), atol=1e-9, rtol=0)


@pytest.mark.parametrize("count", [0, MOST_UNITS + 1])
def test_more_units_than_can_be_drawn_are_refused(count):
    with pytest.raises(LayerImpossible, match=f"1 to {MOST_UNITS} units"):
        drawn(count, 3.0)


def test_one_unit_cannot_bend_into_a_wave_and_sixteen_can():
    x = torch.linspace(-3, 3, 40, dtype=torch.float64)
    y, step = torch.sin(math.pi * x / 2), OPTIMISERS["adam"].at(0.05)
    losses = []
    for count in (1, MOST_UNITS):
        states = descend(drawn(count, 3.0), x, y, ACTIVATIONS["tanh"], step=step, steps=400)
        assert len(states) == 401
        end = Bent.from_flat(states[-1].weights)
        losses.append(float(loss(end, x, y, ACTIVATIONS["tanh"])))
    assert losses[0] > 0.1
    assert losses[1] < 0.01
