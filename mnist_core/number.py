"""A number of several digits: its ink taken apart, each digit read by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mnist_core.models.registry import DEFAULT_MODEL
from mnist_core.pictures.apart import Parts, cut_apart, pen_width, take_apart
from mnist_core.pictures.ink import FloatArray, reduction
from mnist_core.pictures.preprocessing import BOX_PX, STROKE_PX, Box, ink_box, ink_to_mnist
from mnist_core.pictures.strokes import BrushStroke, draw_brushed
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

MOST_PARTS = 16
MOST_PARTS_OF_A_DIGIT = 4
WIDEST_DIGIT = 1.4  # of the number's height
LOWEST_DIGIT = 0.4  # of the number's height
NARROWEST_PAIR = 1.0
"""A part narrower than this share of its own height is not cut: a letter more likely."""
PEN_SHARE = STROKE_PX / (BOX_PX - STROKE_PX)
"""Width of the pen that a digit is shown with, of the height of its path."""


@dataclass(frozen=True)
class Demand:
    """What each digit of a number needs. score: of the second judge; probability: of the digit."""

    score: float
    probability: float

    def is_met(self, reading: Reading) -> bool:
        """Is the reading so sure, and of no dot?"""
        sure = float(reading.probabilities.max()) >= self.probability
        looked_at = reading.is_answer and reading.preprocessed.problem is None
        return sure and looked_at and reading.digit_score >= self.score


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

    verdict: read, not sure, nothing to read, or no numbers
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


def find_number(
    reader: DigitReader,
    picture: Picture,
    whole: Reading | None = None,
    strokes: Sequence[BrushStroke] = (),
) -> Number:
    """Read the number in a picture.

    What is read as one digit stays one. Other ink is taken apart where nothing is between, and
    then where digits may touch; it is a number when each piece is read as a digit.

    whole:   the reader's reading of the picture, where that is known
    strokes: what was drawn, where that is known and the picture a square canvas; then a digit of
             a number is shown as a pen that is thin for its size would have written it, since a
             thick one has filled its loops
    """
    array = as_picture(picture)
    whole = whole or reader.read(array)
    if not whole.is_answer:
        return Number(whole.verdict, (), whole)
    if whole.verdict is Verdict.READ:
        box = whole.preprocessed.box or ink_box(whole.preprocessed.ink)
        assert box is not None, "what is read has ink"
        found = [NumberDigit(box, whole)]
    else:
        found = _read_apart(reader, whole, strokes)
    digits = tuple(replace(one, box=_in_picture(one.box, array)) for one in found)
    return Number(Verdict.READ if found else Verdict.NOT_SURE, digits, whole)


def _read_apart(
    reader: DigitReader, whole: Reading, strokes: Sequence[BrushStroke]
) -> list[NumberDigit]:
    """Two digits or more from left to right, their boxes in the ink; none where it is no number."""
    ink, box = whole.preprocessed.ink, whole.preprocessed.box
    if box is None:
        return []
    parts = take_apart(ink)
    if not 1 <= len(parts.boxes) <= MOST_PARTS:
        return []
    pen_px = pen_width(ink, parts, LOWEST_DIGIT * (box.bottom - box.top))
    shown = written_thinner(strokes, len(ink)) if strokes else Written(ink, pen_px)
    pieces = _Pieces(reader, shown, parts)
    if found := pieces.read_along(apart_demand(reader.threshold)):
        return found
    cut = cut_apart(ink, parts, pieces.perhaps_touching(), pen_px)
    if not len(parts.boxes) < len(cut.boxes) <= MOST_PARTS:
        return []
    return _Pieces(reader, shown, cut).read_along(touching_demand(reader.threshold))


@dataclass(frozen=True)
class Written:
    """Ink (H, W) in [0, 1], and the width in pixels of the pen that wrote it."""

    ink: FloatArray
    pen_px: float


def written_thinner(strokes: Sequence[BrushStroke], canvas_px: int) -> Written:
    """A line of digits as a pen of PEN_SHARE of its height writes it, where theirs was thicker."""
    heights = np.concatenate([stroke.points[:, 1] for stroke in strokes])
    pen_px = max(PEN_SHARE * float(np.ptp(heights)), 1.0)
    thinner = [replace(stroke, brush_px=min(stroke.brush_px, pen_px)) for stroke in strokes]
    ink = draw_brushed(thinner, canvas_px)[..., 0].astype(np.float32) / np.float32(255)
    return Written(ink, max(stroke.brush_px for stroke in thinner))


@dataclass(frozen=True)
class _Pieces:
    """Parts of some ink, runs of neighbours of which may be digits, written with one pen."""

    reader: DigitReader
    shown: Written
    parts: Parts

    def read_along(self, demand: Demand) -> list[NumberDigit]:
        """The likeliest digits, two or more, that together are all parts; none where none are.

        likeliest: Π score · probability is the largest, found part by part from the left
        """
        count = len(self.parts.boxes)
        best: dict[int, tuple[float, list[NumberDigit]]] = {0: (1.0, [])}
        for first in range(count):
            if first not in best:
                continue
            spans = [span for span in spans_from(self.parts, first) if span != (0, count)]
            for (_, end), reading in zip(spans, self._read(spans), strict=True):
                worth, digits = best[first]
                worth *= reading.digit_score * float(reading.probabilities.max())
                if demand.is_met(reading) and worth > best.get(end, (0.0, []))[0]:
                    box = self.parts.box_of(first, end)
                    best[end] = (worth, [*digits, NumberDigit(box, _as_read(reading))])
        return best[count][1] if count in best else []

    def perhaps_touching(self) -> list[int]:
        """The parts that are as wide as a pair of digits, and not read as one."""
        wide = [
            k
            for k, box in enumerate(self.parts.boxes)
            if box.right - box.left >= NARROWEST_PAIR * (box.bottom - box.top)
        ]
        if len(self.parts.boxes) == 1:
            return wide
        readings = self._read([(k, k + 1) for k in wide])
        return [k for k, one in zip(wide, readings, strict=True) if one.verdict is not Verdict.READ]

    def _read(self, spans: list[Span]) -> list[Reading]:
        ink, pen_px = self.shown.ink, self.shown.pen_px
        return self.reader.read_all(
            [ink_to_mnist(self.parts.ink_of(ink, *span), pen_px) for span in spans]
        )


def spans_from(parts: Parts, first: int) -> list[Span]:
    """The runs of neighbours from this part on that have the size of a digit of this number."""
    whole = parts.box_of(0, len(parts.boxes))
    height = whole.bottom - whole.top
    ends = range(first + 1, min(first + MOST_PARTS_OF_A_DIGIT, len(parts.boxes)) + 1)
    boxes = {end: parts.box_of(first, end) for end in ends}
    return [
        (first, end)
        for end, box in boxes.items()
        if box.bottom - box.top >= LOWEST_DIGIT * height
        and box.right - box.left <= WIDEST_DIGIT * height
    ]


def _as_read(reading: Reading) -> Reading:
    return replace(reading, digit=reading.best_guesses[0], verdict=Verdict.READ)


def _in_picture(box: Box, picture: NDArray[np.uint8]) -> Box:
    """A box in the ink, in pixels of the picture."""
    height, width = picture.shape[:2]
    across, down = reduction(width, height)
    return Box(
        box.left * across,
        box.top * down,
        min(box.right * across, width),
        min(box.bottom * down, height),
    )
