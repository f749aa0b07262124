"""Our poolings are PyTorch's, for all that PyTorch accepts."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.testing import assert_close

from mnist_core.errors import LayerImpossible
from mnist_core.layers.pooling import (
    Pooling,
    look_at,
    max_pool,
    max_pool_by_loops,
    mean_pool,
    min_pool,
    windows,
)

MANY = settings(max_examples=150)
pairs = st.one_of(st.integers(1, 5), st.tuples(st.integers(1, 5), st.integers(1, 5)))
paddings = st.one_of(st.integers(0, 2), st.tuples(st.integers(0, 2), st.integers(0, 2)))
poolings = st.builds(
    Pooling,
    kernel=pairs,
    stride=st.one_of(st.none(), pairs),
    padding=paddings,
    dilation=st.one_of(st.integers(1, 3), st.tuples(st.integers(1, 3), st.integers(1, 3))),
    ceil_mode=st.booleans(),
)
shapes = st.tuples(st.integers(1, 2), st.integers(1, 3), st.integers(1, 12), st.integers(1, 12))


def torch_max(values: Tensor, pooling: Pooling) -> Tensor:
    return F.max_pool2d(
        values,
        pooling.kernel,
        pooling.stride,
        pooling.padding,
        pooling.dilation,
        pooling.ceil_mode,
    )


def torch_mean(values: Tensor, pooling: Pooling, count_padding: bool) -> Tensor:
    return F.avg_pool2d(
        values,
        pooling.kernel,
        pooling.stride,
        pooling.padding,
        pooling.ceil_mode,
        count_padding,
    )


def numbers(shape: tuple[int, ...], seed: int = 0, levels: int = 0) -> Tensor:
    """levels: many cells have the same value, as after a ReLU; 0 for all different."""
    generator = torch.Generator().manual_seed(seed)
    values = torch.randn(shape, generator=generator)
    return (values * levels).round() if levels else values


def accepted(pooling: Pooling, shape: tuple[int, ...]) -> bool:
    try:
        pooling.output_shape(*shape[-2:])
    except LayerImpossible:
        return False
    return True


@settings(max_examples=400)
@given(
    size=st.integers(1, 30),
    pooling=st.builds(
        Pooling,
        kernel=st.integers(1, 9),
        stride=st.integers(1, 6),
        padding=st.integers(0, 5),
        dilation=st.integers(1, 5),
        ceil_mode=st.booleans(),
    ),
)
@example(size=1, pooling=Pooling(2, 4, 1, 5, True))
@example(size=28, pooling=Pooling(3, 2))
def test_we_refuse_what_pytorch_refuses_and_else_have_its_size(size: int, pooling: Pooling):
    try:
        theirs = tuple(torch_max(torch.zeros(1, 1, size, size), pooling).shape[-2:])
    except RuntimeError:
        with pytest.raises(LayerImpossible, match=r"^[A-Z].*\.$"):
            pooling.output_shape(size, size)
    else:
        assert pooling.output_shape(size, size) == theirs


@pytest.mark.parametrize(
    "pooling", [Pooling(0), Pooling(2, 0), Pooling(2, dilation=0), Pooling(2, padding=-1)]
)
def test_no_cells_no_steps_and_negative_paddings_are_refused_as_by_pytorch(pooling: Pooling):
    with pytest.raises(RuntimeError):
        torch_max(torch.zeros(1, 1, 8, 8), pooling)
    with pytest.raises(LayerImpossible):
        pooling.output_shape(8, 8)


@MANY
@given(shape=shapes, pooling=poolings, seed=st.integers(0, 999))
def test_max_pooling_is_pytorch_s(shape: tuple[int, ...], pooling: Pooling, seed: int):
    assume(accepted(pooling, shape))
    values = numbers(shape, seed)
    assert_close(max_pool(values, pooling), torch_max(values, pooling))


@MANY
@given(shape=shapes, pooling=poolings, seed=st.integers(0, 999), levels=st.sampled_from([0, 1]))
def test_the_gradient_of_max_pooling_is_pytorch_s_also_where_several_are_largest(
    shape: tuple[int, ...], pooling: Pooling, seed: int, levels: int
):
    assume(accepted(pooling, shape))
    ours, theirs = (numbers(shape, seed, levels).requires_grad_() for _ in range(2))
    pooled, expected = max_pool(ours, pooling), torch_max(theirs, pooling)
    assume(bool(expected.isfinite().all()))  # a window of padding alone has nobody to blame
    weights = numbers(tuple(expected.shape), seed + 1)
    (pooled * weights).sum().backward()
    (expected * weights).sum().backward()
    assert_close(ours.grad, theirs.grad)


@given(
    shape=st.tuples(st.integers(1, 8), st.integers(1, 8)), pooling=poolings, seed=st.integers(0, 99)
)
def test_the_loops_make_what_all_windows_at_once_make(
    shape: tuple[int, int], pooling: Pooling, seed: int
):
    assume(accepted(pooling, shape))
    picture = numbers(shape, seed)
    assert_close(max_pool_by_loops(picture, pooling), max_pool(picture, pooling))


@MANY
@given(shape=shapes, pooling=poolings, seed=st.integers(0, 999))
def test_min_pooling_is_the_negative_of_pytorch_s_max_pooling_of_the_negative(
    shape: tuple[int, ...], pooling: Pooling, seed: int
):
    assume(accepted(pooling, shape))
    values = numbers(shape, seed)
    assert_close(min_pool(values, pooling), -torch_max(-values, pooling))


@MANY
@given(
    shape=shapes,
    pooling=st.builds(
        Pooling,
        kernel=pairs,
        stride=pairs,
        padding=paddings,
        ceil_mode=st.booleans(),
    ),
    count_padding=st.booleans(),
    seed=st.integers(0, 999),
)
def test_mean_pooling_and_its_gradient_are_pytorch_s(
    shape: tuple[int, ...], pooling: Pooling, count_padding: bool, seed: int
):
    assume(accepted(pooling, shape))
    ours, theirs = (numbers(shape, seed).requires_grad_() for _ in range(2))
    pooled = mean_pool(ours, pooling, count_padding)
    expected = torch_mean(theirs, pooling, count_padding)
    assert_close(pooled, expected)
    weights = numbers(tuple(expected.shape), seed + 1)
    (pooled * weights).sum().backward()
    (expected * weights).sum().backward()
    assert_close(ours.grad, theirs.grad)


@given(shape=shapes, pooling=poolings, seed=st.integers(0, 999))
def test_windows_with_a_dilation_are_those_of_pytorch_s_unfold(
    shape: tuple[int, ...], pooling: Pooling, seed: int
):
    pooling = Pooling(pooling.kernel, pooling.stride, pooling.padding, pooling.dilation)
    assume(accepted(pooling, shape))
    values = numbers(shape, seed)
    stride = pooling.kernel if pooling.stride is None else pooling.stride
    columns = F.unfold(values, pooling.kernel, pooling.dilation, pooling.padding, stride)
    seen = windows(values, pooling, 0.0)  # (B, C, H′, W′, k, k)
    unfolded = columns.unflatten(1, (shape[1], -1)).unflatten(-1, seen.shape[2:4])
    assert_close(seen.flatten(-2), unfolded.movedim(2, -1))
    assert_close(mean_pool(values, pooling), unfolded.mean(dim=2))


@given(
    pooling=poolings,
    count_padding=st.booleans(),
    place=st.tuples(st.integers(0, 200), st.integers(0, 200)),
)
def test_a_window_shows_what_the_three_poolings_make_of_it(
    pooling: Pooling, count_padding: bool, place: tuple[int, int]
):
    picture = numbers((9, 9))
    assume(accepted(pooling, picture.shape))
    shape = pooling.output_shape(9, 9)
    row, column = place[0] % shape[0], place[1] % shape[1]
    window = look_at(picture, pooling, row, column, count_padding)
    made = (window.largest, window.smallest, window.mean)
    pooled = (
        max_pool(picture, pooling),
        min_pool(picture, pooling),
        mean_pool(picture, pooling, count_padding),
    )
    assert_close(torch.tensor(made), torch.stack([p[row, column] for p in pooled]), equal_nan=True)
    for a, r in enumerate(window.rows):
        for b, c in enumerate(window.columns):
            inside = 0 <= r < 9 and 0 <= c < 9
            expected = float(picture[r, c]) if inside else math.nan
            assert_close(float(window.values[a, b]), expected, equal_nan=True)


@MANY
@given(
    size=st.integers(1, 30),
    kernel=st.integers(1, 6),
    stride=st.integers(1, 6),
    padding=st.integers(0, 3),
)
def test_no_window_starts_one_step_past_the_last_valid_position(
    size: int, kernel: int, stride: int, padding: int
):
    pooling = Pooling(kernel, stride, padding)
    assume(accepted(pooling, (size, size)))
    axis = pooling.axes[0]
    start, end, last = axis.one_step_past(size)
    assert axis.starts(size)[-1] + kernel - 1 <= last < end
    assert (start, end) == (axis.starts(size)[-1] + stride, start + kernel - 1)


@MANY
@given(size=st.integers(1, 12), pooling=poolings)
def test_the_windows_see_no_further_outside_than_they_reach(size: int, pooling: Pooling):
    assume(accepted(pooling, (size, size)))
    reach = [axis.reach(size) for axis in pooling.axes]
    picture = torch.zeros(size, size)
    shape = pooling.output_shape(size, size)
    corners = [look_at(picture, pooling, *cell) for cell in ((0, 0), (shape[0] - 1, shape[1] - 1))]
    for axis, places in enumerate(
        [[window.rows for window in corners], [window.columns for window in corners]]
    ):
        outside = [max(-place, place - size + 1, 0) for place in places[0] + places[1]]
        assert max(outside) == max(reach[axis], 0)
