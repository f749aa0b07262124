"""Tables and a plane for the page on the line."""

from typing import Any

import plotly.graph_objects as go
from torch import Tensor

from mnist_core.experiments.regression.linear import Convention, Line
from mnist_core.words import minus
from ui.shared.figures.charts import CLEAR
from ui.shared.figures.colours import FIRST, GREY, SECOND
from ui.shared.figures.html import table

TIMES_THE_START = 2
"""As high as the start, so much of the valley's walls is shown."""
CAMERA: dict[str, Any] = {"eye": {"x": 1.7, "y": 1.7, "z": 0.9}}
LAYOUT: dict[str, Any] = {
    "height": 420, "margin": {"l": 0, "r": 0, "t": 0, "b": 0}, "showlegend": False, **CLEAR,
}  # fmt: skip


def points_table(x: list[float], y: list[float], errors: list[float]) -> str:
    """Each point with its error and what it adds to both sums; the sums in the last row."""
    numbers = [[x, y, r, r * x, r**2] for x, y, r in zip(x, y, errors, strict=True)]
    rows = [[str(n), *(_written(value) for value in row)] for n, row in enumerate(numbers, start=1)]
    sums = [_written(sum(row[place] for row in numbers)) for place in (2, 3, 4)]
    heads = ["", "x", "y", "ŷ − y", "(ŷ − y) x", "(ŷ − y)²"]
    return table(heads, [*rows, ["Σ", "", "", *sums]], "right")


def rates_table(limits: dict[Convention, float]) -> str:
    """The greatest learning rate under each convention."""
    rows = [[f"J = {each.value} of the squares", f"{limit:.4f}"] for each, limit in limits.items()]
    return table(["loss", "limit 2/λ"], rows, "right")


def _written(value: float) -> str:
    return minus(f"{value:.3f}")


def valley(weights: Tensor, biases: Tensor, losses: Tensor, path: list[list[float]]) -> go.Figure:
    """The loss of all lines as a surface, and the way down on it.

    weights (n,), biases (m,), losses (m, n); path: rows of w, b and J
    """
    figure = go.Figure(
        go.Surface(
            x=weights.tolist(), y=biases.tolist(), z=losses.tolist(), opacity=0.7, showscale=False,
            colorscale=[[0, FIRST], [1, GREY]], name="",
            hovertemplate="w %{x:.2f}, b %{y:.2f}<br>J %{z:.3f}",
        )
    )  # fmt: skip
    w, b, height = zip(*path, strict=True)
    figure.add_scatter3d(
        x=w, y=b, z=height, mode="lines+markers", hoverinfo="skip",
        marker={"size": 3, "color": SECOND}, line={"color": SECOND, "width": 5},
    )  # fmt: skip
    figure.update_scenes(xaxis_title="w", yaxis_title="b", zaxis_title="J", camera=CAMERA)
    figure.update_scenes(zaxis_range=[0, TIMES_THE_START * height[0] + 1])
    return figure.update_layout(**LAYOUT)


def plane(x: Tensor, y: Tensor, line: Line) -> go.Figure:
    """Points over two inputs, the plane through them, and each error as a line between.

    x: (N, 2) from 0 to 1, y: (N,)
    """
    corners = [[0.0, 1.0], [0.0, 1.0]]
    (w1, w2), b = line.weight[0].tolist(), float(line.bias[0])
    heights = [[w1 * at + w2 * other + b for at in corners[0]] for other in corners[1]]
    figure = go.Figure(
        go.Surface(
            x=corners[0], y=corners[1], z=heights, opacity=0.6, showscale=False,
            colorscale=[[0, FIRST], [1, FIRST]], hoverinfo="skip",
        )
    )  # fmt: skip
    for (first, second), height, at in zip(
        x.tolist(), y.tolist(), line.at(x)[:, 0].tolist(), strict=True
    ):
        figure.add_scatter3d(
            x=[first, first], y=[second, second], z=[height, at], mode="lines+markers",
            marker={"size": [5, 0.1], "color": GREY}, line={"color": GREY, "width": 4},
        )  # fmt: skip
    figure.update_scenes(xaxis_title="x₁", yaxis_title="x₂", zaxis_title="y", camera=CAMERA)
    return figure.update_layout(**LAYOUT)
