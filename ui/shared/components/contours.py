"""Contours of a loss over two numbers, with the paths of descents on it, drawn in the browser."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from torch import Tensor

from ui.shared.components.script import read_beside

Numbers = NDArray[np.float64]
Ends = tuple[float, float]
LEVELS = 14
TOO_FAR = 1e6
"""A path that is further from 0 than this has left every picture."""


@dataclass(frozen=True)
class Line:
    """How a path looks, and what it is called. dashed: beside the colour, to tell it apart."""

    key: str
    title: str
    colour: str
    dashed: bool = False


def ground(values: Numbers, x: Ends, y: Ends, least: float | None = None) -> dict[str, Any]:
    """What is sent of the surface. values: (rows, columns), the first row at the lower end of y.

    The contour lines stand where the area between two of them is equal, and one close to `least`.
    """
    finite = values[np.isfinite(values)]
    levels = np.quantile(finite, np.linspace(0, 0.97, LEVELS + 1)[1:])
    if least is not None:
        levels = np.append(least + (levels[0] - least) / np.array([64, 8]), levels)
    return {
        "values": base64.b64encode(values.astype("<f4").tobytes()).decode(),
        "columns": values.shape[1],
        "levels": sorted(levels.tolist()),
        "x": x,
        "y": y,
    }


def walked(key: str, places: Tensor, losses: Tensor) -> dict[str, Any]:
    """What is sent of a path, as far as it is not lost.

    places: (steps, 2);  losses: there, (steps,)
    """
    is_near = (places.abs() < TOO_FAR).all(dim=1)
    is_lost = not bool(is_near.all())
    count = int(is_near.int().argmin()) if is_lost else len(places)
    numbers = {"places": places[:count].tolist(), "losses": losses[:count].tolist()}
    return {"key": key, **numbers, "lost": is_lost}


def legend(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """What is sent of the lines."""
    return [vars(line) for line in lines]


@dataclass(frozen=True)
class Moved:
    """What a visitor set in the picture: where the paths start, and which are shown."""

    x: float
    y: float
    shown: tuple[str, ...]


class Contours:
    """The component under a name of its own; walk: JavaScript with a function `walkFrom`.

    walkFrom(data, [x, y]) computes the paths from there: [{key, places, losses, …}]
    """

    def __init__(self, name: str, walk: str = "") -> None:
        self._show = st.components.v2.component(
            name,
            html=read_beside(__file__, "contours.html"),
            css=read_beside(__file__, "contours.css"),
            js=walk + read_beside(__file__, "contours.js"),
        )

    def __call__(
        self, data: dict[str, Any], key: str, on_move: Callable[[Moved], None] | None = None
    ) -> None:
        """data: `ground`, and

        name:   of the surface: another one begins at its last step
        paths:  `legend`;  shown: the keys of those that are seen at first
        fixed:  paths that were computed here: {key, places, losses}, and `from` where they belong
                to one start, and a `table` of numbers to say, by name for each step
        start:  [x, y] where it can be moved, else nothing
        alt:    what it shows;  moments: a text for each step;  minima: places with a cross
        on_move: called as a callback
        """

        def tell() -> None:
            if (said := st.session_state[key].get("set")) and on_move:
                x, y = (
                    min(max(float(said[axis]), data[axis][0]), data[axis][1]) for axis in ("x", "y")
                )
                known = {path["key"] for path in data["paths"]}
                on_move(Moved(x, y, tuple(str(one) for one in said["shown"] if one in known)))

        self._show(key=key, data=data, on_set_change=tell)
