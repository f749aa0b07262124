"""The main figure: points with their line, and the way down on the loss."""

from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor

from mnist_core.experiments.regression.linear import Line
from ui.line.line_plot import SPELLING, START_SPELLING, line_plot
from ui.shared.address import take_held
from ui.shared.lesson import section
from ui.shared.state import LINE_POINTS, LINE_RATE, LINE_START, LINE_STEPS, Points
from ui.shared.widgets import slide

MOST_RATE, MOST_STEPS = 0.3, 100


@dataclass(frozen=True)
class Asked:
    """What the visitor has set. x, y: float64 (N, 1)."""

    x: Tensor
    y: Tensor
    start: Line
    rate: float
    steps: int


def asked() -> Asked:
    """As the session has it now."""
    x, y = torch.tensor(LINE_POINTS.get(), dtype=torch.float64).T[..., None]
    ((w, b),) = LINE_START.get()
    return Asked(x, y, line_of(w, b), LINE_RATE.get(), LINE_STEPS.get())


def line_of(w: float, b: float) -> Line:
    """ŷ = wx + b."""
    numbers = torch.tensor([w, b], dtype=torch.float64)
    return Line(numbers[None, :1], numbers[1:])


def numbers_of(line: Line) -> tuple[float, float]:
    """w and b; of a gradient the slopes by them."""
    return float(line.weight), float(line.bias)


@section
def figure() -> None:
    """Points and start live in the address as the sliders do."""
    points = take_held(LINE_POINTS, "Points", SPELLING)
    start = take_held(LINE_START, "Start (w, b)", START_SPELLING)
    with st.container(horizontal=True, wrap=False, gap="medium"):
        rate = slide(LINE_RATE, "Learning rate η", 0.005, MOST_RATE, 0.005, format="%.3f")
        steps = slide(LINE_STEPS, "Steps", 0, MOST_STEPS)
    data = {"points": points, "start": start[0], "rate": rate, "steps": steps}
    if line_plot(data, "line_plot", _moved):
        st.rerun()  # the chapters say the same points in numbers


def _moved(points: Points | None, start: Points | None) -> None:
    if points is not None:
        LINE_POINTS.set(points)
    if start is not None:
        LINE_START.set(start)
