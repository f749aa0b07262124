import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.testing import assert_close

from mnist_core.training.helps.clipping import SAFE, clip_by_norm, clip_by_value

seeds, limits = st.integers(0, 2**31), st.floats(0.01, 10)
shapes = st.lists(st.lists(st.integers(1, 4), max_size=3), min_size=1, max_size=4)


def gradients(seed: int, sizes: list[list[int]]) -> list[torch.Tensor]:
    random = torch.Generator().manual_seed(seed)
    return [torch.randn(size, generator=random, dtype=torch.float64) for size in sizes]


def parameters(found: list[torch.Tensor]) -> list[nn.Parameter]:
    made = [nn.Parameter(torch.zeros_like(gradient)) for gradient in found]
    for parameter, gradient in zip(made, found, strict=True):
        parameter.grad = gradient.clone()
    return made


@given(seed=seeds, sizes=shapes, most=limits)
def test_both_ways_are_torch_s(seed, sizes, most) -> None:
    ours = gradients(seed, sizes)
    theirs = parameters(ours)
    clipped, norm = clip_by_norm(ours, most), torch.nn.utils.clip_grad_norm_(theirs, most)
    assert clipped.norm == pytest.approx(float(norm))
    for mine, parameter in zip(clipped.gradients, theirs, strict=True):
        assert_close(mine, parameter.grad)
    theirs = parameters(ours)
    torch.nn.utils.clip_grad_value_(theirs, most)
    for mine, parameter in zip(clip_by_value(ours, most), theirs, strict=True):
        assert_close(mine, parameter.grad)


@given(seed=seeds, sizes=shapes, most=limits)
def test_by_norm_it_is_never_longer_than_the_limit_nor_turned(seed, sizes, most) -> None:
    ours = gradients(seed, sizes)
    clipped = clip_by_norm(ours, most)
    after = math.hypot(*(float(g.norm()) for g in clipped.gradients))
    assert after == pytest.approx(min(most, clipped.norm), rel=2 * SAFE / clipped.norm + 1e-9)
    assert after <= most
    for before, now in zip(ours, clipped.gradients, strict=True):
        assert_close(now, before * clipped.factor)
    if clipped.norm < most - SAFE:
        assert clipped.factor == 1


def test_a_gradient_of_nothing_stays_nothing() -> None:
    clipped = clip_by_norm([torch.zeros(3)], 1.0)
    assert (clipped.norm, clipped.factor) == (0.0, 1.0)


@pytest.mark.parametrize("value", [math.inf, math.nan])
def test_what_is_no_number_is_not_made_one(value: float) -> None:
    clipped = clip_by_norm([torch.tensor([1.0, value])], 1.0)
    assert not math.isfinite(clipped.norm)
    assert not clipped.gradients[0].isfinite().all()
