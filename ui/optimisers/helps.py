"""What weight decay and gradient clipping do to the path of plain gradient descent."""

from typing import Any

import streamlit as st
import torch
from torch import Tensor

from mnist_core.experiments.descent.optimisers import OPTIMISERS, State, Step, path
from mnist_core.experiments.descent.optimisers import with_weight_decay as decayed
from mnist_core.experiments.descent.race import STEPS, grid_of
from mnist_core.experiments.descent.surfaces import Surface
from mnist_core.training.helps.clipping import clip_by_norm
from ui.optimisers.race import chosen_start, chosen_surface
from ui.shared.components.contours import Contours, Line, ground, legend, walked
from ui.shared.figures.colours import FIRST, GREY, SECOND
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.state import RACE_RATE, RACE_SURFACE

SAYS = """
Gradient descent on the surface above, from your start and with your η, and twice with a help:

- **Weight decay** pulls every weight a little towards 0 in each step, by ηλ times the weight, here
  with λ = {decay:g}. So it comes to rest between the lowest point and 0, not at the lowest point:
  it trades some training loss for small weights.
- **Gradient clipping** shortens a gradient that is longer than {most:g} to just that, in the same
  direction. Where the slope is steep it walks instead of leaping out of the picture.

Two more helps need what is not here. A **schedule**, a learning rate that falls, calms the
trembling of batches: *Batches* shows it. **Early stopping** ends a training when digits that it
does not learn from are read no better: *Train* has it among *More settings*, with clipping.
"""
DECAY, MOST = 0.3, 1.0
LINES = (
    Line("plain", "Gradient descent", GREY),
    Line("decay", "with weight decay", FIRST, dashed=True),
    Line("clipped", "with clipping", SECOND),
)
ALT = "Contours of the loss; gradient descent alone, with weight decay, and with clipping."

show_helps = Contours("descent_helps")


@section
def helps() -> None:
    """Three paths on the surface that the page shows."""
    st.subheader("What helps on the way", anchor=False)
    say(SAYS.format(decay=DECAY, most=MOST))
    surface = chosen_surface()
    ends = (-surface.reach, surface.reach)
    show_helps(
        {
            **ground(grid_of(surface.value, ends, ends).numpy(), ends, ends),
            "name": f"helps {RACE_SURFACE.get()}", "steps": STEPS, "names": ["x", "y"],
            "paths": legend(LINES), "shown": [line.key for line in LINES], "alt": ALT,
            "minima": surface.minima.tolist(), "fixed": helped_paths(surface),
        },
        "helps",
    )  # fmt: skip


def helped_paths(surface: Surface) -> list[dict[str, Any]]:
    """What is sent of each path, as far as it is not lost."""
    plain = OPTIMISERS["sgd"].at(RACE_RATE.get())
    steps = {"plain": plain, "decay": decayed(plain, DECAY), "clipped": clipped(plain)}
    start = chosen_start(surface)
    return [_sent(key, path(step, surface.gradient, start, STEPS), surface)
            for key, step in steps.items()]  # fmt: skip


def clipped(step: Step) -> Step:
    """The step for a gradient no longer than MOST."""

    def with_clipping(state: State, gradient: Tensor) -> State:
        return step(state, clip_by_norm([gradient], MOST).gradients[0])

    return with_clipping


def _sent(key: str, states: list[State], surface: Surface) -> dict[str, Any]:
    places = torch.stack([state.weights for state in states])
    return walked(key, places, surface.value(places))
