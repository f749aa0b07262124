"""L-BFGS: a step along the gradient, bent by what the last steps tell of the curvature."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from mnist_core.experiments.descent.optimisers import Gradient

LOOKS = 25
"""At most so often loss and gradient are computed in one step, in search of its length."""
SHORTEST = 1e-12
"""A step below this share of 1 + ‖w‖ is the last: after it, numbers only get rounded."""


@dataclass(frozen=True)
class LbfgsStep:
    """One step, w ← w + t·d.

    weights:     w after it
    direction:   d = −H g, with H the inverse Hessian as the last steps let one guess it
    length:      t
    evaluations: how often loss and gradient were computed so far, also in search of t
    """

    weights: Tensor
    direction: Tensor
    length: float
    evaluations: int


class _Lbfgs(torch.optim.LBFGS):
    """Torch would load its compiler, 60 MiB and a second, to keep it away from this method."""

    add_param_group = inspect.unwrap(torch.optim.Optimizer.add_param_group)


def lbfgs_path(
    value: Callable[[Tensor], Tensor],
    gradient: Gradient,
    start: Tensor,
    steps: int,
    history: int = 10,
) -> list[LbfgsStep]:
    """At most `steps` steps from `start` (n,), by `torch.optim.LBFGS` with its line search.

    It ends early where a step is shorter than SHORTEST says.
    history: how many steps H remembers
    Source: Liu, Nocedal 1989, “On the limited memory BFGS method for large scale optimization”;
    Nocedal, Wright 2006, “Numerical optimization”, algorithms 7.4 (the direction) and 3.5 (the
    strong Wolfe conditions).
    """
    weights = start.clone()
    optimizer: torch.optim.LBFGS = _Lbfgs(
        [weights], max_iter=1, max_eval=LOOKS, history_size=history, tolerance_grad=0,
        tolerance_change=0, line_search_fn="strong_wolfe",
    )  # fmt: skip
    taken = [LbfgsStep(start, torch.zeros_like(start), 0.0, 0)]

    def look() -> float:
        weights.grad = gradient(weights.detach())
        return float(value(weights.detach()))

    for _ in range(steps):
        optimizer.step(look)
        state = optimizer.state[weights]
        moved = weights - taken[-1].weights
        if moved.norm() <= SHORTEST * (1 + weights.norm()):
            break
        taken.append(
            LbfgsStep(
                weights.clone(), state["d"].clone(), float(state["t"]), int(state["func_evals"])
            )
        )
    return taken
