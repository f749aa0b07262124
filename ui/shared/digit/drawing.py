"""The visitor's drawing, kept while they visit other pages."""

from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import streamlit as st
from numpy.typing import NDArray

CanvasObjects = list[dict[str, Any]]
"""The strokes on a canvas, as its JSON has them."""


@dataclass
class Drawing:
    """The visitor's drawing, kept while they visit other pages.

    objects:  the canvas's strokes
    picture:  uint8 (H, W, 4) RGBA as last sent by the canvas, None before the first stroke
    start:    what the canvas was last told to show
    revision: counts what it was told, so that it obeys even when told the same twice
    outdated: what it showed before it was told otherwise, and may still send: an Undo that follows
              another at once must not start from that
    """

    objects: CanvasObjects = field(default_factory=list)
    picture: NDArray[np.uint8] | None = None
    start: CanvasObjects = field(default_factory=list)
    revision: int = 0
    outdated: list[CanvasObjects] = field(default_factory=list)

    def restart_with(self, objects: CanvasObjects) -> None:
        """Have the canvas show `objects` instead of what it shows now."""
        if objects != self.objects:
            self.outdated.append(self.objects)
        self.objects, self.start = objects, objects
        self.revision += 1

    def is_outdated(self, objects: CanvasObjects) -> bool:
        """True for what the canvas showed before it was told to show something else."""
        paths = _paths(objects)
        return any(paths == _paths(old) for old in self.outdated)

    def accept(self, objects: CanvasObjects, picture: NDArray[np.uint8]) -> None:
        """Take over what the canvas shows."""
        self.objects, self.picture = objects, picture
        self.outdated.clear()


def _paths(objects: CanvasObjects) -> list[Any]:
    """What tells drawings apart; all else may come back from the canvas in another form."""
    return [part.get("path") for part in objects]


def current_drawing() -> Drawing:
    """The drawing of this session; pages change it in place."""
    return cast(Drawing, st.session_state.setdefault("drawing", Drawing()))
