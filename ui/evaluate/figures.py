"""What an evaluation looks like: confusions, misses of each digit, calibration, robustness."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from mnist_core.evaluation.metrics import Calibration, Confusion
from mnist_core.evaluation.robustness import Change, Curve
from ui.shared.figures.charts import CLEAR
from ui.shared.figures.colours import (
    DARK_INK,
    FIRST,
    FOURTH,
    LINES,
    MISTAKES,
    RIGHT_CELL,
    WRONG_BAR,
)

SCALE = list(zip((0, 0.5, 1), MISTAKES, strict=True))
MEASURED = FIRST
REFERENCE = "rgba(128, 138, 160, .8)"
"""Of what is there to compare with."""
MARKERS = ("circle", "square", "diamond", "triangle-up", "x", "star", "cross", "hexagon")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "solid", "dash", "dot")
STYLES = tuple(zip(LINES, MARKERS, DASHES, strict=True))
"""Colour, marker and dash of each network: told apart without seeing colours, too."""
DTICK = {"rotation": 45, "noise": 0.1}
"""Where plotly would not choose round numbers."""
DIGITS = np.arange(10)


def confusion_figure(
    confusion: Confusion,
    label: int | None = None,
    read: int | None = None,
    most: int | None = None,
) -> go.Figure:
    """The 10×10 counts, coloured by mistakes only; a click on a cell selects it.

    label, read: the cells that are framed: one, a row, a column or none
    most:        the count of the strongest colour; None for this matrix's greatest
    The point of each cell carries [label, read] as its customdata.
    """
    mistakes = confusion.mistakes.numpy()
    strongest = np.sqrt(mistakes.max() if most is None else most)
    figure = go.Figure()
    figure.add_heatmap(
        z=np.where(mistakes > 0, np.sqrt(mistakes), np.nan), colorscale=SCALE,
        zmin=1, zmax=max(2, strongest), xgap=1, ygap=1, showscale=False,
        hoverinfo="skip", hoverongaps=False,
    )  # fmt: skip
    for k in range(10):
        figure.add_shape(**_box(k, k), fillcolor=RIGHT_CELL, line_width=0, layer="below")
    _add_clickable_counts(figure, confusion.counts.numpy())
    if label is not None or read is not None:
        figure.add_shape(**_box(label, read), line={"width": 3, "color": FOURTH})
    axis = {
        "dtick": 1, "range": [-0.5, 9.5], "showgrid": False, "zeroline": False,
        "fixedrange": True, "constrain": "domain",
    }  # fmt: skip
    figure.update_xaxes(title="read as", side="top", **axis)
    figure.update_yaxes(
        title="is a", **{**axis, "range": [9.5, -0.5]}, scaleanchor="x", scaleratio=1
    )
    return _laid_out(figure, 410).update_layout(showlegend=False)


def say_cell(label: int, read: int, count: int) -> str:
    """“A 4 read as 9: 12 times”."""
    times = "once" if count == 1 else f"{count} times"
    return f"{'An' if label == 8 else 'A'} {label} read as {read}: {times}"


def misses_figure(confusion: Confusion) -> go.Figure:
    """Of each digit, the share that is missed, and the share of readings of it that are wrong."""
    recall, precision = confusion.recall.numpy(), confusion.precision.numpy()
    figure = go.Figure()
    for name, share, hatch, hover in (
        ("is one, but read as another", 1 - recall, "", "Of all %{x}s, %{y:.2%} are missed"),
        ("read as one, but is another", 1 - precision, "/",
         "Of all pictures read as %{x}, %{y:.2%} are no %{x}"),
    ):  # fmt: skip
        figure.add_bar(
            x=DIGITS, y=share, name=name, marker={"color": WRONG_BAR, "pattern": {"shape": hatch}},
            hovertemplate=f"{hover}<extra></extra>",
        )  # fmt: skip
    names = [f"<b>{k}</b><br>{_percent(recall[k])}" for k in DIGITS]
    figure.update_xaxes(
        tickvals=DIGITS, ticktext=names, title="digit, and its recall in %", fixedrange=True
    )
    figure.update_yaxes(tickformat=".1~%", title="wrong", rangemode="tozero", fixedrange=True)
    return _laid_out(figure, height=340)


def calibration_figure(calibration: Calibration) -> go.Figure:
    """How often it is right over how sure it is, and below how many readings that is about."""
    filled = calibration.count.numpy() > 0
    count = calibration.count.numpy()[filled]
    sure, right, error = (
        values.numpy()[filled]
        for values in (calibration.confidence, calibration.accuracy, calibration.standard_error)
    )
    edges = calibration.edges.numpy()
    middle = ((edges[1:] + edges[:-1]) / 2)[filled]
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.72, 0.28], vertical_spacing=0.06
    )
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", name="as sure as right", hoverinfo="skip",
        line={"dash": "dash", "color": REFERENCE}, row=1, col=1,
    )  # fmt: skip
    figure.add_scatter(
        x=sure, y=right, mode="markers", name="measured, ± 1 standard error", customdata=count,
        cliponaxis=False,
        marker={"size": 5 + 3 * np.log10(count), "color": MEASURED, "line_width": 0},
        error_y={"type": "data", "array": error, "thickness": 1.5, "width": 0},
        hovertemplate="%{x:.1%} sure, %{y:.1%} right<br>%{customdata} digits<extra></extra>",
        row=1, col=1,
    )  # fmt: skip
    figure.add_bar(
        x=middle, y=count, width=np.diff(edges)[filled] * 0.9, marker_color=REFERENCE,
        showlegend=False, hovertemplate="%{y} digits<extra></extra>", row=2, col=1,
    )  # fmt: skip
    figure.update_xaxes(range=[0, 1.05], tickformat=".0%", fixedrange=True)
    figure.update_xaxes(title="how sure it is", row=2, col=1)
    figure.update_yaxes(
        title="how often right", range=[-0.02, 1.08], tickformat=".0%", row=1, col=1,
        fixedrange=True,
    )  # fmt: skip
    figure.update_yaxes(
        title="digits", type="log", range=[-0.3, 4.2], dtick=2, row=2, col=1, fixedrange=True
    )
    return _laid_out(figure, height=440)


def curves_figure(change: Change, curves: Mapping[str, Curve]) -> go.Figure:
    """Accuracy against a change of the digits, one line for each network, ± 1 standard error.

    curves: by the network's title; those still without a point are left out
    """
    figure = go.Figure()
    for (title, curve), style in zip(curves.items(), STYLES, strict=False):
        if curve:
            _add_curve(figure, title, curve, style)
    low, high = change.values[0], change.values[-1]
    margin = 0.03 * (high - low)
    figure.update_xaxes(range=[low - margin, high + margin], title=change.unit, fixedrange=True)
    figure.update_xaxes(dtick=DTICK.get(change.key))
    figure.update_yaxes(range=[0, 1.03], tickformat=".0%", title="read right", fixedrange=True)
    return _laid_out(figure, height=320)


def _add_curve(figure: go.Figure, title: str, curve: Curve, style: tuple[str, str, str]) -> None:
    colour, symbol, dash = style
    x = np.array([point.value for point in curve])
    y = np.array([point.accuracy for point in curve])
    error = np.array([point.standard_error for point in curve])
    figure.add_scatter(
        x=np.concatenate([x, x[::-1]]), y=np.concatenate([y + error, (y - error)[::-1]]),
        fill="toself", fillcolor=colour, opacity=0.25, line_width=0, mode="lines",
        hoverinfo="skip", showlegend=False, legendgroup=title,
    )  # fmt: skip
    figure.add_scatter(
        x=x, y=y, name=title, mode="lines+markers", legendgroup=title, customdata=error,
        line={"color": colour, "dash": dash}, marker={"symbol": symbol, "size": 7},
        hovertemplate="%{x}: %{y:.1%} ± %{customdata:.1%}<extra></extra>",
    )  # fmt: skip


def _add_clickable_counts(figure: go.Figure, counts: NDArray[np.int64]) -> None:
    """A point with text in each cell, since heatmaps take no clicks."""
    label, read = (axis.flatten().tolist() for axis in np.indices((10, 10)))
    cells = list(zip(label, read, counts.flatten().tolist(), strict=True))
    unchanged = {"marker": {"opacity": 0}, "textfont": {"color": DARK_INK}}
    figure.add_scatter(
        x=read, y=label, mode="markers+text", customdata=list(zip(label, read, strict=True)),
        text=[str(count) if count else "" for _, _, count in cells],
        textfont={"size": 11, "color": DARK_INK}, selected=unchanged, unselected=unchanged,
        hovertext=[say_cell(*cell) for cell in cells], hoverinfo="text",
        marker={"symbol": "square", "size": 28, "opacity": 0, "color": REFERENCE},
    )  # fmt: skip


def _box(label: int | None, read: int | None) -> dict[str, float]:
    """The corners of a cell; of a whole row or column where the other is None."""
    x0, x1 = (-0.5, 9.5) if read is None else (read - 0.5, read + 0.5)
    y0, y1 = (-0.5, 9.5) if label is None else (label - 0.5, label + 0.5)
    return {"x0": x0, "x1": x1, "y0": y0, "y1": y1}


def _percent(share: float) -> str:
    return "–" if np.isnan(share) else f"{share * 100:.1f}"


def _laid_out(figure: go.Figure, height: int) -> go.Figure:
    figure.update_layout(
        height=height,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        dragmode=False,
        hovermode="closest",
        **CLEAR,
    )
    return figure
