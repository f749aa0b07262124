"""What components with points to move share: the plane in the browser, and points in an address."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui.shared.address import Spelling
from ui.shared.components.script import read_beside
from ui.shared.state import Points

Component = Callable[..., Any]
PLOT_JS = read_beside(__file__, "plot.js")


def plot_component(file: str, name: str, *scripts: str) -> Component:
    """The component whose `name`.html, .css and .js lie beside `file`.

    scripts: that its own JavaScript needs, beside it too
    """
    return st.components.v2.component(
        name,
        html=read_beside(file, f"{name}.html"),
        css="\n".join([read_beside(__file__, "plot.css"), read_beside(file, f"{name}.css")]),
        js="\n".join([PLOT_JS, read_beside(file, *scripts, f"{name}.js")]),
    )


def show_points(
    component: Component,
    data: dict[str, Any],
    key: str,
    spelling: Spelling[Points],
    on_move: Callable[[Points], None],
) -> bool:
    """Show a component whose points can be moved.

    on_move: called as a callback with the points that the visitor has changed; True is returned in
             the run that follows it
    """

    def tell() -> None:
        sent = as_points(st.session_state[key].get("points"), spelling)
        if sent is not None:
            on_move(sent)

    return bool(component(key=key, data=data, on_points_change=tell).get("points"))


def points(least: int, most: int, within: tuple[tuple[float, float], ...]) -> Spelling[Points]:
    """`least` to `most` points as an address says them: “1,2.5;3,1”.

    within: the least and the greatest number of each coordinate
    """

    def read(text: str) -> Points:
        found = tuple(
            tuple(float(number) for number in point.split(",")) for point in text.split(";")
        )
        check(found)
        return found

    def check(found: Points) -> None:
        if not least <= len(found) <= most:
            raise ValueError(found)
        for point in found:
            for number, (low, high) in zip(point, within, strict=True):
                if not low <= number <= high:
                    raise ValueError(found)

    def write(found: Points) -> str:
        return ";".join(",".join(f"{number:g}" for number in point) for point in found)

    count = f"{least}" if least == most else f"{least} to {most}"
    limits = ", ".join(f"{low:g} to {high:g}" for low, high in within)
    return Spelling(read, write, f"{count} points such as `1,2;3,1`, each within {limits}")


def as_points(sent: object, spelling: Spelling[Points]) -> Points | None:
    """What the browser has sent as lists of numbers; None where it is none of the possible."""
    try:
        found = tuple(tuple(float(number) for number in point) for point in sent)  # type: ignore[attr-defined]
        return spelling.read(spelling.write(found))
    except (TypeError, ValueError):
        return None
