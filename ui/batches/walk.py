"""The main figure: one line, fitted by all points at once, by a few, and by one at a time."""

from typing import Any

import streamlit as st
import torch

from mnist_core.experiments.descent.line_in_batches import (
    COUNT,
    EPOCHS,
    gradients_of_each,
    loss_on_grid,
    orders,
    points,
)
from mnist_core.experiments.descent.noise import steps_per_epoch
from mnist_core.experiments.descent.race import grid_of
from mnist_core.experiments.regression.linear import least_squares
from ui.shared.address import Spelling, hold, take_held
from ui.shared.components.contours import Contours, Line, Moved, ground, legend
from ui.shared.components.script import read_beside
from ui.shared.figures.colours import FIRST, GREY, SECOND
from ui.shared.lesson import section
from ui.shared.state import BATCH_BY, BATCH_PLACE, BATCH_POINTS, BATCH_RATE
from ui.shared.widgets import segmented, slide_along, slide_over

W, B = (-1.0, 2.2), (-1.3, 1.9)
SIZES = (2, 4, 8, 16, 32)
RATES = (0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1.0)
BY_SEEN, BY_STEP = "Points seen", "Steps"
START = (-0.6, -0.9)
CELLS = 41
ALT = (
    "Contours of the loss over weight and bias of a line, and three descents on it: by all points, "
    "by a few, by one. The arrow keys move the start; the cross is the best line."
)
LABELS = {"full": f"All {COUNT} points", "few": "{} points", "one": "1 point"}

show_walk = Contours("batch_walk", read_beside(__file__, "walk.js"))


def _read(text: str) -> str:
    if text:
        place_of(text)
    return text


def place_of(text: str) -> tuple[float, float]:
    """“w b”. Raises ValueError where that is no place on the map."""
    w, b = (float(part) for part in text.split())
    if not (W[0] <= w <= W[1] and B[0] <= b <= B[1]):
        raise ValueError(text)
    return w, b


PLACE = Spelling(_read, str, "two numbers on the map, such as `0 1`")


def lines(size: int) -> list[Line]:
    """Of the three descents."""
    return [
        Line("full", LABELS["full"], GREY),
        Line("few", LABELS["few"].format(size), FIRST),
        Line("one", LABELS["one"], SECOND, dashed=True),
    ]


@section
def walk() -> None:
    """The map with its paths; its settings rerun this part alone."""
    place = st.container()
    with st.container(horizontal=True):
        with st.container(width=220):
            size = slide_along(BATCH_POINTS, "Points in a batch, n", SIZES)
        with st.container(width=240):
            rate = slide_over(BATCH_RATE, "Learning rate η", RATES, (1e-4, 10.0))
        by = segmented(BATCH_BY, "Compare by", [BY_SEEN, BY_STEP])
    with place:
        show_walk(walk_data(size, rate, by == BY_SEEN), "walk_map", take_move)


def take_move(moved: Moved) -> None:
    """Where the visitor put the start, into the address."""
    hold(BATCH_PLACE, PLACE, f"{moved.x:g} {moved.y:g}")


def chosen_place() -> tuple[float, float]:
    """Where the paths begin."""
    text = take_held(BATCH_PLACE, "Start", PLACE)
    return place_of(text) if text else START


def walk_data(size: int, rate: float, by_seen: bool) -> dict[str, Any]:
    """What the browser gets to walk with."""
    x, y = points()
    chosen = {"full": orders(COUNT), "few": orders(size), "one": orders(1)}
    pictures = EPOCHS * COUNT // size if by_seen else EPOCHS * steps_per_epoch(COUNT, size)
    return {
        **surface(),
        "name": f"{size} {by_seen}", "steps": pictures, "rate": rate, "by_seen": by_seen,
        "points": torch.cat([x, y], dim=1).tolist(),
        "orders": {
            key: [[one.tolist() for one in epoch] for epoch in lists]
            for key, lists in chosen.items()
        },
        "moments": [said_at(picture, size, by_seen) for picture in range(pictures + 1)],
        "start": list(chosen_place()),
        "paths": legend(lines(size)), "shown": ["full", "few", "one"], "alt": ALT,
    }  # fmt: skip


def said_at(picture: int, size: int, by_seen: bool) -> str:
    """How far the descents are: by the points that each has seen, or by the steps of each."""
    return f"{picture * size / COUNT:.1f} epochs" if by_seen else f"step {picture}"


@st.cache_data(show_spinner=False)
def surface() -> dict[str, Any]:
    """The loss over (w, b), the best line, and the names of the axes."""
    x, y = points()
    best = least_squares(x, y)
    values = grid_of(lambda places: loss_on_grid(places, x, y), W, B, CELLS)
    return {
        **ground(values.numpy(), W, B),
        "minima": [[float(best.weight), float(best.bias)]],
        "names": ["weight w", "bias b"],
    }


def gradients_at_start() -> torch.Tensor:
    """Of each point, where the paths begin, (N, 2)."""
    x, y = points()
    return gradients_of_each(torch.tensor(chosen_place(), dtype=torch.float64), x, y)
