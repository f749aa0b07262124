import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import Tensor
from torch.testing import assert_close

from mnist_core.experiments.regression import softmax
from mnist_core.experiments.regression.linear import Line
from mnist_core.experiments.regression.logistic import (
    LOSSES,
    Neuron,
    boundary_in_square,
    boundary_on_axis,
    cross_entropy_slope,
    descend,
    gradient,
    mean_loss,
)

seeds, kinds = st.integers(0, 2**31), st.sampled_from(list(LOSSES.values()))
sizes = st.tuples(st.integers(1, 12), st.integers(1, 4))


def double(values: object) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def numbers(seed: int, *shapes: tuple[int, ...], scale: float = 2.0) -> list[Tensor]:
    random = torch.Generator().manual_seed(seed)
    return [scale * torch.randn(s, generator=random, dtype=torch.float64) for s in shapes]


@given(seed=seeds, size=sizes, kind=kinds)
def test_gradients_are_autograd_s(seed, size, kind):
    x, weight, bias, labels = numbers(seed, size, size[1:], (), size[:1])
    y = (labels > 0).double()
    leaves = weight.requires_grad_(), bias.requires_grad_()
    expected = torch.autograd.grad(mean_loss(Neuron(*leaves), x, y, kind), leaves)
    found = gradient(Neuron(weight.detach(), bias.detach()), x, y, kind)
    assert_close(found.weight, expected[0], rtol=1e-6, atol=1e-12)
    assert_close(found.bias, expected[1], rtol=1e-6, atol=1e-12)


@given(seed=seeds, size=sizes)
def test_losses_are_torch_s(seed, size):
    x, weight, bias, labels = numbers(seed, size, size[1:], (), size[:1])
    neuron, y = Neuron(weight, bias), (labels > 0).double()
    expected = F.binary_cross_entropy_with_logits(neuron.score(x), y)
    assert_close(mean_loss(neuron, x, y, LOSSES["cross_entropy"]), expected)
    expected = F.mse_loss(torch.sigmoid(neuron.score(x)), y)
    assert_close(mean_loss(neuron, x, y, LOSSES["squared_error"]), expected)


def test_the_cross_entropy_of_what_is_surely_wrong_is_large_but_finite():
    scores, y = double([-800.0, 800.0]), double([1.0, 0.0])
    assert_close(LOSSES["cross_entropy"].of(scores, y), torch.full((2,), 800.0).double())


@given(score=st.floats(2, 30))
def test_the_more_surely_wrong_the_less_squared_error_learns_and_cross_entropy_more(score):
    scores, y = double([score, score + 1]), torch.zeros(2).double()
    less, more = LOSSES["squared_error"].slope(scores, y).tolist()
    assert more < 0.5 * less
    less, more = LOSSES["cross_entropy"].slope(scores, y).tolist()
    assert more >= less > 0.8


def test_squared_error_stalls_where_cross_entropy_learns():
    x = torch.linspace(-3, 3, 20, dtype=torch.float64)[:, None]
    y = (x[:, 0] > 0).double()
    wrong = Neuron(double([-6.0]), double(0.0))
    ends = {
        name: descend(wrong, x, y, kind, rate=0.5, steps=30)[-1].weight.item()
        for name, kind in LOSSES.items()
    }
    assert ends["squared_error"] < -5
    assert ends["cross_entropy"] > 1


@given(weight=st.floats(-50, 50), bias=st.floats(-50, 50))
def test_on_an_axis_the_boundary_is_where_both_are_as_probable(weight, bias):
    neuron = Neuron(double([weight]), double(bias))
    place = boundary_on_axis(neuron)
    if place is None:
        assert weight == 0
    elif abs(place) < 1e6:
        at_it = neuron.probability(double([place]))
        assert float(at_it) == pytest.approx(0.5, abs=1e-9)


weights = st.floats(-5, 5)


@given(first=weights, second=weights, bias=weights, reach=st.floats(0.5, 5))
def test_in_a_square_it_is_a_line_from_rim_to_rim(first, second, bias, reach):
    assume(max(abs(first), abs(second)) > 1e-3)
    neuron = Neuron(double([first, second]), double(bias))
    ends = boundary_in_square(neuron, reach)
    corners = double([[a, b] for a in (-reach, reach) for b in (-reach, reach)])
    signs = neuron.score(corners)
    if ends is None:
        assert (signs > -1e-9).all() or (signs < 1e-9).all()
        return
    assert signs.min() < 1e-9
    assert signs.max() > -1e-9
    for end in ends:
        place = double(end)
        assert abs(float(neuron.score(place))) < 1e-9
        assert float(place.abs().max()) == pytest.approx(reach)


def test_without_weights_there_is_no_boundary():
    neuron = Neuron(torch.zeros(2).double(), double(1.0))
    assert boundary_in_square(neuron, 3.0) is None
    flat = Neuron(double([0.0, 1.0]), double(-9.0))
    assert boundary_in_square(flat, 3.0) is None


@given(seed=seeds, size=sizes, classes=st.integers(2, 10))
def test_softmax_regression_is_torch_s(seed, size, classes):
    x, weight, bias = numbers(seed, size, (classes, size[1]), (classes,))
    y = torch.randint(0, classes, size[:1], generator=torch.Generator().manual_seed(seed))
    leaves = weight.requires_grad_(), bias.requires_grad_()
    loss = F.cross_entropy(F.linear(x, *leaves), y)
    expected = torch.autograd.grad(loss, leaves)
    line = Line(weight.detach(), bias.detach())
    assert_close(softmax.mean_cross_entropy(line, x, y), loss.detach())
    found, each = softmax.gradient(line, x, y), softmax.per_example(line, x, y)
    flat = torch.cat([found.weight.flatten(), found.bias])
    assert_close(each.mean(dim=0), flat)
    alone = softmax.gradient(line, x[:1], y[:1])
    assert_close(each[0], torch.cat([alone.weight.flatten(), alone.bias]))
    assert_close(found.weight, expected[0], rtol=1e-6, atol=1e-12)
    assert_close(found.bias, expected[1], rtol=1e-6, atol=1e-12)


@given(seed=seeds, size=sizes)
def test_of_two_classes_it_is_logistic_regression(seed, size):
    x, weight, bias = numbers(seed, size, (2, size[1]), (2,))
    y = torch.arange(len(x)) % 2
    neuron = Neuron(weight[1] - weight[0], bias[1] - bias[0])
    expected = mean_loss(neuron, x, y.double(), LOSSES["cross_entropy"])
    assert_close(softmax.mean_cross_entropy(Line(weight, bias), x, y), expected)


@given(seed=seeds, count=st.integers(1, 12), classes=st.integers(2, 10), scale=st.floats(0.1, 30))
def test_the_slope_by_the_scores_is_autograd_s(seed, count, classes, scale):
    (scores,) = numbers(seed, (count, classes), scale=scale)
    y = torch.randint(0, classes, (count,), generator=torch.Generator().manual_seed(seed))
    leaf = scores.clone().requires_grad_()
    expected = F.cross_entropy(leaf, y, reduction="none")
    assert_close(softmax.cross_entropy(scores, y), expected.detach(), rtol=1e-9, atol=1e-9)
    (slopes,) = torch.autograd.grad(expected.sum(), leaf)
    found = softmax.cross_entropy_slope(scores, y)
    assert_close(found, slopes, rtol=1e-6, atol=1e-12)
    assert_close(found.sum(dim=1), torch.zeros(count).double(), rtol=0, atol=1e-12)
    assert -1 <= float(found.min()) <= 0 <= float(found.max()) <= 1


@given(seed=seeds, count=st.integers(1, 12))
def test_of_two_classes_the_slope_is_that_of_yes_or_no(seed, count):
    scores, labels = numbers(seed, (count, 2), (count,))
    y = (labels > 0).long()
    expected = cross_entropy_slope(scores[:, 1] - scores[:, 0], y.double())
    assert_close(softmax.cross_entropy_slope(scores, y)[:, 1], expected)


@given(seed=seeds, classes=st.integers(2, 10), scale=st.floats(0.1, 300))
def test_between_the_two_likeliest_classes_the_sigmoid_decides(seed, classes, scale):
    (scores,) = numbers(seed, (classes,), scale=scale)
    found = softmax.rivals(scores)
    first, second = sorted(range(classes), key=scores.__getitem__, reverse=True)[:2]
    assert (found.first, found.second) == (first, second)
    assert found.difference == float(scores[first] - scores[second]) >= 0
    alone = torch.softmax(scores[[first, second]], dim=0)[0]
    assert found.by_sigmoid == pytest.approx(found.by_shares, rel=1e-9)
    assert found.by_sigmoid == pytest.approx(float(alone), rel=1e-9)
    assert 0.5 <= found.by_sigmoid <= 1


def test_one_class_has_no_rival():
    with pytest.raises(RuntimeError, match="out of range"):
        softmax.rivals(double([1.0]))
