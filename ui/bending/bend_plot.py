"""Points to drag, with the curve of a small network that learns them in the browser."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui.shared.components.plot import PLOT_CSS, PLOT_JS, as_points, points
from ui.shared.components.script import read_beside
from ui.shared.state import Points

SPELLING = points(2, 24, ((-3, 3), (-2, 2)))
_component = st.components.v2.component(
    "bend_plot",
    html=read_beside(__file__, "bend_plot.html"),
    css="\n".join([PLOT_CSS, read_beside(__file__, "bend_plot.css")]),
    js="\n".join([PLOT_JS, read_beside(__file__, "network.js", "bend_plot.js")]),
)


def bend_plot(data: dict[str, Any], key: str, on_move: Callable[[Points], None]) -> bool:
    """Show a network of one hidden layer that learns with Adam.

    data:    "points", the "start" (all w, all c, all v, d), "activation", "rate" and "steps"
    on_move: called as a callback with the points that the visitor has moved; True is returned in
             the run that follows it
    """

    def tell() -> None:
        sent = as_points(st.session_state[key].get("points"), SPELLING)
        if sent is not None:
            on_move(sent)

    return bool(_component(key=key, data=data, on_points_change=tell).get("points"))
