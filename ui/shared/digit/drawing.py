"""The visitor's drawing, kept while they visit other pages."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.pictures.stroke_text import pack_strokes
from mnist_core.pictures.strokes import BrushStroke, canvas_path, draw_brushed, stroke_of

CanvasObjects = list[dict[str, Any]]
"""The strokes on a canvas, as its JSON has them."""
INK = "#FFFFFF"


@dataclass
class Drawing:
    """The visitor's drawing, kept while they visit other pages.

    objects:  the canvas's strokes
    picture:  uint8 (H, W, 4) RGBA as last sent by the canvas or as `draw_brushed` draws what came
              with a link; None before the first stroke
    pictured: the strokes that it shows: not yet those that the canvas was just told to show
    start:    what the canvas was last told to show
    revision: counts what it was told, so that it obeys even when told the same twice
    outdated: what it showed before it was told otherwise, and may still send: an Undo that follows
              another at once must not start from that
    session:  tells this session's drawing from others that the same browser tab has had
    changes:  counts what `text` has been
    heard:    whether the browser has told what the tab had kept from an earlier session
    """

    objects: CanvasObjects = field(default_factory=list)
    picture: NDArray[np.uint8] | None = None
    pictured: CanvasObjects = field(default_factory=list)
    start: CanvasObjects = field(default_factory=list)
    revision: int = 0
    outdated: list[CanvasObjects] = field(default_factory=list)
    session: str = field(default_factory=lambda: uuid4().hex)
    changes: int = 0
    heard: bool = False
    _packed: tuple[CanvasObjects, str] = ([], "")

    @property
    def strokes(self) -> list[BrushStroke]:
        """In canvas pixels."""
        return _strokes_of(self.objects)

    def strokes_of(self, picture: NDArray[np.uint8]) -> list[BrushStroke]:
        """Those that `picture` shows, where it is this drawing; none where it is another one."""
        return _strokes_of(self.pictured) if picture is self.picture else []

    @property
    def text(self) -> str:
        """Its strokes as `pack_strokes` writes them; worked out anew only when they changed."""
        before, text = self._packed
        if _paths(before) != _paths(self.objects):
            text = pack_strokes(self.strokes)
            self._packed = self.objects, text
            self.changes += 1
        return text

    def show(self, strokes: Sequence[BrushStroke]) -> None:
        """Have the canvas show these strokes, and pages look at them at once."""
        self.restart_with(objects_of(strokes))
        self.picture = draw_brushed(strokes) if strokes else None
        self.pictured = self.objects

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
        self.objects, self.picture, self.pictured = objects, picture, objects
        self.outdated.clear()


def _strokes_of(objects: CanvasObjects) -> list[BrushStroke]:
    drawn = [part for part in objects if part.get("path")]
    return [stroke_of(part["path"], part.get("strokeWidth", 0)) for part in drawn]


def _paths(objects: CanvasObjects) -> list[Any]:
    """What tells drawings apart; all else may come back from the canvas in another form."""
    return [part.get("path") for part in objects]


def objects_of(strokes: Sequence[BrushStroke]) -> CanvasObjects:
    """Strokes as the canvas has them."""
    return [
        {
            "type": "Path",
            "path": canvas_path(stroke),
            "fill": None,
            "stroke": INK,
            "strokeWidth": stroke.brush_px,
            "strokeLineCap": "round",
            "strokeLineJoin": "round",
        }
        for stroke in strokes
    ]


def current_drawing() -> Drawing:
    """The drawing of this session; pages change it in place."""
    return cast(Drawing, st.session_state.setdefault("drawing", Drawing()))
