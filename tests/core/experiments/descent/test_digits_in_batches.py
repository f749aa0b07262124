import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from mnist_core.experiments.descent.digits_in_batches import (
    EPOCHS,
    LOOKS,
    as_line,
    as_row,
    descend,
    losses_of,
    plane_through,
)
from mnist_core.experiments.regression.linear import Line
from mnist_core.experiments.regression.softmax import mean_cross_entropy

COUNT, INPUTS = 16, 6
RANDOM = torch.Generator().manual_seed(0)
X = torch.rand(COUNT, INPUTS, generator=RANDOM, dtype=torch.float64)
Y = torch.arange(COUNT) % 10


def rows(count: int, seed: int) -> torch.Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.randn(count, 10 * INPUTS + 10, generator=random, dtype=torch.float64)


def test_a_line_comes_back_from_its_row() -> None:
    row = rows(1, 0)[0]
    assert torch.equal(as_row(as_line(row, INPUTS)), row)


def test_by_all_digits_at_once_it_is_gradient_descent_by_autograd() -> None:
    found = descend(X, Y, COUNT, 0.3)
    model = torch.nn.Linear(INPUTS, 10).double()
    torch.nn.init.zeros_(model.weight)
    torch.nn.init.zeros_(model.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    for epoch in range(1, EPOCHS + 1):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(X), Y).backward()
        optimizer.step()
        expected = as_row(Line(model.weight.detach(), model.bias.detach()))
        assert_close(found[epoch * LOOKS], expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("batch_size", [1, 2, 3, 8, COUNT])
def test_every_look_finds_the_weights_of_after_the_last_whole_batch(batch_size: int) -> None:
    found = descend(X, Y, batch_size, 0.1)
    assert len(found) == EPOCHS * LOOKS + 1
    assert not found[0].any()
    moved = [look for look in range(1, len(found)) if not torch.equal(found[look - 1], found[look])]
    each = COUNT / LOOKS
    ends = {
        epoch * COUNT + min(COUNT, step * batch_size)
        for epoch in range(EPOCHS)
        for step in range(1, math.ceil(COUNT / batch_size) + 1)
    }
    assert set(moved) == {math.ceil(end / each) for end in ends}


@given(seed=st.integers(0, 1000))
@settings(max_examples=20)
def test_the_loss_on_the_plane_is_the_loss_of_the_weights_there(seed: int) -> None:
    plane = plane_through([rows(4, seed), rows(5, seed + 1)])
    gram = plane.directions @ plane.directions.T
    assert_close(gram, torch.eye(2, dtype=torch.float64), atol=1e-10, rtol=0)
    assert 0 < plane.shown <= 1
    places = torch.randn(3, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    weights = plane.origin + places @ plane.directions
    expected = torch.stack([mean_cross_entropy(as_line(w, INPUTS), X, Y) for w in weights])
    assert_close(plane.losses(places, X, Y), expected, rtol=1e-10, atol=1e-12)
    assert_close(losses_of(weights, X, Y), expected, rtol=0, atol=0)
    assert_close(plane.places(weights), places, rtol=1e-9, atol=1e-9)


def test_weights_that_lie_in_a_plane_are_shown_wholly_and_the_last_path_ends_at_the_upper_right():
    flat = rows(6, 3)[:, :1] * rows(1, 4) + rows(6, 5)[:, :1] * rows(1, 6)
    plane = plane_through([flat[:3], flat[3:]])
    assert plane.shown == pytest.approx(1)
    assert (plane.places(flat[-1:]) >= 0).all()
