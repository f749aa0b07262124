"""Points of two kinds to drag and to add, with the border between them; it lives in the browser."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui.shared.components.plot import PLOT_CSS, PLOT_JS, as_points, points
from ui.shared.components.script import read_beside
from ui.shared.state import Points

SPELLING = points(2, 30, ((-4, 4), (-4, 4), (0, 1)))
"""x₁, x₂ and 1 for yes, 0 for no."""
_component = st.components.v2.component(
    "yes_plot",
    html=read_beside(__file__, "yes_plot.html"),
    css="\n".join([PLOT_CSS, read_beside(__file__, "yes_plot.css")]),
    js="\n".join([PLOT_JS, read_beside(__file__, "logistic.js", "yes_plot.js")]),
)


def yes_plot(data: dict[str, Any], key: str, on_move: Callable[[Points], None]) -> bool:
    """Show gradient descent of a neuron.

    data:    "points", the "start" (w₁, w₂, b), how many "inputs" of each point count, and "loss",
             "rate" and "steps"
    on_move: called as a callback with the points when the visitor has changed them; True is
             returned in the run that follows it
    """

    def tell() -> None:
        sent = as_points(st.session_state[key].get("points"), SPELLING)
        if sent is not None:
            on_move(sent)

    return bool(_component(key=key, data=data, on_points_change=tell).get("points"))
