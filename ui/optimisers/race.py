"""The main figure: optimisers that go down a surface together."""

from typing import Any

import streamlit as st
import torch
from torch import Tensor

from mnist_core.experiments.descent.lbfgs import LbfgsStep, lbfgs_path
from mnist_core.experiments.descent.optimisers import OPTIMISERS, Step, path
from mnist_core.experiments.descent.race import STEPS, arrival, grid_of, surface_of
from mnist_core.experiments.descent.surfaces import RAVINE_DEGREES, SURFACES, Surface
from ui.shared.address import Spelling, hold, numbers, take_ahead, take_held
from ui.shared.components.contours import Contours, Line, Moved, ground, legend, walked
from ui.shared.components.script import read_beside
from ui.shared.figures.colours import DIGITS
from ui.shared.lesson import section
from ui.shared.state import RACE_BETA, RACE_KAPPA, RACE_RATE, RACE_START, RACE_SURFACE, RACING_DOWN
from ui.shared.widgets import pick, slide_over

NAMES = (
    "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adam_uncorrected", "adadelta",
)  # fmt: skip
LBFGS = "lbfgs"
TITLES = {
    "sgd": "Gradient descent", "momentum": "Momentum", "nesterov": "Nesterov",
    "adagrad": "Adagrad", "rmsprop": "RMSprop", "adam": "Adam",
    "adam_uncorrected": "Adam, uncorrected", "adadelta": "Adadelta", LBFGS: "L-BFGS",
}  # fmt: skip
LINES = [
    Line(key, title, colour, bool(number % 2))
    for number, ((key, title), colour) in enumerate(zip(TITLES.items(), DIGITS, strict=False))
]
USUAL_RATES = (0.001, 0.003, 0.01, 0.03, 0.06, 0.1, 0.3, 1.0)
FITTING_RATES = {
    "valley": 0.03, "ravine": 0.03, "saddle": 0.1, "plateau": 0.3, "rosenbrock": 0.001,
    "hollows": 0.01,
}  # fmt: skip
"""With them most racers come somewhere."""
RATE_WITHIN = (1e-5, 10.0)
KAPPA_WITHIN, BETA_WITHIN = (1.0, 1000.0), (0.0, 0.99)
KAPPA_LABEL, BETA_LABEL = "How narrow the valley is, κ", "Momentum β"
ALT = (
    "Contours of the loss, and the path of each optimiser from the same start. The arrow keys move "
    "the start; the crosses are the lowest points."
)

show_race = Contours("optimiser_race", read_beside(__file__, "race.js"))


def read_start(text: str) -> tuple[float, float]:
    """“x y”. Raises ValueError."""
    x, y = (float(part) for part in text.split())
    if not max(abs(x), abs(y)) <= max(surface.reach for surface in SURFACES.values()):
        raise ValueError(text)
    return x, y


def _checked(text: str) -> str:
    if text:
        read_start(text)
    return text


def _known(text: str) -> str:
    if not set(text.split()) <= TITLES.keys():
        raise ValueError(text)
    return text


START = Spelling(_checked, str, "two numbers on the map, such as `-2 1`")
RACERS = Spelling(_known, str, "some of " + " ".join(f"`{key}`" for key in TITLES))


def chosen_kappa() -> float:
    """Its slider stands in a chapter."""
    return take_ahead(RACE_KAPPA, KAPPA_LABEL, numbers(*KAPPA_WITHIN))


def chosen_beta() -> float:
    """Its slider stands in a chapter."""
    return take_ahead(RACE_BETA, BETA_LABEL, numbers(*BETA_WITHIN))


def chosen_surface() -> Surface:
    """As the page shows it."""
    return surface_of(RACE_SURFACE.get(), chosen_kappa())


def chosen_start(surface: Surface) -> Tensor:
    """Where the visitor put it, or where the surface shows most."""
    text = take_held(RACE_START, "Start", START)
    if not text:
        return surface.start
    found = torch.tensor(read_start(text), dtype=torch.float64)
    return found.clamp(-surface.reach, surface.reach)


def step_of(key: str) -> Step:
    """One of NAMES with the page's rate and β. Adadelta takes no rate: it is 1."""
    rate = 1.0 if key == "adadelta" else RACE_RATE.get()
    beta = {"beta": chosen_beta()} if key in ("momentum", "nesterov") else {}
    return OPTIMISERS[key].at(rate, **beta)


def places_of(key: str, surface: Surface, start: Tensor) -> list[Tensor]:
    """From the start on, after each step."""
    if key == LBFGS:
        return [step.weights for step in quasi_newton(surface, start)]
    return [state.weights for state in path(step_of(key), surface.gradient, start, STEPS)]


def quasi_newton(surface: Surface, start: Tensor) -> list[LbfgsStep]:
    """The path of L-BFGS, as far as it is finite."""
    return lbfgs_path(surface.value, surface.gradient, start, STEPS)


def arrivals(keys: list[str]) -> dict[str, int | None]:
    """After how many steps each has come down, on what the page shows."""
    surface = chosen_surface()
    start = chosen_start(surface)
    return {key: arrival(places_of(key, surface, start), surface) for key in keys}


@section
def race() -> None:
    """The map with its paths; its settings rerun this part alone."""
    place = st.container()
    with st.container(horizontal=True):
        titles = {key: surface.title for key, surface in SURFACES.items()}
        pick(RACE_SURFACE, "Surface", titles, on_change=begin_anew, width=240)
        with st.container(width=320):
            slide_over(RACE_RATE, "Learning rate η", USUAL_RATES, RATE_WITHIN)
    with place:
        show_race(race_data(), "race_map", take_move)


def begin_anew() -> None:
    """Another surface has another start, and another rate that fits it."""
    hold(RACE_START, START, "")
    RACE_RATE.set(FITTING_RATES[RACE_SURFACE.get()])


def take_move(moved: Moved) -> None:
    """What the visitor did in the picture, into the address."""
    hold(RACE_START, START, f"{moved.x:g} {moved.y:g}")
    hold(RACING_DOWN, RACERS, " ".join(moved.shown))


def race_data() -> dict[str, Any]:
    """What the browser gets to race with."""
    surface = chosen_surface()
    start = chosen_start(surface)
    ends = (-surface.reach, surface.reach)
    return {
        **ground(grid_of(surface.value, ends, ends).numpy(), ends, ends),
        "name": f"{RACE_SURFACE.get()} {chosen_kappa():g}",
        "surface": RACE_SURFACE.get(), "kappa": chosen_kappa(), "degrees": RAVINE_DEGREES,
        "rate": RACE_RATE.get(), "beta": chosen_beta(), "steps": STEPS,
        "start": start.tolist(), "minima": surface.minima.tolist(), "names": ["x", "y"],
        "paths": legend(LINES), "shown": take_held(RACING_DOWN, "Race", RACERS).split(),
        "fixed": [quasi_newton_data(surface, start)], "alt": ALT,
    }  # fmt: skip


def quasi_newton_data(surface: Surface, start: Tensor) -> dict[str, Any]:
    """L-BFGS searches for the length of each step, which is done here."""
    places = torch.stack([step.weights for step in quasi_newton(surface, start)])
    return walked(LBFGS, places, surface.value(places)) | {"from": start.tolist()}
