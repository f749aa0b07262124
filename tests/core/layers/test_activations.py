"""Activations and softmax against PyTorch's, values and gradients."""

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.experiments.activation_curves import BINS, REACH, curve, histogram, share_asleep
from mnist_core.inside.trace import first_sums
from mnist_core.layers.activations import (
    ACTIVATIONS,
    Activation,
    by_loops,
    elu_with,
    leaky_relu_with,
    maxout,
    maxout_backward,
    maxout_with,
    softmax,
    softmax_backward,
    softmax_by_loops,
    softmax_jacobian,
    to_probabilities,
)
from mnist_core.models.mlp import MLP
from mnist_core.pictures.own_digits import own_digit
from tests.core.cases import cases

PYTORCH_S: dict[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
}
numbers = st.floats(-90, 90, width=32)
tensors = array_shapes(max_dims=4, max_side=5).flatmap(
    lambda shape: arrays("float32", shape, elements=numbers).map(torch.from_numpy)
)
logits = st.integers(1, 12).flatmap(
    lambda n: arrays("float64", (n,), elements=st.floats(-60, 60)).map(torch.from_numpy)
)


def gradient(function: Callable[[Tensor], Tensor], z: Tensor) -> Tensor:
    """f′ as PyTorch's autograd has it."""
    z = z.clone().requires_grad_()
    return torch.autograd.grad(function(z).sum(), z)[0]


def assert_same_as_pytorch(ours: Activation, theirs: Callable[[Tensor], Tensor], z: Tensor) -> None:
    assert_close(ours.value(z), theirs(z))
    assert_close(ours.derivative(z), gradient(theirs, z))
    values, slopes = by_loops(z, ours.at)
    assert_close(values, theirs(z))
    assert_close(slopes, gradient(theirs, z))


@pytest.mark.parametrize("key", PYTORCH_S)
@given(z=tensors)
def test_every_function_and_its_slope_are_pytorch_s_also_number_by_number(
    key: str, z: Tensor
) -> None:
    assert_same_as_pytorch(ACTIVATIONS[key], PYTORCH_S[key], z)


def test_all_functions_are_compared_with_pytorch_s() -> None:
    assert set(PYTORCH_S) == set(ACTIVATIONS)


@pytest.mark.parametrize("key", PYTORCH_S)
def test_at_zero_the_slope_is_the_one_that_pytorch_takes(key: str) -> None:
    assert_same_as_pytorch(ACTIVATIONS[key], PYTORCH_S[key], torch.zeros(1))


@pytest.mark.parametrize("key", PYTORCH_S)
def test_far_from_zero_there_is_neither_infinity_nor_nan(key: str) -> None:
    z = torch.tensor([-1e30, -1000.0, 1000.0])
    values, slopes = by_loops(z, ACTIVATIONS[key].at)
    for found in (ACTIVATIONS[key].value(z), ACTIVATIONS[key].derivative(z), values, slopes):
        assert found.isfinite().all()
    assert_close(ACTIVATIONS[key].value(z), PYTORCH_S[key](z))


@given(z=tensors, leak=st.floats(0, 1), alpha=st.floats(0, 3))
def test_leaky_relu_and_elu_follow_their_settings(z: Tensor, leak: float, alpha: float) -> None:
    assert_same_as_pytorch(leaky_relu_with(leak), lambda x: F.leaky_relu(x, leak), z)
    assert_same_as_pytorch(elu_with(alpha), lambda x: F.elu(x, alpha), z)


line = st.tuples(st.floats(-2, 2, width=32), st.floats(-2, 2, width=32))


@given(z=tensors, lines=st.lists(line, min_size=1, max_size=4))
def test_maxout_of_lines_is_the_largest_of_linear_layers(
    z: Tensor, lines: list[tuple[float, float]]
) -> None:
    ours, flat = maxout_with(lines), z.reshape(-1, 1)
    layer = nn.Linear(1, len(lines))
    layer.weight.data = torch.tensor([[w] for w, _ in lines])
    layer.bias.data = torch.tensor([b for _, b in lines])

    def theirs(x: Tensor) -> Tensor:
        return layer(x).max(dim=1, keepdim=True).values

    assert_same_as_pytorch(ours, theirs, flat)


@given(
    batch=st.integers(1, 4), units=st.integers(1, 5), pieces=st.integers(1, 4), seed=st.integers(0)
)
def test_maxout_is_max_pooling_over_the_sums_of_a_unit(
    batch: int, units: int, pieces: int, seed: int
) -> None:
    generator = torch.Generator().manual_seed(seed % 2**63)
    sums = torch.randn(batch, units * pieces, generator=generator, requires_grad=True)
    arriving = torch.randn(batch, units, generator=generator)
    theirs = F.max_pool1d(sums[:, None], pieces)[:, 0]
    grouped = sums.detach().unflatten(1, (units, pieces))
    assert_close(maxout(grouped), theirs.detach())
    expected = torch.autograd.grad(theirs, sums, arriving)[0]
    assert_close(maxout_backward(grouped, arriving).flatten(1), expected)


@given(z=tensors, temperature=st.floats(0.2, 10))
def test_softmax_is_pytorch_s_over_the_last_dimension(z: Tensor, temperature: float) -> None:
    assert_close(softmax(z, temperature), F.softmax(z / temperature, dim=-1))


@given(z=logits, temperature=st.floats(0.2, 10))
def test_softmax_by_loops_and_its_jacobian_are_pytorch_s(z: Tensor, temperature: float) -> None:
    def theirs(x: Tensor) -> Tensor:
        return F.softmax(x / temperature, dim=0)

    assert_close(softmax_by_loops(z, temperature), theirs(z))
    jacobian = softmax_jacobian(softmax(z, temperature), temperature)
    assert_close(jacobian, torch.autograd.functional.jacobian(theirs, z))
    assert_close(jacobian.sum(dim=0), torch.zeros_like(z))
    assert_close(jacobian.sum(dim=1), torch.zeros_like(z))


@given(z=logits, seed=st.integers(0, 2**31))
def test_the_gradient_through_softmax_is_the_jacobian_times_what_arrives(
    z: Tensor, seed: int
) -> None:
    arriving = torch.randn(z.shape, generator=torch.Generator().manual_seed(seed)).double()
    p = softmax(z)
    assert_close(softmax_backward(p, arriving), softmax_jacobian(p) @ arriving)


@given(z=logits, shift=st.floats(-500, 500))
def test_softmax_does_not_notice_what_is_added_to_all(z: Tensor, shift: float) -> None:
    assert_close(softmax(z + shift), softmax(z))


@pytest.mark.parametrize("key", PYTORCH_S)
def test_the_drawn_slope_is_how_fast_the_drawn_curve_rises(key: str) -> None:
    drawn = curve(ACTIVATIONS[key])
    assert drawn.z[0] == -REACH
    assert drawn.z[-1] == REACH
    rise = (drawn.value[2:] - drawn.value[:-2]) / (drawn.z[2:] - drawn.z[:-2])
    smooth = drawn.z[1:-1].abs() > 0.1  # a corner has no slope
    assert_close(rise[smooth], drawn.slope[1:-1][smooth], atol=1e-3, rtol=0)


def test_the_sums_are_those_of_the_first_linear_layer_and_all_are_counted() -> None:
    model = MLP(0.1, 0.3).eval()
    sums = first_sums(model, own_digit(3))
    layer = model.features[1]
    assert isinstance(layer, nn.Linear)
    expected = F.linear((own_digit(3).flatten(1) - 0.1) / 0.3, layer.weight, layer.bias)[0]
    assert_close(sums, expected.double().detach(), atol=1e-5, rtol=1e-5)
    counts = histogram(torch.tensor([-100.0, -REACH, 0.01, REACH, 1e9]))
    assert (len(counts), counts[0], counts[BINS // 2], counts[-1]) == (BINS, 2, 1, 2)


def test_the_share_asleep_counts_units_whose_slope_is_below_a_hundredth() -> None:
    sums = torch.tensor([-9.0, -1.0, 0.0, 9.0])
    assert share_asleep(ACTIVATIONS["sigmoid"], sums) == 0.5
    assert share_asleep(ACTIVATIONS["relu"], sums) == 0.75
    assert share_asleep(ACTIVATIONS["leaky_relu"], sums) == 0  # 0.01 is not below 0.01


@given(cases, st.floats(0.2, 5))
def test_probabilities_are_the_softmax_of_the_divided_logits(case, temperature):
    logits, _ = case
    expected = F.softmax(logits.double() / temperature, dim=1)
    assert_close(to_probabilities(logits, temperature), expected)
    assert_close(to_probabilities(logits).sum(dim=1), torch.ones(len(logits), dtype=torch.float64))
