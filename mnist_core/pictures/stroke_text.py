"""Strokes of a canvas as a short text for a link, and back.

The text is base64url of whole numbers, each as a LEB128 varint, signed ones in zigzag (0, −1, 1, −2
→ 0, 1, 2, 3): which of GRIDS, then for each stroke twice its brush in pixels (plus 1 where it is
smooth), how many points it has, and of each point how far it lies from the one before, in steps of
the grid.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mnist_core.errors import StrokesUnusable
from mnist_core.pictures.strokes import (
    CANVAS_PX,
    THICKEST_PX,
    THINNEST_PX,
    BrushStroke,
    FloatArray,
    canvas_path,
    points_along,
)


@dataclass(frozen=True)
class Grid:
    """How exactly strokes are kept: in steps of so many pixels.

    tolerance_px: how far their path may be from that of fewer points, in straight lines; 0 where
                  the canvas's own points stay, and its curves
    most_chars:   a drawing whose text would be longer is kept on a coarser grid
    """

    step_px: float
    tolerance_px: float
    most_chars: int


MAX_CHARS = 1000
SHORT_CHARS = 400
"""Of a text that a QR code holds beside the app's address and its settings."""
GRIDS = (
    *(
        Grid(step_px, tolerance_px, MAX_CHARS)
        for step_px, tolerance_px in (
            (1 / 16, 0.0), (1 / 8, 0.0), (1 / 4, 0.0), (1 / 4, 1 / 4), (1 / 2, 1 / 2), (1.0, 1.0),
            (2.0, 2.0), (4.0, 4.0),
        )
    ),
    Grid(1 / 64, 0.0, SHORT_CHARS),
)  # fmt: skip
"""A text names its grid by the place here, so new ones come last."""
FINEST_FIRST = sorted(
    range(len(GRIDS)), key=lambda grid: (GRIDS[grid].tolerance_px, GRIDS[grid].step_px)
)
LOWEST_PX, HIGHEST_PX = -float(CANVAS_PX), 2.0 * CANVAS_PX
"""How far a stroke may lead beyond the canvas."""
_LONGEST_VARINT = 3
_BROKEN = "The text holds no drawing that can be read."


def pack_strokes(strokes: Sequence[BrushStroke], max_chars: int = MAX_CHARS) -> str:
    """Strokes in canvas pixels as a text of at most `max_chars` characters; no strokes, no text.

    On the finest grid on which they fit; the finest of all is for short texts. Where not even the
    coarsest will do, the shortest strokes are left out. Points further out than one canvas beside
    it are moved there.
    """
    for grid in FINEST_FIRST:
        packed = [_on_grid(stroke, GRIDS[grid]) for stroke in strokes]
        text = _write(grid, packed)
        if len(text) <= min(max_chars, GRIDS[grid].most_chars):
            return text
    longest_first = sorted(range(len(packed)), key=lambda k: -len(packed[k]))
    while len(text) > max_chars:
        longest_first = longest_first[: len(longest_first) * 9 // 10]
        text = _write(grid, [packed[k] for k in sorted(longest_first)])
    return text


def unpack_strokes(text: str) -> list[BrushStroke]:
    """What `pack_strokes` wrote, in canvas pixels.

    Raises StrokesUnusable for any text that it could not have written in MAX_CHARS characters.
    """
    if not text:
        return []
    if len(text) > MAX_CHARS:
        raise StrokesUnusable(f"A drawing in a link is at most {MAX_CHARS} characters long.")
    numbers = _read_varints(_decode(text))
    strokes = []
    try:
        step_px = GRIDS[next(numbers)].step_px
        place = np.zeros(2, np.int64)
        for brush in numbers:
            count = next(numbers)
            moves = [(_unzigzag(next(numbers)), _unzigzag(next(numbers))) for _ in range(count)]
            places = place + np.cumsum(np.array(moves, np.int64).reshape(-1, 2), axis=0)
            points = (places * step_px).astype(np.float32)
            strokes.append(BrushStroke(points, brush // 2, smooth=brush % 2 == 1))
            place = places[-1]
    except (StopIteration, IndexError) as error:
        raise StrokesUnusable(_BROKEN) from error
    if not strokes or not all(map(_is_possible, strokes)):
        raise StrokesUnusable(_BROKEN)
    return strokes


def simplify(points: FloatArray, tolerance_px: float) -> FloatArray:
    """Fewer of the points, so that no other is further than `tolerance_px` from their path.

    points: (n, 2), of which the first and the last stay
    Source: Ramer 1972; Douglas, Peucker 1973.
    """
    keep = np.zeros(len(points), bool)
    keep[[0, -1]] = True
    parts = [(0, len(points) - 1)]
    while parts:
        first, last = parts.pop()
        if last - first < 2:
            continue
        apart = _distances(points[first + 1 : last], points[first], points[last])
        furthest = first + 1 + int(apart.argmax())
        if apart.max() > tolerance_px:
            keep[furthest] = True
            parts += [(first, furthest), (furthest, last)]
    return points[keep]


def _distances(points: FloatArray, start: FloatArray, end: FloatArray) -> FloatArray:
    """Of points (n, 2) from the segment: (n,)."""
    along = end - start
    t = (points - start) @ along / max(float(along @ along), 1e-12)
    nearest = start + np.clip(t, 0, 1)[:, None] * along
    apart: FloatArray = np.hypot(*(points - nearest).T)
    return apart


def _on_grid(stroke: BrushStroke, grid: Grid) -> list[int]:
    """The numbers that the text holds of a stroke, its places still from (0, 0)."""
    smooth, points = stroke.smooth, np.clip(stroke.points, LOWEST_PX, HIGHEST_PX)
    if grid.tolerance_px:
        curves = points_along(canvas_path(replace(stroke, points=points)))
        smooth, points = False, simplify(curves, grid.tolerance_px)
    places = np.round(points / grid.step_px).astype(np.int64)
    brush_px = min(max(round(stroke.brush_px), THINNEST_PX), THICKEST_PX)
    return [2 * brush_px + smooth, len(places), *places.ravel().tolist()]


def _write(grid: int, packed: Sequence[Sequence[int]]) -> str:
    if not packed:
        return ""
    numbers = [grid]
    place = np.zeros(2, np.int64)
    for brush, count, *flat in packed:
        places = np.array(flat, np.int64).reshape(-1, 2)
        moves = np.diff(places, axis=0, prepend=place[None])
        numbers += [brush, count, *map(_zigzag, moves.ravel().tolist())]
        place = places[-1]
    content = b"".join(map(_varint, numbers))
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _decode(text: str) -> bytes:
    try:
        if not re.fullmatch(r"[\w-]+", text, re.ASCII):
            raise StrokesUnusable(_BROKEN)
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise StrokesUnusable(_BROKEN) from error


def _varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first; all bytes but the last one have the eighth bit."""
    content = bytearray()
    while number > 127:
        content.append(number & 127 | 128)
        number >>= 7
    return bytes([*content, number])


def _read_varints(content: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in content:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield number
            number = shift = 0
        elif shift == 7 * _LONGEST_VARINT:
            raise StrokesUnusable(_BROKEN)
    if shift:
        raise StrokesUnusable(_BROKEN)


def _zigzag(number: int) -> int:
    return 2 * number if number >= 0 else -2 * number - 1


def _unzigzag(number: int) -> int:
    return -(number + 1) // 2 if number % 2 else number // 2


def _is_possible(stroke: BrushStroke) -> bool:
    inside = (stroke.points >= LOWEST_PX) & (stroke.points <= HIGHEST_PX)
    return THINNEST_PX <= stroke.brush_px <= THICKEST_PX and bool(inside.all())
