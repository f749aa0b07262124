"""Points of two kinds to drag and to add, with the border between them; it lives in the browser."""

from collections.abc import Callable
from typing import Any

from ui.shared.components.plot import plot_component, points, show_points
from ui.shared.state import Points

SPELLING = points(2, 30, ((-4, 4), (-4, 4), (0, 1)))
"""x₁, x₂ and 1 for yes, 0 for no."""
_component = plot_component(__file__, "yes_plot", "logistic.js")


def yes_plot(data: dict[str, Any], key: str, on_move: Callable[[Points], None]) -> bool:
    """Show gradient descent of a neuron.

    data:    "points", the "start" (w₁, w₂, b), how many "inputs" of each point count, and "loss",
             "rate" and "steps"
    on_move: called as a callback with the points when the visitor has changed them; True is
             returned in the run that follows it
    """
    return show_points(_component, data, key, SPELLING, on_move)
