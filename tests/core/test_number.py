import math
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from torch import Tensor, nn

from mnist_core.number import find_number, read_number, written_thinner
from mnist_core.pictures.ink import reduction
from mnist_core.pictures.own_digits import DIGITS, on_canvas
from mnist_core.pictures.preprocessing import canvas_to_mnist
from mnist_core.pictures.strokes import (
    CANVAS_PX,
    BrushStroke,
    Strokes,
    draw_brushed,
    draw_strokes,
)
from mnist_core.reading import DigitReader, PlainReader, Verdict, load_reader
from mnist_core.shipping.judging import lay_side_by_side
from mnist_core.shipping.non_digits import draw_letter
from tests.core import photos
from tests.digits import SCRIBBLE


def own(digit: int) -> Strokes:
    return unit(DIGITS[digit])


def unit(strokes: list[list[tuple[float, float]]]) -> Strokes:
    """Points in percent of the height as strokes."""
    return [np.array(stroke, np.float32) / 100 for stroke in strokes]


def drawn(characters: list[Strokes], gap: float, brush_px: float) -> list[BrushStroke]:
    laid = lay_side_by_side(characters, gap, brush_px, np.random.default_rng(0))
    return [BrushStroke(points, brush_px, smooth=False) for points in laid]


def canvas(characters: list[Strokes], gap: float = 0.1, brush_px: float = 14) -> np.ndarray:
    return draw_brushed(drawn(characters, gap, brush_px))


def written(number: str, gap: float = 0.1, brush_px: float = 14) -> np.ndarray:
    return canvas([own(int(digit)) for digit in number], gap, brush_px)


@dataclass(frozen=True)
class CountingReader(DigitReader):
    """The shipped network; counts the pictures that it looks at."""

    looked_at: list[int] = field(default_factory=list)

    @property
    def threshold(self) -> float:
        return load_reader().threshold

    @property
    def temperature(self) -> float:
        return load_reader().temperature

    def _look_at(self, images_01: Tensor) -> tuple[Tensor, Tensor]:
        self.looked_at.append(len(images_01))
        return load_reader()._look_at(images_01)


BROKEN_4 = [[(38, 8), (30, 34), (22, 58), (50, 58)], [(68, 20), (66, 60), (64, 96)]]
BARE_5 = [
    [(34, 26), (31, 34), (28, 46), (52, 42), (72, 56), (70, 80), (48, 94), (22, 86)],
    [(40, 8), (60, 8), (78, 7)],
]


# What it reads


@pytest.mark.parametrize("brush_px", [8, 20])
@pytest.mark.parametrize("gap", [0.02, 0.3])
@pytest.mark.parametrize("number", ["12", "90", "386"])
def test_digits_side_by_side_are_read_as_a_number(number, gap, brush_px) -> None:
    found = read_number(written(number, gap, brush_px))
    assert found.text == number
    assert found.verdict is Verdict.READ
    assert all(one.reading.verdict is Verdict.READ for one in found.digits)
    assert found.whole.verdict is Verdict.NOT_SURE


def test_a_year_is_read() -> None:
    assert read_number(written("2026")).text == "2026"


def test_a_digit_may_be_in_pieces_beside_others() -> None:
    assert read_number(canvas([unit(BROKEN_4), unit(BARE_5), own(1)], brush_px=8)).text == "451"


def test_digits_that_touch_are_read_where_they_can_be_cut() -> None:
    assert read_number(written("25", gap=-0.12, brush_px=12)).text == "25"


def test_a_number_on_paper_keeps_all_its_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    laid = lay_side_by_side(
        [photos.DIGITS[int(k)] for k in "2026"], 0.3, 8, np.random.default_rng(0)
    )
    monkeypatch.setitem(photos.DIGITS, 2026, laid)
    photo = photos.photograph(2026, photos.Scene(digit_side=0.7), seed=0)
    assert read_number(photo).text == "2026"


# Whose strokes are known

THICK_PX = 28
"""Four digits of such a pen are blots."""


def test_a_thick_pen_s_digits_are_read_from_their_strokes() -> None:
    strokes = drawn([own(int(digit)) for digit in "3870"], 0.3, THICK_PX)
    picture = draw_brushed(strokes)
    seen, known = (find_number(load_reader(), picture, strokes=s) for s in ([], strokes))
    assert known.text == "3870"
    assert seen.verdict is Verdict.NOT_SURE
    assert ink_is_covered(picture, [one.box for one in known.digits])


def test_strokes_that_are_thin_already_are_shown_as_they_are() -> None:
    strokes = drawn([own(1), own(2)], 0.3, 8)
    shown = written_thinner(strokes, CANVAS_PX)
    assert shown.pen_px == 8
    assert (shown.ink == draw_brushed(strokes)[..., 0] / np.float32(255)).all()


@given(height=st.floats(20, 200), brushes=st.lists(st.floats(2, 40), min_size=1, max_size=3))
def test_no_pen_is_thicker_for_its_height_than_in_mnist(
    height: float, brushes: list[float]
) -> None:
    line = np.array([[140, 20], [140, 20 + height]], np.float32)
    strokes = [BrushStroke(line, brush_px, smooth=False) for brush_px in brushes]
    shown = written_thinner(strokes, CANVAS_PX)
    limit = max(height * 2.3 / 17.7, 1)
    assert shown.pen_px == pytest.approx(min(max(brushes), limit), rel=1e-4)
    assert shown.ink.max() <= 1
    widest = shown.ink[20 : 20 + int(height)].sum(axis=1).max()
    assert widest == pytest.approx(shown.pen_px, abs=0.5)


def test_a_digit_alone_is_looked_at_as_it_is_whether_its_strokes_are_known_or_not() -> None:
    strokes = drawn([own(5)], 0.1, THICK_PX)
    found = find_number(load_reader(), draw_brushed(strokes), strokes=strokes)
    assert found.text == "5"
    assert found.digits[0].reading is found.whole


# One digit stays one


@pytest.mark.parametrize("digit", DIGITS)
def test_a_digit_alone_is_looked_at_once_and_stays_one(digit: int) -> None:
    reader = CountingReader()
    found = find_number(reader, on_canvas(DIGITS[digit]))
    assert found.text == str(digit)
    assert [one.reading for one in found.digits] == [found.whole]
    assert reader.looked_at == [1]


@pytest.mark.parametrize(("strokes", "digit"), [(BROKEN_4, "4"), (BARE_5, "5")])
def test_a_digit_in_two_pieces_is_not_taken_apart(strokes: list, digit: str) -> None:
    assert read_number(canvas([unit(strokes)], brush_px=10)).text == digit


def test_a_reading_that_is_known_is_not_made_again() -> None:
    picture = written("12")
    knowing, unknowing = CountingReader(), CountingReader()
    known = find_number(knowing, picture, load_reader().read(picture))
    assert known.text == find_number(unknowing, picture).text == "12"
    assert unknowing.looked_at == [1, *knowing.looked_at]


def test_a_network_without_a_judge_reads_one_digit_whatever_is_there() -> None:
    reader = PlainReader(load_reader().trained.model)
    assert len(find_number(reader, written("12")).digits) == 1


def test_an_mnist_picture_is_not_taken_apart() -> None:
    two = canvas_to_mnist(written("12")).image[0, 0]
    found = read_number((two * 255).round().to(torch.uint8).numpy())
    assert found.verdict is Verdict.NOT_SURE
    assert found.digits == ()


# Where the digits are


def ink_is_covered(picture: np.ndarray, boxes: list, within_px: int = 0) -> bool:
    ink = picture[..., 0] >= 128
    for box in boxes:
        rows = slice(box.top - within_px, box.bottom + within_px)
        ink[rows, box.left - within_px : box.right + within_px] = False
    return not ink.any()


@settings(max_examples=8)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=4), st.sampled_from([0.05, 0.2]))
def test_boxes_go_from_left_to_right_and_cover_the_ink(digits: list[int], gap: float) -> None:
    picture = canvas([own(k) for k in digits], gap, 8)
    found = read_number(picture)
    boxes = [one.box for one in found.digits]
    assert len(found.text) == len(boxes)
    assert all(a.right <= b.left for a, b in pairwise(boxes))
    assert ink_is_covered(picture, boxes) == bool(boxes)


@pytest.mark.parametrize("number", ["7", "12"])
def test_boxes_are_in_pixels_of_a_picture_that_was_reduced(number: str) -> None:
    large = np.asarray(Image.fromarray(written(number)).resize((1401, 1401)))
    reduced_px, _ = reduction(1401, 1401)
    boxes = [one.box for one in read_number(large).digits]
    assert reduced_px > 1
    assert len(boxes) == len(number)
    assert ink_is_covered(large, boxes, within_px=reduced_px)
    rows, columns = np.nonzero(large[..., 0] >= 128)
    assert abs(boxes[0].left - columns.min()) <= reduced_px
    assert abs(boxes[-1].right - columns.max() - 1) <= reduced_px
    assert abs(min(box.top for box in boxes) - rows.min()) <= reduced_px
    assert abs(max(box.bottom for box in boxes) - rows.max() - 1) <= reduced_px


# What is no number


@pytest.mark.parametrize(
    "characters",
    [
        [unit(SCRIBBLE)],
        [unit(SCRIBBLE), unit(SCRIBBLE)],
        [own(3), unit(SCRIBBLE)],
        [draw_letter("A", np.random.default_rng(0)), own(2)],
        [draw_letter("M", np.random.default_rng(0))],
    ],
    ids=["scribble", "two scribbles", "3 and a scribble", "A and 2", "M"],
)
def test_what_is_no_number_stays_not_sure(characters: list[Strokes]) -> None:
    found = read_number(canvas(characters))
    assert (found.verdict, found.digits, found.text) == (Verdict.NOT_SURE, (), "")


def test_a_row_of_dots_is_no_number() -> None:
    dots = [np.array([[x, 140]], np.float32) for x in (60, 140, 220)]
    assert read_number(draw_strokes(dots, 30)).verdict is Verdict.NOT_SURE


def test_a_network_that_computes_no_numbers_reads_none() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    nn.init.constant_(model[1].weight, math.nan)
    found = find_number(PlainReader(model), written("12"))
    assert (found.verdict, found.digits) == (Verdict.NO_NUMBERS, ())


def test_where_there_is_no_ink_there_is_no_number() -> None:
    found = read_number(np.zeros((280, 280, 4), np.uint8))
    assert (found.verdict, found.digits, found.text) == (Verdict.NOTHING, (), "")
