"""Points to drag, with the curve of a small network that learns them in the browser."""

from collections.abc import Callable
from typing import Any

from ui.shared.components.plot import plot_component, points, show_points
from ui.shared.state import Points

SPELLING = points(2, 24, ((-3, 3), (-2, 2)))
_component = plot_component(__file__, "bend_plot", "network.js")


def bend_plot(data: dict[str, Any], key: str, on_move: Callable[[Points], None]) -> bool:
    """Show a network of one hidden layer that learns with Adam.

    data:    "points", the "start" (all w, all c, all v, d), "activation", "rate" and "steps"
    on_move: called as a callback with the points that the visitor has moved; True is returned in
             the run that follows it
    """
    return show_points(_component, data, key, SPELLING, on_move)
