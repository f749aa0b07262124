import math

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mnist_core.errors import ExpressionUnusable
from mnist_core.experiments.graph.backward import (
    backward,
    finite_difference,
    forward,
    leaf_gradients,
    not_zeroed,
)
from mnist_core.experiments.graph.expression import Graph, read
from mnist_core.experiments.graph.operations import OPERATIONS
from tests.core.experiments.graph.texts import (
    are_finite,
    by_torch,
    leaves,
    texts,
    torch_gradients,
)


def graph_of(text: str) -> Graph:
    try:
        return read(text)
    except ExpressionUnusable:
        assume(False)
        raise


@settings(max_examples=200)
@given(text=texts, numbers=leaves)
def test_values_and_gradients_are_autograd_s(text, numbers) -> None:
    graph = graph_of(text)
    value, expected = torch_gradients(text, numbers)
    try:
        found = leaf_gradients(graph, numbers)
    except ExpressionUnusable:
        return
    assert forward(graph, numbers)[-1] == pytest.approx(value, rel=1e-9, abs=1e-12)
    # torch has a NaN where one factor of a product is infinite and the other is 0
    if are_finite(value, expected):
        scale = max(1.0, *map(abs, found.values())) if found else 1.0
        for name, gradient in found.items():
            assert gradient == pytest.approx(expected[name], rel=1e-6, abs=1e-9 * scale)


@settings(max_examples=100)
@given(text=texts, numbers=leaves)
def test_only_what_has_no_number_is_refused(text, numbers) -> None:
    graph = graph_of(text)
    value, expected = torch_gradients(text, numbers)
    try:
        leaf_gradients(graph, numbers)
    except ExpressionUnusable as error:
        sentence = str(error)
        assert sentence.endswith(".")
        odd = "no slope" in sentence or "divide" in sentence or "too large" in sentence
        assert odd or not are_finite(value, expected)


@given(text=texts, numbers=leaves)
def test_every_gradient_is_the_sum_over_its_children(text, numbers) -> None:
    graph = graph_of(text)
    try:
        steps = backward(graph, forward(graph, numbers))
    except ExpressionUnusable:
        return
    gradient = {step.node: step.gradient for step in steps}
    done: set[int] = set()
    for step in steps:
        children = [part.child for part in step.contributions]
        assert set(children) <= done
        for part in step.contributions:
            assert part.upstream == gradient[part.child]
            assert part.product == part.upstream * part.local
        for child in set(children):
            assert graph.nodes[child].inputs.count(step.node) == children.count(child)
        if step.contributions:
            assert step.gradient == sum(part.product for part in step.contributions)
        else:
            assert (step.node, step.gradient) == (len(graph.nodes) - 1, 1.0)
        done.add(step.node)


SMOOTH = [
    "u*v + u**2", "sigmoid(w*x + b)", "tanh(u)*exp(-v**2/2)", "log(u**2 + 1)/sqrt(v**2 + 2)",
    "sin(u*v)*cos(u - v)", "(u**2 + 1)**v", "relu(u + 5) + u/(v**2 + 1)",
]  # fmt: skip


@given(text=st.sampled_from(SMOOTH), numbers=st.lists(st.floats(-2, 2), min_size=5, max_size=5))
def test_a_small_difference_says_the_same(text, numbers) -> None:
    graph = read(text)
    named = dict(zip(("u", "v", "w", "x", "b"), numbers, strict=True))
    for name, gradient in leaf_gradients(graph, named).items():
        assert finite_difference(graph, named, name) == pytest.approx(gradient, rel=1e-6, abs=1e-7)


def test_the_source_s_example_node_by_node() -> None:
    graph = read("u*v + u**2")
    steps = backward(graph, forward(graph, {"u": 3.0, "v": 2.0}))
    by_text = {graph.nodes[step.node].text: step for step in steps}
    assert by_text["u"].gradient == 2 + 2 * 3
    assert [part.product for part in by_text["u"].contributions] == [6.0, 2.0]
    assert by_text["v"].gradient == 3
    assert "2" not in by_text


def test_a_node_that_is_used_twice_by_one_child_counts_twice() -> None:
    graph = read("u*u")
    last = backward(graph, forward(graph, {"u": 5.0}))[-1]
    assert [part.product for part in last.contributions] == [5.0, 5.0]


def test_without_zero_grad_gradients_add_up_as_in_torch() -> None:
    text = "u*v + u**2"
    numbers = {"u": 3.0, "v": 2.0}
    values = {name: torch.tensor(number, requires_grad=True) for name, number in numbers.items()}
    once, grad = leaf_gradients(read(text), numbers), {}
    for _ in range(3):
        by_torch(text, values).backward()
        grad = not_zeroed(grad, once)
        assert grad == {name: float(value.grad) for name, value in values.items()}


@pytest.mark.parametrize(
    ("text", "u", "says"),
    [
        ("1/u", 0.0, "divides by 0"),
        ("log(u)", -1.0, "above 0"),
        ("sqrt(u)", -1.0, "0 or more"),
        ("sqrt(u)", 0.0, "no slope"),
        ("u**0.5", -1.0, "no real number"),
        ("u**0.5", 0.0, "no slope"),
        ("u**-1", 0.0, "divide by 0"),
        ("2**u", -3.0, None),
        ("(-2)**u", 3.0, "no slope by its exponent"),
        ("exp(u)", 1e4, "too large"),
        ("u*u", 1e200, "too large"),
        ("u**-1", 1e-200, "too large"),
        ("1/u", 1e-200, "too large"),
        ("u", math.nan, "too large"),
        ("u + v", 1.0, "v has no value yet"),
    ],
)
def test_where_there_is_no_number_it_says_so(text: str, u: float, says: str | None) -> None:
    if says is None:
        assert leaf_gradients(read(text), {"u": u})
        return
    with pytest.raises(ExpressionUnusable, match=says):
        leaf_gradients(read(text), {"u": u})


def test_a_number_s_slope_is_never_asked_for() -> None:
    assert leaf_gradients(read("(-2)**2 * u"), {"u": 1.0}) == {"u": 4.0}


def test_every_operation_has_a_slope_for_each_input() -> None:
    for operation in OPERATIONS.values():
        count = len(operation.slopes)
        values = [0.5, 2.0][:count]
        assert math.isfinite(operation.value(*values))
        assert all(math.isfinite(slope(*values)) for slope in operation.slopes)
