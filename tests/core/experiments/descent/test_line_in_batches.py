import pytest
import torch
from torch.testing import assert_close

from mnist_core.experiments.descent.line_in_batches import (
    COUNT,
    EPOCHS,
    batch_gradient,
    fit,
    fit_by_loader,
    gradients_of_each,
    line_of,
    loss_on_grid,
    orders,
    points,
)
from mnist_core.experiments.regression.linear import least_squares

START = torch.tensor([-0.6, -0.9], dtype=torch.float64)


@pytest.mark.parametrize("seed", range(5))
def test_the_gradient_is_autograd_s_and_the_mean_of_each_point_s_own(seed: int) -> None:
    x, y = points()
    random = torch.Generator().manual_seed(seed)
    weights = torch.randn(2, generator=random, dtype=torch.float64, requires_grad=True)
    chosen = torch.randperm(COUNT, generator=random)[:7]
    ((weights[0] * x[chosen] + weights[1] - y[chosen]).square().mean() / 2).backward()
    found = batch_gradient(weights.detach(), x[chosen], y[chosen])
    assert_close(found, weights.grad, rtol=1e-6, atol=1e-12)
    assert_close(gradients_of_each(weights.detach(), x[chosen], y[chosen]).mean(dim=0), found)


def test_the_full_batch_comes_to_the_best_line_and_single_points_tremble_unless_the_rate_falls():
    best = least_squares(*points())
    goal = torch.cat([best.weight[0], best.bias])
    full, single = [orders(COUNT) * 20, orders(1)]
    ends = [
        float((fit(START, lists, 0.3, factor)[-1].state.weights - goal).norm())
        for lists, factor in ((full, lambda p: 1.0), (single, lambda p: 1.0),
                              (single, lambda p: 1 - p))
    ]  # fmt: skip
    assert ends[0] < 1e-6
    assert ends[2] < ends[1] / 2


def test_an_epoch_sees_each_point_once_and_only_the_shuffled_in_another_order():
    first, second, *_ = orders(8)
    assert sorted(torch.cat(first).tolist()) == list(range(COUNT))
    assert torch.cat(first).tolist() != torch.cat(second).tolist()
    assert torch.cat(orders(8, shuffled=False)[1]).tolist() == list(range(COUNT))


def test_pytorch_s_loop_takes_as_many_steps_and_finds_the_line():
    found, steps = fit_by_loader(COUNT, 0.3, 200)
    best = least_squares(*points())
    assert steps == 200
    assert_close(found, torch.cat([best.weight[0], best.bias]), rtol=1e-6, atol=1e-6)
    assert fit_by_loader(10, 0.1, 2)[1] == 2 * 7
    assert len(orders(10, epochs=EPOCHS)[0]) == 7


def test_the_grid_has_the_loss_of_each_line():
    x, y = points()
    places = torch.tensor([[[0.0, 1.0], [2.0, -1.0]]], dtype=torch.float64)
    found = loss_on_grid(places, x, y)
    assert found.shape == (1, 2)
    assert_close(found[0, 1], (line_of(places[0, 1]).at(x) - y).square().mean() / 2)
