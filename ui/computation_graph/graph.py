"""The main figure: an expression as a graph, and the way back through it, node by node."""

import html
from dataclasses import dataclass
from typing import Any

import streamlit as st

from mnist_core.errors import ExpressionUnusable
from mnist_core.experiments.graph.backward import NodeGradient, backward, forward
from mnist_core.experiments.graph.expression import MOST_LETTERS, Graph, read
from mnist_core.experiments.graph.leaves import MOST, numbers_for, read_leaves, write_leaves
from ui.computation_graph.figures import draw_graph, in_short, name_of
from ui.shared.address import hold, lines, take_held
from ui.shared.components.script import read_beside
from ui.shared.lesson import try_or_say
from ui.shared.state import EXPRESSION, LEAVES
from ui.shared.widgets import text

LEAF_SPELLING = lines(400)
_component = st.components.v2.component(
    "computation_graph",
    html=read_beside(__file__, "graph.html"),
    css=read_beside(__file__, "graph.css"),
    js=read_beside(__file__, "graph.js"),
)


@dataclass(frozen=True)
class Computed:
    """An expression that could be read and computed.

    leaves: their numbers;  values: of all nodes;  steps: back, from the last node
    """

    graph: Graph
    leaves: dict[str, float]
    values: list[float]
    steps: list[NodeGradient]


def expression_and_graph() -> Computed | None:
    """The field, and the graph; a sentence and None where there is none."""
    written = text(EXPRESSION, "Expression", MOST_LETTERS)
    leaves = take_held(LEAVES, "Leaves", LEAF_SPELLING)
    computed = try_or_say(lambda: compute(written, leaves), st.warning, ":material/edit_off:")
    if computed is not None:
        _component(
            key="graph",
            data=graph_data(computed),
            on_leaves_change=lambda: _take_leaves(st.session_state["graph"].get("leaves")),
        )
    return computed


def compute(expression: str, leaves: str) -> Computed:
    """Forward and backward. Raises ExpressionUnusable."""
    graph = read(expression)
    numbers = numbers_for(graph.leaves, read_leaves(leaves))
    values = forward(graph, numbers)
    return Computed(graph, numbers, values, backward(graph, values))


def graph_data(computed: Computed) -> dict[str, Any]:
    """What the browser shows: the picture, a field for each leaf, a sentence for each step."""
    drawn = draw_graph(computed.graph, computed.values, computed.steps)
    return {
        "expression": name_of(computed.graph.nodes[-1]),
        "svg": drawn.svg,
        "width": drawn.width,
        "most": MOST,
        "leaves": [{"name": name, "value": value} for name, value in computed.leaves.items()],
        "steps": [
            {"node": step.node, "says": step_says(computed.graph, step)} for step in computed.steps
        ],
    }


def step_says(graph: Graph, step: NodeGradient) -> str:
    """HTML: the gradient of a node as the sum over its children, each product written out."""
    node = name_of(graph.nodes[step.node])
    name = f"<b>∂out/∂{html.escape(node if node.isidentifier() else f'({node})')}</b>"
    if not step.contributions:
        return f"{name} = <b>1</b>: this node is the output itself."
    products = " + ".join(
        f"{_factor(part.upstream)} · {_factor(part.local)}" for part in step.contributions
    )
    count = len(step.contributions)
    ways = "its only way to the output" if count == 1 else f"its {count} ways to the output, summed"
    return f"{name} = {products} = <b>{in_short(step.gradient)}</b> ({ways})"


def _factor(value: float) -> str:
    return f"({in_short(value)})" if value < 0 else in_short(value)


def _take_leaves(sent: object) -> None:
    """Numbers from the browser, which may be anything; what cannot be is left as it was."""
    if not isinstance(sent, dict):
        return
    pairs = ", ".join(f"{name} = {value}" for name, value in sent.items())
    try:
        taken = read_leaves(pairs)
    except ExpressionUnusable:
        return
    hold(LEAVES, LEAF_SPELLING, write_leaves(read_leaves(LEAVES.get()) | taken))
