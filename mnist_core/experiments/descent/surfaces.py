"""Surfaces over two weights to go down on: values and gradients by formula."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

VALLEY_KAPPA, RAVINE_DEGREES = 30.0, 45.0


@dataclass(frozen=True)
class Surface:
    """J over places w = (x, y) of a plane; all float64.

    title:    for people
    value:    (…, 2) → (…)
    gradient: ∂J/∂w, (…, 2) → (…, 2)
    minima:   (m, 2), all its lowest points of a neighbourhood
    start:    (2,), a place from which it shows what it has to show
    reach:    half the side of the square round the origin that is worth a look
    """

    title: str
    value: Callable[[Tensor], Tensor]
    gradient: Callable[[Tensor], Tensor]
    minima: Tensor
    start: Tensor
    reach: float


def valley(kappa: float = VALLEY_KAPPA) -> Surface:
    """J = ½(x² + κy²), κ ≥ 1: κ times as curved across as along. Its Hessian is diag(1, κ).

    Source: Goh 2017, “Why momentum really works”, Distill; Boyd, Vandenberghe 2004, “Convex
    optimization”, section 9.3.2.
    """
    curvatures = torch.tensor([1.0, kappa], dtype=torch.float64)
    return Surface(
        "A valley",
        lambda w: (curvatures * w**2).sum(-1) / 2,
        lambda w: curvatures * w,
        _places((0, 0)),
        _place(-2.0, 1.0),
        2.5,
    )


def ravine(kappa: float = VALLEY_KAPPA, degrees: float = RAVINE_DEGREES) -> Surface:
    """`valley` turned to the left by `degrees`: no axis runs along it any more.

    Plain gradient descent and momentum turn with it; what scales each weight by itself does not.
    Source: that of `valley`, and J(w) = V(Rᵀw).
    """
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    turn = torch.tensor([[cos, -sin], [sin, cos]], dtype=torch.float64)
    straight = valley(kappa)
    # J(w) = V(Rᵀw), ∂J/∂w = R V′(Rᵀw); rows of w, so wᵀR and V′ᵀRᵀ
    return Surface(
        "A ravine across the axes",
        lambda w: straight.value(w @ turn),
        lambda w: straight.gradient(w @ turn) @ turn.T,
        straight.minima,
        turn @ straight.start,
        straight.reach,
    )


def saddle_value(w: Tensor) -> Tensor:
    """J = ½x² − ½y² + ¼y⁴: at the origin up along x and down along y; lowest at (0, ±1).

    Source: Lee, Simchowitz, Jordan, Recht 2016, “Gradient descent only converges to minimizers”.
    """
    x, y = w.unbind(-1)
    return x**2 / 2 - y**2 / 2 + y**4 / 4


def saddle_gradient(w: Tensor) -> Tensor:
    """(x, y³ − y)."""
    x, y = w.unbind(-1)
    return torch.stack([x, y**3 - y], dim=-1)


def plateau_value(w: Tensor) -> Tensor:
    """J = 1 − exp(−½(x² + y²)): a hole in a plain that gets flatter with each step from it.

    A normal density upside down, ours. Source of what it shows: Goodfellow, Bengio, Courville 2016,
    “Deep learning”, section 8.2.3.
    """
    return 1 - torch.exp(-w.square().sum(-1) / 2)


def plateau_gradient(w: Tensor) -> Tensor:
    """w · exp(−½(x² + y²)), which vanishes far away."""
    return w * torch.exp(-w.square().sum(-1, keepdim=True) / 2)


def rosenbrock_value(w: Tensor) -> Tensor:
    """J = (1 − x)² + 100(y − x²)²: a bent valley, 0 at (1, 1).

    Source: Rosenbrock 1960, “An automatic method for finding the greatest or least value of a
    function”.
    """
    x, y = w.unbind(-1)
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def rosenbrock_gradient(w: Tensor) -> Tensor:
    """(−2(1 − x) − 400x(y − x²), 200(y − x²))."""
    x, y = w.unbind(-1)
    above = y - x**2
    return torch.stack([-2 * (1 - x) - 400 * x * above, 200 * above], dim=-1)


def hollows_value(w: Tensor) -> Tensor:
    """J = ½ Σ (w⁴ − 16w² + 5w): four hollows, one of them deeper than the others.

    Source: Styblinski, Tang 1990, “Experiments in nonconvex optimization: stochastic approximation
    with function smoothing and simulated annealing”.
    """
    return (w**4 - 16 * w**2 + 5 * w).sum(-1) / 2


def hollows_gradient(w: Tensor) -> Tensor:
    """2w³ − 16w + 5/2, for each weight by itself."""
    return 2 * w**3 - 16 * w + 2.5


def _hollows() -> Tensor:
    """Where both coordinates are at the first or the last root of the gradient."""
    left, _, right = np.sort(np.roots([2, 0, -16, 2.5])).tolist()
    return _places((left, left), (left, right), (right, left), (right, right))


def _place(x: float, y: float) -> Tensor:
    return torch.tensor([x, y], dtype=torch.float64)


def _places(*places: tuple[float, float]) -> Tensor:
    return torch.stack([_place(*place) for place in places])


SURFACES: dict[str, Surface] = {
    "valley": valley(),
    "ravine": ravine(),
    "saddle": Surface(
        "A saddle", saddle_value, saddle_gradient, _places((0, -1), (0, 1)), _place(-1.5, 0.01), 2.0
    ),
    "plateau": Surface(
        "A plateau", plateau_value, plateau_gradient, _places((0, 0)), _place(-2.5, 1.5), 4.0
    ),
    "rosenbrock": Surface(
        "Rosenbrock’s valley", rosenbrock_value, rosenbrock_gradient,
        _places((1, 1)), _place(-1.2, 1.0), 2.0,
    ),
    "hollows": Surface(
        "Four hollows", hollows_value, hollows_gradient, _hollows(), _place(0.5, -0.5), 4.0
    ),
}  # fmt: skip
"""By name; `valley` and `ravine` can be had with any κ."""
