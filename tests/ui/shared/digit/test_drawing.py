"""The drawing that a session keeps, and which answers of the canvas are outdated."""

import numpy as np
import pytest

from mnist_core.pictures.own_digits import DIGITS, on_canvas
from mnist_core.pictures.stroke_text import pack_strokes
from mnist_core.pictures.strokes import BrushStroke
from ui.shared.digit.drawing import Drawing, objects_of


def test_a_second_undo_does_not_wait_for_the_canvas():
    drawing = Drawing(objects=[{"path": [k]} for k in range(4)])
    for left in (3, 2, 1):
        drawing.restart_with(drawing.objects[:-1])
        assert drawing.is_outdated([{"path": [k]} for k in range(4)])
        assert not drawing.is_outdated([{"path": [k]} for k in range(left)])
    assert len(drawing.objects) == 1


def test_what_is_drawn_after_an_undo_counts():
    drawing = Drawing(objects=[{"path": [1]}, {"path": [2]}])
    drawing.restart_with(drawing.objects[:-1])
    redrawn = [{"path": [1]}, {"path": [3]}]
    assert not drawing.is_outdated(redrawn)
    drawing.accept(redrawn, on_canvas(DIGITS[7]))
    assert drawing.objects == redrawn
    assert not drawing.is_outdated([{"path": [1]}, {"path": [2]}])


def pen(points: list[tuple[float, float]], brush_px: int) -> BrushStroke:
    return BrushStroke(np.array(points, np.float32), brush_px, smooth=len(points) > 1)


def test_strokes_that_are_shown_are_those_on_the_canvas_and_in_its_text():
    strokes = [pen([(10, 20), (30, 60), (90, 80)], 12), pen([(200, 40)], 30)]
    drawing = Drawing()
    assert drawing.text == ""
    drawing.show(strokes)
    assert drawing.text == pack_strokes(strokes)
    assert [stroke.brush_px for stroke in drawing.strokes] == [12, 30]
    assert drawing.picture is not None
    assert drawing.picture[40, 200, 0] == 255
    assert drawing.picture[200, 40, 0] == 0


def test_strokes_are_given_only_for_the_picture_that_shows_them():
    first, second = pen([(10, 20), (30, 60)], 12), pen([(90, 20), (80, 60)], 20)
    drawing = Drawing()
    drawing.show([first, second])
    picture = drawing.picture
    assert picture is not None
    assert [stroke.brush_px for stroke in drawing.strokes_of(picture)] == [12, 20]
    assert drawing.strokes_of(picture.copy()) == [], "an upload may look the same"
    drawing.restart_with(drawing.objects[:-1])
    assert len(drawing.strokes_of(picture)) == 2, "the canvas has not answered yet"
    drawing.accept(drawing.objects, on_canvas(DIGITS[7]))
    assert drawing.picture is not None
    assert [stroke.brush_px for stroke in drawing.strokes_of(drawing.picture)] == [12]


def test_the_text_is_packed_anew_only_after_a_change(monkeypatch: pytest.MonkeyPatch):
    drawing = Drawing(objects=objects_of([pen([(10, 20), (30, 60)], 12)]))
    text, changes = drawing.text, drawing.changes
    monkeypatch.setattr("ui.shared.digit.drawing.pack_strokes", lambda _: "anew")
    drawing.accept([{**drawing.objects[0], "left": 4}], on_canvas(DIGITS[7]))
    assert (drawing.text, drawing.changes) == (text, changes)
    drawing.restart_with([])
    assert (drawing.text, drawing.changes) == ("anew", changes + 1)
