"""A number of several digits: its ink taken apart, each digit read by itself."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mnist_core.models.registry import DEFAULT_MODEL
from mnist_core.pictures.apart import Parts, cut_apart, pen_width, take_apart
from mnist_core.pictures.ink import FloatArray, reduction
from mnist_core.pictures.preprocessing import Box, ink_box, ink_to_mnist
from mnist_core.reading import (
    DigitReader,
    Picture,
    Reading,
    Verdict,
    as_picture,
    load_reader,
)

Span = tuple[int, int]
"""The parts first, …, end − 1."""

MOST_PARTS = 12
MOST_PARTS_OF_A_DIGIT = 4
WIDEST_DIGIT = 1.4  # of the number's height
LOWEST_DIGIT = 0.4  # of the number's height
NARROWEST_PAIR = 1.0
"""A part narrower than this share of its own height is not cut: a letter more likely."""


@dataclass(frozen=True)
class Demand:
    """What each digit of a number needs. score: of the second judge; probability: of the digit."""

    score: float
    probability: float


def apart_demand(threshold: float) -> Demand:
    """Half the score that one digit alone needs: that the ink falls apart speaks for a number."""
    return Demand(threshold / 2, 0.0)


def touching_demand(threshold: float) -> Demand:
    """A third of the doubt that one digit alone may leave: pieces of a letter look like digits."""
    return Demand(1 - (1 - threshold) / 3, 0.9)


@dataclass(frozen=True)
class NumberDigit:
    """One digit of a number. box: of its ink, in pixels of the picture; its reading is READ."""

    box: Box
    reading: Reading


@dataclass(frozen=True)
class Number:
    """What a network reads in a picture that may show several digits.

    verdict: read, not sure, or nothing to read
    digits:  from left to right; none unless it is read
    whole:   the reading of the whole picture as one digit
    """

    verdict: Verdict
    digits: tuple[NumberDigit, ...]
    whole: Reading

    @property
    def text(self) -> str:
        """“2026”; empty unless it is read."""
        return "".join(str(digit.reading.digit) for digit in self.digits)


def read_number(picture: Picture, model: str = DEFAULT_MODEL) -> Number:
    """Read the number in a picture, of one digit or more; see `reading.read_digit`."""
    return find_number(load_reader(model), picture)


def find_number(reader: DigitReader, picture: Picture, whole: Reading | None = None) -> Number:
    """Read the number in a picture; whole: the reader's reading of it, where that is known.

    What is read as one digit stays one. Other ink is taken apart where nothing is between, and
    then where digits may touch; it is a number when each piece is read as a digit.
    """
    array = as_picture(picture)
    whole = whole or reader.read(array)
    if whole.verdict is Verdict.NOTHING:
        return Number(whole.verdict, (), whole)
    found = [whole] if whole.verdict is Verdict.READ else _read_apart(reader, whole)
    digits = tuple(NumberDigit(_in_picture(reading, array), reading) for reading in found)
    return Number(Verdict.READ if found else Verdict.NOT_SURE, digits, whole)


def _read_apart(reader: DigitReader, whole: Reading) -> list[Reading]:
    """The readings of two digits or more, from left to right; none where it is no number."""
    ink, box = whole.preprocessed.ink, whole.preprocessed.box
    if box is None:
        return []
    parts = take_apart(ink)
    if not 1 <= len(parts.boxes) <= MOST_PARTS:
        return []
    height = box.bottom - box.top
    pen_px = pen_width(ink, parts, LOWEST_DIGIT * height)
    pieces = _Pieces(reader, ink, parts, pen_px)
    found = pieces.read(apart_demand(reader.threshold))
    if found:
        return found
    cut = cut_apart(ink, parts, pieces.perhaps_touching(), pen_px)
    if len(cut.boxes) == len(parts.boxes) or len(cut.boxes) > MOST_PARTS:
        return []
    return _Pieces(reader, ink, cut, pen_px).read(touching_demand(reader.threshold))


class _Pieces:
    """Every run of neighbouring parts that may be a digit, read."""

    def __init__(self, reader: DigitReader, ink: FloatArray, parts: Parts, pen_px: float) -> None:
        self.parts, self.reader = parts, reader
        self.spans = list(spans_of(parts))
        prepared = [ink_to_mnist(parts.ink_of(ink, *span), pen_px) for span in self.spans]
        self.readings = dict(zip(self.spans, reader.read_all(prepared), strict=True))

    def read(self, demand: Demand) -> list[Reading]:
        """The likeliest digits, two or more; none where one of them falls short of the demand."""
        worth = {
            span: math.log(max(reading.digit_score * reading.probabilities.max(), 1e-12))
            for span, reading in self.readings.items()
            if reading.preprocessed.problem is None
        }
        found = [self.readings[span] for span in best_spans(len(self.parts.boxes), worth)]
        if len(found) < 2 or not all(_meets(reading, demand) for reading in found):
            return []
        return [
            replace(reading, digit=reading.best_guesses[0], verdict=Verdict.READ)
            for reading in found
        ]

    def perhaps_touching(self) -> list[int]:
        """The parts that are as wide as a pair of digits, and not read as one."""
        read = {span for span, reading in self.readings.items() if reading.verdict is Verdict.READ}
        return [
            k
            for k, box in enumerate(self.parts.boxes)
            if box.right - box.left >= NARROWEST_PAIR * (box.bottom - box.top)
            and (k, k + 1) not in read
        ]


def _meets(reading: Reading, demand: Demand) -> bool:
    likeliest = float(reading.probabilities.max())
    return reading.digit_score >= demand.score and likeliest >= demand.probability


def spans_of(parts: Parts) -> Iterator[Span]:
    """The runs of neighbouring parts that have the size of a digit of this number."""
    count = len(parts.boxes)
    if not count:
        return
    whole = parts.box_of(0, count)
    height = whole.bottom - whole.top
    for first in range(count):
        for end in range(first + 1, min(first + MOST_PARTS_OF_A_DIGIT, count) + 1):
            box = parts.box_of(first, end)
            tall = box.bottom - box.top >= LOWEST_DIGIT * height
            if tall and box.right - box.left <= WIDEST_DIGIT * height:
                yield first, end


def best_spans(count: int, worth: Mapping[Span, float]) -> list[Span]:
    """Spans that follow one another from part 0 to part `count`, their worths' sum the largest.

    worth: of the spans that may be used; returns an empty list when none lead all the way.
    """
    best: dict[int, tuple[float, list[Span]]] = {0: (0.0, [])}
    for end in range(1, count + 1):
        ways = [
            (best[first][0] + value, [*best[first][1], (first, last)])
            for (first, last), value in worth.items()
            if last == end and first in best
        ]
        if ways:
            best[end] = max(ways)
    return best[count][1] if count in best else []


def _in_picture(reading: Reading, picture: NDArray[np.uint8]) -> Box:
    """The box of what was read, in pixels of the picture."""
    prepared = reading.preprocessed
    box = prepared.box or ink_box(prepared.ink)
    height, width = picture.shape[:2]
    across, down = reduction(width, height)
    assert box is not None, "what is read has ink"
    return Box(
        box.left * across,
        box.top * down,
        min(box.right * across, width),
        min(box.bottom * down, height),
    )
