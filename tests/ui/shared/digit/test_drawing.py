"""The drawing that a session keeps, and which answers of the canvas are outdated."""

from mnist_core.pictures.own_digits import DIGITS, on_canvas
from ui.shared.digit.drawing import Drawing


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
