import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.testing import assert_close

from mnist_core.models.convnet import ConvNet
from mnist_core.models.deep_cnn import DeepCNN
from mnist_core.models.dropout import ChannelDropout, Dropout, draw_masks_from

RATES = [0.1, 0.25, 0.4, 0.9]


def drawn_with(layer: Dropout, seed: int) -> Dropout:
    draw_masks_from(layer, torch.Generator().manual_seed(seed))
    return layer


@pytest.mark.parametrize("p", RATES)
def test_what_is_kept_is_scaled_as_by_torch_and_as_much_of_it_is_kept(p: float) -> None:
    values = torch.linspace(1, 2, 40_000).reshape(100, 400)
    torch.manual_seed(0)
    ours, theirs = drawn_with(Dropout(p), 0)(values), F.dropout(values, p)
    for dropped in (ours, theirs):
        kept = dropped != 0
        assert_close(dropped[kept], values[kept] / (1 - p))
        # four standard errors of a share: √(p (1 − p) / n)
        assert abs(kept.float().mean().item() - (1 - p)) < 4 * (p * (1 - p) / 40_000) ** 0.5


@pytest.mark.parametrize("p", RATES)
def test_every_place_is_kept_equally_often_and_apart_from_its_neighbours(p: float) -> None:
    layer, draws = drawn_with(Dropout(p), 1), 4000
    kept = (layer(torch.ones(draws, 6)) != 0).double()
    error = (p * (1 - p) / draws) ** 0.5
    assert (kept.mean(dim=0) - (1 - p)).abs().max() < 4.5 * error
    together = (kept.T @ kept) / draws  # (6, 6)
    apart = together[~torch.eye(6, dtype=torch.bool)]
    assert (apart - (1 - p) ** 2).abs().max() < 4.5 * ((1 - p) ** 2 / draws) ** 0.5


@given(p=st.floats(0, 0.9), seed=st.integers(0, 2**31))
def test_the_expectation_of_what_comes_out_is_what_went_in(p: float, seed: int) -> None:
    count = 20_000
    mean = drawn_with(Dropout(p), seed)(torch.ones(count)).mean().item()
    assert abs(mean - 1) < 6 * (p / (1 - p) / count) ** 0.5 + 1e-5


@pytest.mark.parametrize("kind", [Dropout, ChannelDropout])
def test_the_same_state_of_the_generator_gives_the_same_masks(kind: type[Dropout]) -> None:
    values = torch.rand(8, 16, 4, 4) + 1
    layer = drawn_with(kind(0.5), 7)
    assert layer.generator is not None
    state = layer.generator.get_state()
    first, second = layer(values), layer(values)
    assert not torch.equal(first, second)
    layer.generator.set_state(state)
    assert torch.equal(layer(values), first)
    assert torch.equal(drawn_with(kind(0.5), 7)(values), first)


@pytest.mark.parametrize("kind", [Dropout, ChannelDropout])
def test_masks_of_a_generator_of_one_s_own_leave_torch_s_numbers_alone(kind: type[Dropout]) -> None:
    before = torch.get_rng_state()
    drawn_with(kind(0.5), 7)(torch.ones(2, 3, 4, 4))
    assert torch.equal(torch.get_rng_state(), before)
    kind(0.5)(torch.ones(2, 3, 4, 4))
    assert not torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("kind", [Dropout, ChannelDropout])
def test_in_evaluation_and_at_rate_0_nothing_changes_and_no_number_is_drawn(
    kind: type[Dropout],
) -> None:
    values = torch.rand(2, 3, 4, 4)
    for layer in (kind(0.5).eval(), kind(0.0)):
        drawn_with(layer, 7)
        assert layer.generator is not None
        before = layer.generator.get_state()
        assert torch.equal(layer(values), values)
        assert torch.equal(layer.generator.get_state(), before)


@pytest.mark.parametrize("kind", [Dropout, ChannelDropout])
def test_at_rate_1_nothing_is_left(kind: type[Dropout]) -> None:
    assert torch.equal(kind(1.0)(torch.ones(2, 3, 4, 4)), torch.zeros(2, 3, 4, 4))


def test_channel_dropout_drops_whole_channels_of_each_picture_apart() -> None:
    values = torch.rand(200, 32, 3, 3) + 1
    dropped = drawn_with(ChannelDropout(0.3), 2)(values)
    gone = (dropped == 0).flatten(2)
    assert torch.equal(gone.any(dim=2), gone.all(dim=2))
    assert_close(dropped[dropped != 0], (values / 0.7)[dropped != 0])
    share = gone.all(dim=2).float()
    assert abs(share.mean().item() - 0.3) < 4 * (0.21 / 6400) ** 0.5
    assert share.sum(dim=1).unique().numel() > 3


def test_element_dropout_drops_single_elements() -> None:
    gone = drawn_with(Dropout(0.3), 2)(torch.ones(20, 32, 3, 3)).eq(0).flatten(2)
    assert (gone.any(dim=2) & ~gone.all(dim=2)).float().mean() > 0.8


def test_the_gradient_goes_through_what_is_kept_alone() -> None:
    values = torch.ones(1000, requires_grad=True)
    dropped = drawn_with(Dropout(0.4), 3)(values)
    dropped.sum().backward()
    assert_close(values.grad, (dropped != 0).float() / 0.6)


@pytest.mark.parametrize(("build", "count"), [(ConvNet, 2), (DeepCNN, 3)])
def test_all_dropouts_of_a_network_draw_from_the_one_generator(
    build: type[nn.Module], count: int
) -> None:
    model, generator = build(), torch.Generator().manual_seed(5)
    draw_masks_from(model, generator)
    layers = [layer for layer in model.modules() if isinstance(layer, nn.Dropout | nn.Dropout2d)]
    assert len(layers) == count
    assert all(isinstance(layer, Dropout) and layer.generator is generator for layer in layers)
    images, state = torch.rand(4, 1, 28, 28), generator.get_state()
    first = model.train()(images)
    generator.set_state(state)
    assert torch.equal(model(images), first)
    torch.manual_seed(99)
    assert not torch.equal(model(images), first)
