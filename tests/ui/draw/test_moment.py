"""What the network reads while a stroke is being drawn."""

import pytest

from mnist_core.pictures.image_files import encode_png
from mnist_core.pictures.own_digits import DIGITS, Point, drawn_so_far, on_canvas
from mnist_core.reading import load_reader, read_digit
from tests.digits import SCRIBBLE
from tests.ui.visitor import drawing_of, press, sent, visit
from ui.draw.moment import live_moment
from ui.shared.figures.html import address

READER = load_reader()
SIDE_BY_SIDE = [[(4 + x * 0.4, y) for x, y in stroke] for stroke in DIGITS[1]] + [
    [(55 + x * 0.4, y) for x, y in stroke] for stroke in DIGITS[7]
]


def png_of(strokes: list[list[Point]]) -> str:
    """As the browser sends it."""
    return address(encode_png(on_canvas(strokes)[..., 0].astype("float32") / 255))


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_a_live_answer_is_what_read_digit_says_of_the_same_picture(share: float) -> None:
    strokes = drawn_so_far(DIGITS[2], share)
    reading = read_digit(on_canvas(strokes))
    moment = live_moment(READER, png_of(strokes))
    assert moment is not None
    assert moment["answer"]["sign"] == ("?" if reading.digit is None else str(reading.digit))
    assert moment["answer"]["shares"] == [round(float(p), 3) for p in reading.probabilities]
    assert moment["pictures"]["seen"] == address(encode_png(reading.image[0, 0].numpy()))


def test_a_scribble_is_not_sure_and_two_digits_are_a_number() -> None:
    scribble, number = (live_moment(READER, png_of(each)) for each in (SCRIBBLE, SIDE_BY_SIDE))
    assert scribble is not None
    assert scribble["answer"]["sign"] == "?"
    assert number is not None
    assert number["answer"]["sign"] == "17"


@pytest.mark.parametrize(
    "png",
    ["", "data:image/png;base64,", "data:image/png;base64,!!!", address(b"no picture"), "ü,ü"],
)
def test_what_is_no_picture_gets_no_answer(png: str) -> None:
    assert live_moment(READER, png) is None


def test_the_browser_hears_of_each_final_answer_and_of_what_the_canvas_was_told() -> None:
    app = visit("draw", {"drawing": drawing_of(DIGITS[4])})
    before = sent(app, "pen")
    assert before["strokes"] == len(DIGITS[4])
    press(app, "Undo")
    after = sent(app, "pen")
    assert after["strokes"] == len(DIGITS[4]) - 1
    assert after["restarts"] > before["restarts"]
    assert after["final"] > before["final"]
