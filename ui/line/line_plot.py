"""Points to drag with their line, and the loss of all lines; both live in the browser."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui.shared.components.plot import as_points, plot_component, points
from ui.shared.state import Points

SPELLING = points(2, 12, ((0, 4), (0, 4)))
START_SPELLING = points(1, 1, ((-2, 3), (-2, 5)))
_component = plot_component(__file__, "line_plot", "descent.js")


def line_plot(
    data: dict[str, Any], key: str, on_move: Callable[[Points | None, Points | None], None]
) -> bool:
    """Show gradient descent on the line.

    data:    "points" (x, y), the "start" (w, b), the "rate" and how many "steps"
    on_move: called as a callback with the points, or the start, that the visitor has moved; True
             is returned in the run that follows it
    """

    def tell() -> None:
        sent = st.session_state[key]
        on_move(
            as_points(sent.get("points"), SPELLING), as_points(sent.get("start"), START_SPELLING)
        )

    found = _component(key=key, data=data, on_points_change=tell, on_start_change=tell)
    return bool(found.get("points") or found.get("start"))
