"""A computation graph as SVG: its nodes from left to right, with their values and gradients.

Names in it come from a visitor, so every text is escaped.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from mnist_core.experiments.graph.backward import NodeGradient
from mnist_core.experiments.graph.expression import LEAF, NUMBER, Graph, Node
from mnist_core.words import minus
from ui.shared.figures.svg import Place

BOX_WIDTH, BOX_HEIGHT, COLUMN, ROW = 96, 52, 142, 92
MARGIN = 8
SIGNS = {"*": "×", "-": "−", "**": "power", "negative": "−( )", "/": "÷"}


@dataclass(frozen=True)
class Drawn:
    """A graph as SVG, and how wide that is at its full size, in px."""

    svg: str
    width: int


def in_short(value: float) -> str:
    """“−0.3333”: four digits that count."""
    return minus(f"{value:.4g}")


def name_of(node: Node) -> str:
    """The part of the expression that it is, without the brackets round it."""
    text = node.text
    inside = text[1:-1] if text.startswith("(") and text.endswith(")") else text
    return minus(inside)


def draw_graph(graph: Graph, values: Sequence[float], steps: Sequence[NodeGradient]) -> Drawn:
    """values, steps: of `forward` and of `backward`; each gradient has the number of its step."""
    places = _places(graph)
    order = {step.node: (at, step.gradient) for at, step in enumerate(steps)}
    edges = "".join(
        _edge(graph, places, source, at, slot)
        for at, node in enumerate(graph.nodes)
        for slot, source in enumerate(node.inputs)
    )
    boxes = "".join(
        _box(node, places[at], values[at], order.get(at)) for at, node in enumerate(graph.nodes)
    )
    width = max(x for x, _ in places) + BOX_WIDTH + MARGIN
    height = max(y for _, y in places) + BOX_HEIGHT + 26
    said = html.escape(f"The graph of {name_of(graph.nodes[-1])} = {in_short(values[-1])}")
    return Drawn(
        f'<svg role="img" aria-label="{said}" viewBox="0 0 {width:g} {height:g}">'
        f"{edges}{boxes}</svg>",
        round(width),
    )


def _places(graph: Graph) -> list[Place]:
    """The upper left corner of each node: columns by depth, rows near what uses the node."""
    column = _columns(graph)
    uses: list[list[int]] = [[] for _ in graph.nodes]
    for at, node in enumerate(graph.nodes):
        for source in node.inputs:
            uses[source].append(at)
    last = max(column)
    rows = [0.0] * len(graph.nodes)
    most = max(column.count(one) for one in column)
    for one in range(last, -1, -1):
        here = [at for at, other in enumerate(column) if other == one]
        here.sort(key=lambda at: (sum(rows[use] for use in uses[at]) / max(1, len(uses[at])), at))
        for place, at in enumerate(here):
            rows[at] = place + (most - len(here)) / 2
    return [
        (MARGIN + column[at] * COLUMN, MARGIN + rows[at] * ROW) for at in range(len(graph.nodes))
    ]


def _columns(graph: Graph) -> list[int]:
    """How many nodes lie before each; a leaf stands right before its first use."""
    depth: list[int] = []
    for node in graph.nodes:
        depth.append(1 + max((depth[source] for source in node.inputs), default=-1))
    for at, node in enumerate(graph.nodes):
        if not node.inputs:
            users = [depth[i] for i, other in enumerate(graph.nodes) if at in other.inputs]
            depth[at] = min(users, default=1) - 1
    return depth


def _edge(graph: Graph, places: Sequence[Place], source: int, at: int, slot: int) -> str:
    """From a node to one that uses it; each of its inputs arrives at a height of its own."""
    (x, y), (end_x, end_y) = places[source], places[at]
    count = len(graph.nodes[at].inputs)
    start_x, start_y = x + BOX_WIDTH, y + BOX_HEIGHT / 2
    end_y += BOX_HEIGHT * (slot + 1) / (count + 1)
    middle = (start_x + end_x) / 2
    return (
        f'<path class="edge" data-from="{source}" data-to="{at}" '
        f'd="M{start_x:g} {start_y:g}C{middle:g} {start_y:g} {middle:g} {end_y:g} '
        f'{end_x:g} {end_y:g}"/>'
    )


def _box(node: Node, place: Place, value: float, step: tuple[int, float] | None) -> str:
    x, y = place
    middle = x + BOX_WIDTH / 2
    sign = SIGNS.get(node.operation, node.operation)
    head = node.text if node.operation in (LEAF, NUMBER) else sign
    kind = "leaf" if node.operation == LEAF else "number" if step is None else "made"
    number, gradient = step if step else (-1, 0.0)
    back = (
        f'<text class="gradient" x="{middle:g}" y="{y + BOX_HEIGHT + 18:g}">'
        f"∂ = {in_short(gradient)}</text>"
        if step
        else ""
    )
    return (
        f'<g class="node {kind}" data-step="{number}">'
        f'<rect x="{x:g}" y="{y:g}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="9"/>'
        f'<text class="head" x="{middle:g}" y="{y + 21:g}">{html.escape(head)}</text>'
        f'<text class="value" x="{middle:g}" y="{y + 42:g}">{in_short(value)}</text>{back}</g>'
    )
