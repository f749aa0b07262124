import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.testing import assert_close

from mnist_core.inside.dropout import share_kept
from mnist_core.layers.dropout import (
    channel_mask,
    dropout,
    dropout_by_loops,
    dropout_gradient,
    element_mask,
    nested_masks,
    original_dropout,
    original_evaluation,
)
from mnist_core.models.dropout import ChannelDropout, Dropout

rates = st.floats(0, 0.9)
sizes = st.integers(1, 7)
seeds = st.integers(0, 2**31 - 1)


def values_of(shape: tuple[int, ...], seed: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def drawn_by(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@given(rate=rates, height=sizes, width=sizes, seed=seeds)
def test_with_torch_s_own_mask_values_and_gradients_are_torch_s(
    rate: float, height: int, width: int, seed: int
) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        mask = F.dropout(torch.ones(height, width), rate) != 0
        torch.manual_seed(seed)
        values = values_of((height, width), seed).requires_grad_()
        theirs = F.dropout(values, rate)
    gradient = values_of((height, width), seed + 1)
    theirs.backward(gradient)
    assert_close(dropout(values, mask, rate), theirs)
    assert_close(dropout_by_loops(values.detach(), mask, rate), theirs.detach())
    assert_close(dropout_gradient(gradient, mask, rate), values.grad)


@given(rate=rates, channels=sizes, height=sizes, width=sizes, seed=seeds)
def test_with_torch_s_own_channels_channel_dropout_is_torch_s(
    rate: float, channels: int, height: int, width: int, seed: int
) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        kept = F.dropout2d(torch.ones(1, channels, 1, 1), rate)[0] != 0
        torch.manual_seed(seed)
        values = values_of((1, channels, height, width), seed).requires_grad_()
        theirs = F.dropout2d(values, rate)
    theirs.sum().backward()
    assert_close(dropout(values, kept, rate), theirs)
    assert values.grad is not None
    assert_close(dropout_gradient(torch.ones_like(values), kept, rate), values.grad)


@pytest.mark.parametrize("layer", [Dropout, ChannelDropout])
@given(rate=rates, seed=seeds)
def test_with_their_mask_the_networks_own_layers_compute_the_same(
    layer: type[Dropout], rate: float, seed: int
) -> None:
    own = layer(rate)
    shape = (2, 3, 4, 5)
    own.generator = drawn_by(seed)
    mask = own(torch.ones(shape)) != 0
    own.generator = drawn_by(seed)
    values = values_of(shape, seed)
    assert_close(dropout(values, mask, rate), own(values))


@given(rate=rates, seed=seeds)
def test_a_mask_keeps_one_minus_p_of_the_elements_and_of_the_channels(
    rate: float, seed: int
) -> None:
    count = 20_000
    error = (rate * (1 - rate) / count) ** 0.5
    elements = element_mask((count,), rate, drawn_by(seed))
    channels = channel_mask((count, 3, 3), rate, drawn_by(seed))
    assert channels.shape == (count, 1, 1)
    assert abs(share_kept(elements) - (1 - rate)) < 6 * error + 1e-4
    assert abs(share_kept(channels) - (1 - rate)) < 6 * error + 1e-4


@given(rate=rates, seed=seeds)
def test_in_both_conventions_training_is_on_average_what_evaluation_is(
    rate: float, seed: int
) -> None:
    count = 20_000
    values, mask = torch.ones(count), element_mask((count,), rate, drawn_by(seed))
    error = 6 * (rate * (1 - rate) / count) ** 0.5 + 1e-4
    assert abs(float(dropout(values, mask, rate).mean()) - 1) < error / (1 - rate)
    original = float(original_dropout(values, mask).mean())
    assert abs(original - float(original_evaluation(values, rate).mean())) < error
    assert_close(dropout(values, mask, rate) * (1 - rate), original_dropout(values, mask))


def test_what_falls_at_one_rate_falls_at_every_higher_one() -> None:
    masks = nested_masks((28, 28), [k / 10 for k in range(10)], seed=3)
    assert masks[0].all()
    assert not (masks[1:] & ~masks[:-1]).any()
    shares = [share_kept(mask) for mask in masks]
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] < 0.15
