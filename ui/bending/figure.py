"""The main figure: points, the curve of a network of one hidden layer, and its units' parts."""

from dataclasses import dataclass, replace

import streamlit as st
import torch
from torch import Tensor

from mnist_core.experiments.descent.optimisers import OPTIMISERS
from mnist_core.experiments.regression.bending import Bent, descend, drawn, loss
from mnist_core.layers.activations import ACTIVATIONS
from ui.bending.bend_plot import SPELLING, bend_plot
from ui.shared.address import take_held
from ui.shared.lesson import section
from ui.shared.state import BEND_ACTIVATION, BEND_POINTS, BEND_STEPS, BEND_UNITS, Points
from ui.shared.widgets import segmented, slide, slide_along

UNITS = [1, 2, 3, 4, 6, 8, 12, 16]
KINDS = {key: ACTIVATIONS[key].title for key in ("relu", "tanh", "sigmoid")}
RATE, MOST_STEPS, REACH = 0.05, 500, 3.0


@dataclass(frozen=True)
class Asked:
    """What the visitor has set. x, y: float64 (N,)."""

    x: Tensor
    y: Tensor
    units: int
    activation: str
    steps: int

    def start(self) -> Bent:
        """Before the first step."""
        return drawn(self.units, REACH)

    def learnt(self) -> Bent:
        """After the steps."""
        step = OPTIMISERS["adam"].at(RATE)
        states = descend(
            self.start(), self.x, self.y, ACTIVATIONS[self.activation], step=step, steps=self.steps
        )
        return Bent.from_flat(states[-1].weights)

    def loss(self, network: Bent) -> float:
        """The mean of the squared errors."""
        return float(loss(network, self.x, self.y, ACTIVATIONS[self.activation]))

    def with_units(self, units: int, steps: int) -> "Asked":
        """The same points, another network."""
        return replace(self, units=units, steps=steps)


def asked() -> Asked:
    """As the session has it now."""
    x, y = torch.tensor(BEND_POINTS.get(), dtype=torch.float64).T
    return Asked(x, y, BEND_UNITS.get(), BEND_ACTIVATION.get(), BEND_STEPS.get())


@section
def figure() -> None:
    """Points live in the address as the other settings do."""
    points = take_held(BEND_POINTS, "Points", SPELLING)
    with st.container(horizontal=True, wrap=False, gap="medium"):
        units = slide_along(BEND_UNITS, "Hidden units", UNITS)
        steps = slide(BEND_STEPS, "Steps", 0, MOST_STEPS, 10)
    kind = segmented(BEND_ACTIVATION, "Each unit's bend f", KINDS)
    data = {
        "points": points, "start": drawn(units, REACH).flat().tolist(), "activation": kind,
        "rate": RATE, "steps": steps,
    }  # fmt: skip
    if bend_plot(data, "bend_plot", _moved):
        st.rerun()  # the chapters say the same points in numbers


def _moved(points: Points) -> None:
    BEND_POINTS.set(points)
