"""How fast a descent comes to the lowest point of a quadratic: as predicted, and as measured.

The rate is r = −ln ρ: in the long run each step multiplies the distance by ρ = e⁻ʳ. All of it holds
for a quadratic whose gradient is exact. Elsewhere it tells at most of the last steps, close to a
minimum; where the gradient is noisy the distance stops falling.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mnist_core.experiments.descent.optimisers import State, momentum
from mnist_core.experiments.descent.surfaces import Surface

Numbers = NDArray[np.float64]

END, MOST_STEPS = 1e-12, 4_000
"""A measured path ends at this share of its first distance, or after so many steps."""
BETWEEN_LOOKS = 100
"""After so many steps it is looked whether a path has ended."""


@dataclass(frozen=True)
class Settings:
    """rate: α, above 0; beta: β of the momentum v ← βv + g, 0 for plain gradient descent."""

    rate: float
    beta: float = 0.0


def best_gradient_descent(smallest: float, largest: float) -> Settings:
    """α = 2 / (μ + L), for curvatures from μ > 0 to L: then ρ = (κ − 1) / (κ + 1), κ = L / μ.

    Source: Goh 2017, “Why momentum really works”, Distill; Nesterov 2004, “Introductory lectures on
    convex optimization”, theorem 2.1.15.
    """
    return Settings(2 / (smallest + largest))


def best_heavy_ball(smallest: float, largest: float) -> Settings:
    """α = (2 / (√L + √μ))², β = ((√L − √μ) / (√L + √μ))²: then ρ = √β = (√κ − 1) / (√κ + 1).

    Source: Polyak 1964, “Some methods of speeding up the convergence of iteration methods”; Goh
    2017, “Optimal parameters”.
    """
    low, high = math.sqrt(smallest), math.sqrt(largest)
    return Settings((2 / (low + high)) ** 2, ((high - low) / (high + low)) ** 2)


def factor(curvature: float, settings: Settings) -> float:
    """ρ along one direction of curvature λ: the larger |root| of z² − (1 + β − αλ)z + β.

    From w₍ₖ₊₁₎ = wₖ − αλwₖ + β(wₖ − w₍ₖ₋₁₎). Above 1 it diverges.
    Source: Goh 2017, “Why momentum really works”, Distill.
    """
    middle = 1 + settings.beta - settings.rate * curvature
    under_root = middle**2 - 4 * settings.beta
    if under_root <= 0:
        return math.sqrt(settings.beta)
    return (abs(middle) + math.sqrt(under_root)) / 2


def predicted_factor(smallest: float, largest: float, settings: Settings) -> float:
    """ρ of the slowest direction; it is one of the two ends of the curvatures.

    Source: Goh 2017, “Choosing a step-size”, for β = 0.
    """
    return max(factor(smallest, settings), factor(largest, settings))


def predicted_rate(smallest: float, largest: float, settings: Settings) -> float:
    """−ln ρ, in 1 / step; negative where it diverges."""
    return -math.log(predicted_factor(smallest, largest, settings))


def distances(surface: Surface, settings: Settings) -> list[float]:
    """‖w − the first minimum‖ after 0, 1, … steps of `momentum` from the surface's start.

    It ends at END of the first, after MOST_STEPS, or where the distance is no finite number.
    """
    state, found = State(surface.start), _distances(surface, [surface.start])

    def is_under_way(distance: float) -> bool:
        return END * found[0] < distance < math.inf

    while is_under_way(found[-1]) and len(found) <= MOST_STEPS:
        places = []
        for _ in range(BETWEEN_LOOKS):
            gradient = surface.gradient(state.weights)
            state = momentum(state, gradient, rate=settings.rate, beta=settings.beta)
            places.append(state.weights)
        found += _distances(surface, places)
    ends = (k for k, distance in enumerate(found) if not is_under_way(distance))
    return found[: next(ends, MOST_STEPS) + 1]


def _distances(surface: Surface, places: list[Tensor]) -> list[float]:
    lengths: list[float] = (torch.stack(places) - surface.minima[0]).norm(dim=1).tolist()
    return lengths


def measured_rate(lengths: Sequence[float], double_root: bool = False) -> float:
    """−ln ρ by least squares, from the distances after each step; at least 8 of them, all above 0.

    Fitted to the second half: cρᵏ, as a straight line to the logarithm; with `double_root`
    (a + bk)ρᵏ, which is how the heavy ball at its best comes in, since there both roots of `factor`
    are the same. A fit without the b would take that for a lower rate.
    Source of both: Goh 2017, who has the powers of a matrix with these roots.
    """
    tail = np.log(lengths[len(lengths) // 2 :])
    k = np.arange(len(lengths) // 2, len(lengths), dtype=float)
    slope = -float(np.polyfit(k, tail, 1)[0])
    return _rate_beside_a_line(k, tail, slope) if double_root else slope


def _rate_beside_a_line(k: Numbers, logarithms: Numbers, slope: float) -> float:
    """The r for which the lengths times eʳᵏ are closest to a straight line a + bk.

    ln(a + bk) cannot rise by more than 1 / k a step, so r is at most so much above the slope.
    """
    far = 2 / k[0]
    lines, _ = np.linalg.qr(np.stack([np.ones_like(k), k - k.mean()], axis=1))

    def misfit(r: float) -> float:
        flat = logarithms + r * k
        lengths = np.exp(flat - flat.max())
        line = lines @ (lines.T @ lengths)  # the closest one
        return float(np.mean((lengths / line - 1) ** 2))

    # a coarse look first: the misfit has several valleys
    tried = np.linspace(slope, slope + far, 200)
    best = float(tried[np.argmin([misfit(r) for r in tried])])
    return _lowest(misfit, best - far / 100, best + far / 100)


def _lowest(height: Callable[[float], float], low: float, high: float) -> float:
    """Where one valley between low and high is lowest, to 10⁻¹⁰ of its width: by thirds."""
    for _ in range(57):
        third = (high - low) / 3
        left, right = low + third, high - third
        low, high = (low, right) if height(left) < height(right) else (left, high)
    return (low + high) / 2
