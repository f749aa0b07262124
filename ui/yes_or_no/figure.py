"""The main figure: points of two kinds, and a neuron that learns the border between them."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st
import torch
from torch import Tensor

from mnist_core.experiments.regression.logistic import LOSSES, Loss, Neuron, descend
from ui.shared.address import take_held
from ui.shared.lesson import section
from ui.shared.state import YES_INPUTS, YES_LOSS, YES_POINTS, YES_STEPS, Points
from ui.shared.widgets import segmented, slide
from ui.yes_or_no.yes_plot import SPELLING, yes_plot

START = (-1.5, -1.5, 0.0)
"""w₁, w₂ and b before the first step: the border the wrong way round."""
RATE, MOST_STEPS = 0.5, 100
Inputs = Literal[1, 2]
INPUTS: dict[Inputs, str] = {2: "Two inputs", 1: "One input"}
KINDS = {key: loss.title for key, loss in LOSSES.items()}


@dataclass(frozen=True)
class Asked:
    """What the visitor has set. x: float64 (N, inputs); y: float64 (N,), of 0 and 1."""

    x: Tensor
    y: Tensor
    start: Neuron
    steps: int

    def path(self, kind: Loss, steps: int | None = None) -> list[Neuron]:
        """The neuron before the first step and after each."""
        asked = self.steps if steps is None else steps
        return descend(self.start, self.x, self.y, kind, rate=RATE, steps=asked)


def asked() -> Asked:
    """As the session has it now."""
    inputs = YES_INPUTS.get()
    numbers = torch.tensor(YES_POINTS.get(), dtype=torch.float64)
    w1, w2, b = torch.tensor(START, dtype=torch.float64)
    start = Neuron(torch.stack([w1, w2])[:inputs], b)
    return Asked(numbers[:, :inputs], numbers[:, 2], start, YES_STEPS.get())


def wrong(neuron: Neuron, now: Asked) -> int:
    """How many points are on the wrong side of the border."""
    return int(((neuron.score(now.x) > 0) != (now.y == 1)).sum())


@section
def figure() -> None:
    """Points live in the address as the other settings do."""
    points = take_held(YES_POINTS, "Points", SPELLING)
    with st.container(horizontal=True, gap="medium", key="yes_settings"):
        inputs = segmented(YES_INPUTS, "Inputs", INPUTS)
        loss = segmented(YES_LOSS, "Loss", KINDS)
    steps = slide(YES_STEPS, "Steps", 0, MOST_STEPS)
    data = {
        "points": points, "start": START, "inputs": inputs, "loss": loss, "rate": RATE,
        "steps": steps,
    }  # fmt: skip
    if yes_plot(data, "yes_plot", _moved):
        st.rerun()  # the chapters say the same points in numbers


def _moved(points: Points) -> None:
    YES_POINTS.set(points)
