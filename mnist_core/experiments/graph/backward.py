"""A computation graph forwards and backwards, node by node, with each product written out."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from mnist_core.errors import ExpressionUnusable
from mnist_core.experiments.graph.expression import LEAF, NUMBER, Graph, Node
from mnist_core.experiments.graph.operations import OPERATIONS

STEP = 2.0**-17
"""About the cube root of float64's rounding: the best step of a central difference."""


def forward(graph: Graph, leaves: Mapping[str, float]) -> list[float]:
    """The value of every node, in their order. leaves: a finite number for each leaf's name.

    Raises ExpressionUnusable where a leaf has no number, or a node no finite value.
    Source: Goodfellow, Bengio, Courville 2016, “Deep learning”, algorithm 6.1.
    """
    values: list[float] = []
    for node in graph.nodes:
        values.append(_value(node, [values[i] for i in node.inputs], leaves))
    return values


def _value(node: Node, inputs: list[float], leaves: Mapping[str, float]) -> float:
    if node.operation == NUMBER:
        return node.number
    if node.operation == LEAF:
        if node.text not in leaves:
            raise ExpressionUnusable(f"{node.text} has no value yet: give it a number.")
        return _finite(float(leaves[node.text]), node.text)
    try:
        return _finite(OPERATIONS[node.operation].value(*inputs), node.text)
    except OverflowError:
        return _finite(math.inf, node.text)


def _finite(value: float, text: str) -> float:
    if not math.isfinite(value):
        raise ExpressionUnusable(f"{text} is too large for a number here, or is none at all.")
    return value


@dataclass(frozen=True)
class Contribution:
    """What one use of a node adds to its gradient: upstream · local.

    child:    number of the node that uses it
    upstream: ∂out/∂child
    local:    ∂child/∂node, by that input alone
    """

    child: int
    upstream: float
    local: float

    @property
    def product(self) -> float:
        """upstream · local."""
        return self.upstream * self.local


@dataclass(frozen=True)
class NodeGradient:
    """∂out/∂node: the sum of its contributions; 1 for the last node, which is out itself.

    node: its number; contributions: one for each use, so two where a child uses it twice
    """

    node: int
    gradient: float
    contributions: tuple[Contribution, ...]


def backward(graph: Graph, values: list[float]) -> list[NodeGradient]:
    """∂out/∂node = Σ over its children of ∂out/∂child · ∂child/∂node, from the last node back.

    Numbers, and what is made of numbers alone, are left out: nothing asks how `out` depends on
    them. values: of `forward`. Raises ExpressionUnusable where a curve has no slope.
    Source: Goodfellow, Bengio, Courville 2016, “Deep learning”, algorithm 6.2.
    """
    varying, last = _varying(graph), len(graph.nodes) - 1
    uses: dict[int, list[Contribution]] = {i: [] for i in varying}
    steps = []
    for i in reversed(varying):
        node, parts = graph.nodes[i], tuple(uses[i])
        total = 1.0 if i == last else sum(part.product for part in parts)
        steps.append(NodeGradient(i, _finite(total, f"∂out/∂{node.text}"), parts))
        for place, source in enumerate(node.inputs):
            if source in uses:
                local = _slope(node, place, [values[j] for j in node.inputs])
                uses[source].append(Contribution(i, total, local))
    return steps


def _varying(graph: Graph) -> list[int]:
    """The nodes that some leaf goes into, in their order."""
    found: list[int] = []
    for i, node in enumerate(graph.nodes):
        if node.operation == LEAF or not set(node.inputs).isdisjoint(found):
            found.append(i)
    return found


def _slope(node: Node, place: int, inputs: list[float]) -> float:
    """∂node/∂input, of its input at that place."""
    try:
        return OPERATIONS[node.operation].slopes[place](*inputs)
    except OverflowError:
        return _finite(math.inf, f"The slope of {node.text}")


def leaf_gradients(graph: Graph, leaves: Mapping[str, float]) -> dict[str, float]:
    """∂out/∂leaf of every leaf, by name: forward, then backward."""
    steps = {step.node: step.gradient for step in backward(graph, forward(graph, leaves))}
    return {name: steps[i] for name, i in graph.leaves.items()}


def not_zeroed(before: Mapping[str, float], now: Mapping[str, float]) -> dict[str, float]:
    """What stands in `.grad` when nobody called `zero_grad`: gradients add up, leaf by leaf.

    Source: PyTorch documentation, `torch.Tensor.backward`.
    """
    return {name: before.get(name, 0.0) + gradient for name, gradient in now.items()}


def finite_difference(graph: Graph, leaves: Mapping[str, float], name: str) -> float:
    """(out(x + h) − out(x − h)) / 2h for the leaf x: about its gradient, to a few parts in 10¹⁰.

    Raises ExpressionUnusable where there is no value next to x. It is far off across a corner.
    Source: Nocedal, Wright 2006, “Numerical optimization”, section 8.1, for h.
    """
    x = leaves[name]
    step = STEP * max(1.0, abs(x))
    above, below = (forward(graph, {**leaves, name: x + s})[-1] for s in (step, -step))
    return (above - below) / (2 * step)
