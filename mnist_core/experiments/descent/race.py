"""A race down a surface: who is first at its bottom."""

from collections.abc import Callable

import torch
from torch import Tensor

from mnist_core.experiments.descent.surfaces import SURFACES, Surface, ravine, valley

LEFT = 0.01
STEPS = 200
CELLS = 61


def surface_of(key: str, kappa: float) -> Surface:
    """One of SURFACES; kappa: of the two that have a κ, at least 1."""
    shaped = {"valley": valley, "ravine": ravine}
    return shaped[key](kappa) if key in shaped else SURFACES[key]


def lowest(surface: Surface) -> float:
    """J at the deepest of its minima."""
    return float(surface.value(surface.minima).min())


def arrival(places: list[Tensor], surface: Surface, left: float = LEFT) -> int | None:
    """After how many steps no more than `left` of the height above the lowest point is left.

    places: (2,) each, from the start on. None where that never is, or where they come by only once
    and do not stay: all later ones have to be as low.
    """
    heights = surface.value(torch.stack(places)) - lowest(surface)
    low = (heights <= left * heights[0]).tolist()
    high = [step for step, is_low in enumerate(low) if not is_low]
    first = high[-1] + 1 if high else 0
    return first if first < len(places) else None


def grid_of(value: Callable[[Tensor], Tensor], x: tuple[float, float], y: tuple[float, float],
            cells: int = CELLS) -> Tensor:  # fmt: skip
    """The values on a grid over x (from, to) and y, (cells, cells), y upwards; float64."""
    across = torch.linspace(*x, cells, dtype=torch.float64)
    up = torch.linspace(*y, cells, dtype=torch.float64)
    b, a = torch.meshgrid(up, across, indexing="ij")
    return value(torch.stack([a, b], dim=-1))
