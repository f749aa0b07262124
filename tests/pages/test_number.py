"""A number of several digits, as its visitor writes it."""

import numpy as np
from streamlit.testing.v1 import AppTest

from mnist_core.number import read_number
from mnist_core.pictures.own_digits import DIGITS, Point
from mnist_core.pictures.strokes import BrushStroke
from mnist_core.shipping.judging import lay_side_by_side
from tests.digits import SCRIBBLE
from tests.ui.visitor import change, drawing_of, errors, html, html_parts, said, sent, visit
from ui.shared.digit.drawing import Drawing


def side_by_side(*digits: int) -> list[list[Point]]:
    """Strokes in percent of the canvas."""
    width = 100 / len(digits)
    return [
        [(width * (place + x / 100), 50 + (y - 50) * width / 100) for x, y in stroke]
        for place, digit in enumerate(digits)
        for stroke in DIGITS[digit]
    ]


def visit_with(page: str, strokes: list[list[Point]]) -> AppTest:
    return visit(page, {"drawing": drawing_of(strokes)})


def which(app: AppTest) -> str:
    """What the bars show."""
    return str(sent(app, "answer")["asks"])


def test_two_digits_side_by_side_are_framed_and_read():
    app = visit_with("draw", side_by_side(4, 2))
    assert sent(app, "answer")["sign"] == "42"
    assert "These are 2 digits: **42**" in str(sent(app, "answer")["says"])
    (frames,) = (text for text in html_parts(app) if 'class="frames"' in text)
    assert frames.count("<span") == 2
    assert frames.count('class="looked-at"') == 1
    assert "Read digit by digit: 4 2" in frames


def test_a_number_of_a_thick_brush_is_read_from_its_strokes():
    characters = [
        [np.array(stroke, np.float32) / 100 for stroke in DIGITS[k]] for k in (3, 8, 7, 0)
    ]
    laid = lay_side_by_side(characters, 0.3, 28, np.random.default_rng(0))
    drawing = Drawing()
    drawing.show([BrushStroke(points, 28, smooth=False) for points in laid])
    app = visit("draw", {"drawing": drawing})
    assert sent(app, "answer")["sign"] == "3870"
    thick = drawing.picture
    assert thick is not None
    assert read_number(thick).text == "", "its picture alone does not tell"


def test_bars_and_strip_are_of_the_digit_that_is_looked_at():
    app = visit_with("draw", side_by_side(4, 2))
    assert which(app).startswith("Digit 1 of 2, the 4")
    assert sent(app, "answer")["best"] == 4
    before = sent(app, "strip")["pictures"]["seen"]
    change(app, "which_digit", 2)
    assert which(app).startswith("Digit 2 of 2, the 2")
    assert sent(app, "answer")["best"] == 2
    assert sent(app, "strip")["pictures"]["seen"] != before


def test_one_digit_and_a_scribble_are_not_framed():
    for strokes in (DIGITS[5], SCRIBBLE):
        app = visit_with("draw", strokes)
        assert not any('class="frames"' in text for text in html_parts(app))
        assert which(app) == "If it is a digit: how probable is each?"


def test_a_lesson_asks_which_digit_it_shall_look_at():
    app = visit_with("pooling", side_by_side(4, 2))
    assert "You wrote 42. Which digit to look at" in [one.label for one in app.button_group]
    before = html(app)
    change(app, "which_digit", 2)
    assert html(app) != before
    assert not errors(app)


def test_a_choice_beyond_the_number_falls_back_to_its_first_digit():
    app = visit("draw", {"drawing": drawing_of(side_by_side(4, 2)), "which_digit": 4})
    assert which(app).startswith("Digit 1 of 2")
    assert "not" not in said(app).split("\n")[0]


def test_of_two_equal_digits_the_one_that_was_chosen_is_looked_at():
    app = visit_with("draw", side_by_side(2, 2))
    change(app, "which_digit", 1)
    assert which(app).startswith("Digit 1 of 2")
    labels = [str(option) for option in app.button_group(key="which_digit").options]
    assert len(set(labels)) == 2
