import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.testing import assert_close

from mnist_core.experiments.regression.linear import (
    Convention,
    Line,
    curvatures,
    descend,
    gradient,
    greatest_rate,
    hessian,
    least_squares,
    loss,
    loss_over,
    per_example,
    residuals,
)

conventions = st.sampled_from(Convention)


@st.composite
def problems(draw: st.DrawFn, examples: int = 1) -> tuple[Line, Tensor, Tensor]:
    count, inputs, outputs = (
        draw(st.integers(examples, 12)),
        *draw(st.tuples(st.integers(1, 4), st.integers(1, 3))),
    )
    random = torch.Generator().manual_seed(draw(st.integers(0, 2**31)))

    def numbers(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=random, dtype=torch.float64)

    line = Line(numbers(outputs, inputs), numbers(outputs))
    return line, numbers(count, inputs), numbers(count, outputs)


@given(problem=problems(), convention=conventions)
def test_the_gradient_is_autograd_s_and_the_sum_of_what_each_example_adds(problem, convention):
    line, x, y = problem
    leaves = line.weight.clone().requires_grad_(), line.bias.clone().requires_grad_()
    expected = torch.autograd.grad(loss(Line(*leaves), x, y, convention), leaves)
    found, parts = gradient(line, x, y, convention), per_example(line, x, y, convention)
    for ours, theirs, added in (
        (found.weight, expected[0], parts.weight), (found.bias, expected[1], parts.bias)
    ):  # fmt: skip
        assert_close(ours, theirs, rtol=1e-6, atol=1e-10)
        assert_close(added.sum(dim=0), ours)


@given(problem=problems())
def test_conventions_are_those_of_their_names(problem):
    line, x, y = problem
    squares = residuals(line, x, y).square().sum()
    assert_close(loss(line, x, y, Convention.SUM), squares)
    assert_close(loss(line, x, y, Convention.HALF_SUM), squares / 2)
    assert_close(loss(line, x, y, Convention.HALF_MEAN), squares / (2 * len(x)))
    mean = loss(line, x, y, Convention.MEAN)
    assert_close(mean, F.mse_loss(F.linear(x, line.weight, line.bias), y) * y.shape[1])


@given(problem=problems(), convention=conventions)
def test_the_hessian_is_autograd_s_for_every_output(problem, convention):
    line, x, y = problem

    def of_one_output(weights: Tensor) -> Tensor:
        return loss(Line(weights[None, :-1], weights[-1:]), x, y[:, :1], convention)

    place = torch.cat([line.weight[0], line.bias[:1]])
    expected = torch.autograd.functional.hessian(of_one_output, place)
    assert_close(hessian(x, convention), expected)
    # all outputs together have the curvatures of one, as often as there are outputs
    whole = torch.autograd.functional.hessian(
        lambda w, b: loss(Line(w, b), x, y, convention), (line.weight, line.bias)
    )
    sizes = line.weight.numel(), line.bias.numel()
    rows = [
        torch.cat([block.reshape(sizes[i], sizes[j]) for j, block in enumerate(row)], dim=1)
        for i, row in enumerate(whole)
    ]
    found = torch.linalg.eigvalsh(torch.cat(rows))
    repeated = curvatures(x, convention).repeat_interleave(y.shape[1])
    assert_close(found, repeated.sort().values, atol=1e-9, rtol=1e-7)


@given(problem=problems(), convention=conventions, away=st.floats(-2, 2))
def test_no_line_has_a_lower_loss_than_the_least_squares(problem, convention, away):
    line, x, y = problem
    best = least_squares(x, y)
    flat = gradient(best, x, y, convention)
    assert flat.weight.abs().max() < 1e-8
    assert flat.bias.abs().max() < 1e-8
    other = Line(best.weight + away * line.weight, best.bias + away * line.bias)
    assert loss(other, x, y, convention) >= loss(best, x, y, convention) - 1e-9


@given(problem=problems(examples=6), convention=conventions)
def test_the_line_is_found_just_below_the_limit_and_lost_just_above(problem, convention):
    _, x, y = problem
    best, limit = least_squares(x, y), greatest_rate(x, convention)
    top = torch.linalg.eigh(hessian(x, convention)).eigenvectors[:, -1]
    start = Line(best.weight + top[:-1], best.bias + top[-1])

    def distance(rate: float) -> float:
        end = descend(start, x, y, convention, rate=rate, steps=300)[-1]
        return float((end.weight - best.weight).square().sum() + (end.bias - best.bias).norm() ** 2)

    begun = distance(0)
    assert distance(0.99 * limit) < 1e-3 * begun
    assert distance(1.01 * limit) > 1e3 * begun


@given(problem=problems(), convention=conventions, share=st.floats(0.05, 0.999))
def test_below_the_limit_the_loss_never_rises(problem, convention, share):
    line, x, y = problem
    rate = share * greatest_rate(x, convention)
    lines = descend(line, x, y, convention, rate=rate, steps=20)
    losses = torch.stack([loss(each, x, y, convention) for each in lines])
    assert (losses.diff() <= 1e-12 * (1 + losses[0])).all()


def test_half_the_loss_allows_twice_the_rate():
    x = torch.tensor([[0.0], [1.0], [2.0]], dtype=torch.float64)
    mean, half = (greatest_rate(x, c) for c in (Convention.MEAN, Convention.HALF_MEAN))
    assert half == pytest.approx(2 * mean)


def test_the_loss_over_a_grid_is_that_of_each_line() -> None:
    weights, biases = (torch.linspace(-1, 2, n, dtype=torch.float64) for n in (4, 3))
    x = torch.tensor([[0.5], [1.0], [3.0]], dtype=torch.float64)
    y = torch.tensor([[1.0], [0.0], [2.0]], dtype=torch.float64)
    for convention in Convention:
        surface = loss_over(weights, biases, x, y, convention)
        assert surface.shape == (3, 4)
        for row, bias in enumerate(biases):
            for column, weight in enumerate(weights):
                line = Line(weight.view(1, 1), bias.view(1))
                assert_close(surface[row, column], loss(line, x, y, convention))
