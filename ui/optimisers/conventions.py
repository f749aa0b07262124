"""Where two ways to write an optimiser part: momentum's velocity, Adam's correction, L-BFGS."""

from collections.abc import Callable

import streamlit as st
import torch
from torch import Tensor

from mnist_core.experiments.descent.optimisers import (
    OPTIMISERS,
    State,
    path_by,
    uncorrected_first_step,
)
from mnist_core.experiments.descent.race import arrival, grid_of, surface_of
from ui.optimisers.race import chosen_beta, chosen_start, chosen_surface, quasi_newton
from ui.shared.components.contours import Contours, Line, ground, legend
from ui.shared.figures.colours import FIRST, SECOND, THIRD
from ui.shared.glossary import say
from ui.shared.lesson import section

VELOCITIES = """
The velocity of momentum is written in three ways, and all three are called momentum:

- $v \\leftarrow \\beta v + g,\\; w \\leftarrow w - \\eta v$ (PyTorch);
- $v \\leftarrow \\beta v - \\eta g,\\; w \\leftarrow w + v$ (Sutskever and others, 2013; Polyak);
- $v \\leftarrow \\beta v + (1 - \\beta) g,\\; w \\leftarrow w - \\eta v$: a mean of gradients,
  which needs a learning rate $1/(1 - \\beta)$ times as large for the same path.

While η stays, the first two take the same path. They part when η changes: in the first, a new η
acts at once on all that $v$ has gathered; in the second, $v$ still carries the old one. Here η
falls to a tenth after {steps} steps. Right after it, the first moves by {first:.3f}, the second
by {second:.3f}.
"""
CORRECTION = """
**Adam’s correction.** $m$ and $s$ begin with 0 and are too small at first. One might think that the
first steps are too small, too, but $s$ stands under a root: uncorrected, the first step is
$(1 - \\beta_1) / \\sqrt{{1 - \\beta_2}}$ = **{times:.1f} times** as long. It would be shorter only
if $1 - \\beta_1$ were less than $\\sqrt{{1 - \\beta_2}}$.
"""
LBFGS_SAYS = """
**L-BFGS** is here PyTorch’s, with its line search. {found} To compare it with the others, count
looks and not steps.
"""
DOWN = """
On the surface above it is down for good after {steps} steps from your start, and for them it looked
at the loss {looks} times.
"""
NOT_DOWN = "On the surface above it does not come to the lowest point from your start."
CHANGES_AFTER, STEPS, RATE, CUT = 10, 60, 0.01, 0.1
KAPPA = 10.0
LINES = (
    Line("momentum", "v ← βv + g", FIRST),
    Line("momentum_in_steps", "v ← βv − ηg", SECOND, dashed=True),
    Line("momentum_averaging", "v ← βv + (1 − β)g, with η / (1 − β)", THIRD),
)
ALT = (
    "Contours of a valley, and the paths of three ways to write momentum, before and after η falls."
)

show_parting = Contours("momentum_conventions")


@section
def conventions() -> None:
    """The three velocities, the correction, and L-BFGS's looks."""
    st.subheader("Three things called momentum", anchor=False)
    beta = chosen_beta()
    paths = {line.key: parting(line.key, beta) for line in LINES}
    first, second = (
        float(_change(paths[key][CHANGES_AFTER + 1]).norm())
        for key in ("momentum", "momentum_in_steps")
    )
    say(VELOCITIES.format(steps=CHANGES_AFTER, first=first, second=second))
    surface = surface_of("valley", KAPPA)
    ends = (-surface.reach, surface.reach)
    show_parting(
        {
            **ground(grid_of(surface.value, ends, ends).numpy(), ends, ends),
            "name": "conventions", "paths": legend(LINES), "shown": list(paths), "alt": ALT,
            "minima": surface.minima.tolist(), "names": ["x", "y"],
            "fixed": [_sent(key, states, surface.value) for key, states in paths.items()],
        },
        "parting",
    )  # fmt: skip
    st.subheader("Corrected, and looked ahead", anchor=False)
    say(CORRECTION.format(times=uncorrected_first_step()))
    say(LBFGS_SAYS.format(found=say_looks()))


def say_looks() -> str:
    """How many looks L-BFGS needs on the page's surface, in a sentence."""
    surface = chosen_surface()
    taken = quasi_newton(surface, chosen_start(surface))
    steps = arrival([step.weights for step in taken], surface)
    if steps is None:
        return NOT_DOWN
    return DOWN.strip().format(steps=steps, looks=taken[steps].evaluations)


def parting(key: str, beta: float) -> list[State]:
    """The path of a convention when the rate falls to CUT of itself after CHANGES_AFTER steps."""
    surface = surface_of("valley", KAPPA)
    scale = 1 / (1 - beta) if key == "momentum_averaging" else 1.0
    rates = [RATE * (CUT if step >= CHANGES_AFTER else 1) for step in range(STEPS)]
    steps = (OPTIMISERS[key].at(rate * scale, beta=beta) for rate in rates)
    return path_by(steps, surface.gradient, surface.start)


def _change(state: State) -> Tensor:
    assert state.change is not None
    return state.change


def _sent(key: str, states: list[State], value: Callable[[Tensor], Tensor]) -> dict[str, object]:
    places = torch.stack([state.weights for state in states])
    return {"key": key, "places": places.tolist(), "losses": value(places).tolist()}
