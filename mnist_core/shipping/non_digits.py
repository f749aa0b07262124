"""Drawings that are no digit: scribbles, shapes, letters, several digits at once.

All of them are made here from formulas and from a small alphabet of our own, so that a network
can learn to say “not sure” without having seen anybody's letters.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mnist_core.pictures.strokes import FloatArray, Strokes
from mnist_core.shipping.pen_styles import vary_hand

ALPHABET: dict[str, str] = {
    "A": "0,6 2,0 4,6/0.8,3.8 3.2,3.8",
    "A round": "~0,6 0.6,1.5 2,0 3.4,1.5 4,6/0.3,3.6 3.7,3.6",
    "C wide": "~4.6,1 3,0 1,0.6 0,3 1,5.4 3,6 4.6,5",
    "E": "4,0 0,0 0,6 4,6/0,3 3,3",
    "E round": "~3.6,0.6 1.6,0 0.6,1.4 2.4,2.8/~2.4,2.8 0.2,3.6 0.4,5.6 2.2,6 4,5.2",
    "F": "4,0 0,0 0,6/0,3 3,3",
    "F low": "0,6 0,0/0,0 4,0/0,2.6 2.8,2.6",
    "H": "0,0 0,6/4,0 4,6/0,3 4,3",
    "K": "0,0 0,6/3.6,0 0,3.4 4,6",
    "K bent": "0,0 0,6/4,0 0.6,3 2,3 4,6",
    "L": "0,0 0,6 4,6",
    "M": "0,6 0.4,0 2,4 3.6,0 4,6",
    "M round": "~0,6 0.3,0.5 1.2,2 2,4.5 2.8,2 3.8,0.5 4,6",
    "N": "0,6 0,0 4,6 4,0",
    "P": "0,6 0,0/~0,0 2.8,0 3.8,1.6 2.6,3.2 0,3.4",
    "R": "0,6 0,0/~0,0 2.8,0 3.8,1.6 2.6,3.1 0.2,3.2/0.8,3.2 4,6",
    "T": "0,0 4.4,0/2.2,0 2.2,6",
    "U": "~0,0 0,3.6 0.8,5.6 2,6 3.2,5.6 4,3.6 4,0",
    "V": "0,0 2,6 4,0",
    "W": "0,0 1.1,6 2,1.6 2.9,6 4,0",
    "X": "0,0 4,6/4,0 0,6",
    "Y": "0,0 2,2.8 4,0/2,2.8 2,6",
    "a": "~3.8,1 2,0 0.4,1.4 0,3.6 1,5.6 2.4,5.4 3.6,3.4 4,0.6/~4,0.4 3.9,3 4.2,5.4 5,5.8",
    "d": "~3.4,3 1.8,2.4 0.4,3.4 0.2,5 1.2,6 2.6,5.6 3.4,4.2/3.6,0 3.5,3.6 3.8,6",
    "e": "~0.2,3.2 3.6,2.6 3,0.6 1.6,0.2 0.2,2 0.2,4.4 1.6,5.8 3.8,5",
    "f": "~3.6,0.8 2.6,0 1.7,1 1.5,3.4 1.3,6/0,2.6 3.2,2.6",
    "f looped": "~0,4 2.6,1.6 2.6,0 1.6,0.4 1.4,3 1.2,6.6 0.6,7.6 0.4,6 3.2,3.8",
    "h": "0,0 0,6/~0,3.8 1.4,2.4 2.8,2.8 3.2,4.2 3.3,6",
    "h looped": "~0,5 1.6,1.6 1.2,0 0.6,1.4 0.4,6/~0.4,4 1.6,2.8 2.6,3.4 2.6,5.4 3.6,6 4.4,5",
    "k": "0,0 0,6/3,2.4 0.2,4.2/0.8,3.8 3.2,6",
    "m": "0,0.4 0,4/~0,1.6 1,0.2 1.8,0.8 1.9,4/~1.9,1.6 2.9,0.2 3.8,0.8 4,4",
    "m cursive": "~0,4 0.6,0.4 1,4 1.6,1 2.2,0.4 2.4,4 3,1 3.7,0.4 4,3.6 4.8,4",
    "n": "0,0.4 0,4/~0,1.8 1.2,0.2 2.6,0.6 3,2 3,4",
    "p": "0,0 0,7/~0,1 1.6,0 3,0.6 3.2,2.4 2,3.8 0,3.4",
    "r": "0,0.4 0,5/~0,2 0.8,0.6 2,0.2 3,0.6",
    "t": "~1.4,0 1.3,3 1.4,5.2 2.4,6 3.6,5.2/0,1.8 3.2,1.8",
    "u": "~0,0 0,2.4 0.8,4 2.2,3.8 3.2,2.4/3.2,0 3.3,3.4 4,4",
    "v": "~0,0 0.8,1.6 1.6,4 2.4,1.8 3.4,0",
    "w": "~0,0 0.4,3 1.2,4 2,2.6 2.1,0.6 2.3,3 3.1,4 4,2.4 4.2,0",
    "x": "0,0 3.6,4/3.6,0 0,4",
    "x round": "~0,0.4 1,0.2 1.8,2 2.6,3.8 3.8,3.6/~3.8,0.2 2.6,0.6 1.2,3.4 0,3.9",
    "plus": "0,2 4,2/2,0 2,4",
    "equals": "0,0 4,0/0,1.8 4,1.8",
    "minus": "0,0 4,0.1",
    "hash": "1,0 0.6,5/3,0 2.6,5/0,1.6 4,1.6/0,3.4 4,3.4",
    "question": "~0,1.2 1,0 2.6,0.2 3,1.6 1.8,2.8 1.6,4/1.6,5.4 1.7,5.6",
    "arrow": "0,2 5,2/3.4,0.6 5,2 3.4,3.4",
    "arrow up": "2,6 2,0/0.6,1.6 2,0 3.4,1.6",
    "tick": "0,3 1.4,5 4.6,0",
    "square": "0,0 4,0 4,4 0,4 0,0",
    "triangle": "2,0 4.2,4 0,4 2,0",
    "star": "0.8,5 2.5,0 4.2,5 0,1.9 5,1.9 0.8,5",
    "heart": "~2.5,1.4 1.4,0 0.1,1 0.6,2.8 2.5,5/~2.5,5 4.4,2.8 4.9,1 3.6,0 2.5,1.4",
    "house": "0,5 0,2 2,0 4,2 4,5 0,5",
    "face": "~2.5,0 0.4,1 0.2,3.6 2.5,5 4.8,3.6 4.6,1 2.5,0"
    "/1.7,1.7 1.8,2/3.2,1.7 3.3,2/~1.4,3.2 2.5,4 3.6,3.2",
    "infinity": "~3,1.5 1.6,0.2 0.2,1.4 1.6,2.8 3,1.5 4.4,0.2 5.8,1.4 4.4,2.8 3,1.5",
    "and": "~4,5.4 1,1.6 1.6,0 2.8,0.8 0.4,3.6 0.6,5.4 2.2,5.6 4,3.4",
}
"""Strokes parted by “/”, points on a grid by spaces; “~” makes a smooth curve through them."""


def smooth_curve(points: NDArray[np.floating], per_segment: int = 8) -> FloatArray:
    """A Catmull–Rom spline through `points` (n, 2): ((n − 1)·per_segment + 1, 2).

    p(t) = ½ [2p₁ + (p₂ − p₀)t + (2p₀ − 5p₁ + 4p₂ − p₃)t² + (3p₁ − p₀ − 3p₂ + p₃)t³]
    Source: Catmull & Rom 1974.
    """
    padded = np.concatenate([points[:1], points, points[-1:]])
    t = (np.arange(per_segment) / per_segment)[:, None, None]
    p0, p1, p2, p3 = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    curve = 0.5 * (
        2 * p1
        + (p2 - p0) * t
        + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2
        + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )  # (per_segment, n - 1, 2)
    flat = curve.transpose(1, 0, 2).reshape(-1, 2)
    return np.concatenate([flat, points[-1:]]).astype(np.float32)


def letter_names() -> list[str]:
    """The names in our alphabet of letters and signs that look like no digit."""
    return list(ALPHABET)


def draw_letter(name: str, random: np.random.Generator) -> Strokes:
    """The strokes of one sign of the alphabet, its points moved a little, longest side 1."""
    strokes = []
    for part in ALPHABET[name].split("/"):
        points = np.array([[float(v) for v in p.split(",")] for p in part.lstrip("~").split()])
        points = points + random.normal(0, 0.22, points.shape)
        strokes.append(smooth_curve(points) if part.startswith("~") else _polyline(points, random))
    return unit_box(strokes)


def scribble(random: np.random.Generator) -> Strokes:
    """A smooth wandering line through 7 to 24 random points."""
    points = random.uniform(0, 1, (int(random.integers(7, 25)), 2))
    return unit_box([smooth_curve(points)])


def tangle(random: np.random.Generator) -> Strokes:
    """A pen that never stops turning: many overlapping loops."""
    turns, points = random.uniform(2.5, 7), 120
    angle = np.linspace(0, 2 * math.pi * turns, points)
    radius = 0.5 + 0.3 * np.sin(angle * random.uniform(0.2, 0.8) + random.uniform(0, 6))
    drift = np.linspace(0, 1, points)[:, None] * random.uniform(-1.5, 1.5, 2)
    circle = np.stack([radius * np.cos(angle), radius * np.sin(angle) * random.uniform(0.5, 1)], 1)
    return unit_box([(circle + drift).astype(np.float32)])


def spiral(random: np.random.Generator) -> Strokes:
    """Two to five turns outward."""
    angle = np.linspace(0, 2 * math.pi * random.uniform(2, 5), 120)
    direction = random.choice([-1, 1])
    path = angle[:, None] * np.stack([np.cos(angle), direction * np.sin(angle)], 1)
    return unit_box([path.astype(np.float32)])


def zigzag(random: np.random.Generator) -> Strokes:
    """Hatching to and fro, 4 to 14 times, along a random direction."""
    count = int(random.integers(4, 15))
    path = np.stack([np.arange(count) * random.uniform(0.1, 0.5), np.arange(count) % 2], 1)
    path = path + random.normal(0, 0.06, path.shape)
    angle = random.uniform(0, 2 * math.pi)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    path = (path @ turn.T).astype(np.float32)
    return unit_box([smooth_curve(path) if random.random() < 0.5 else path])


def sticks(random: np.random.Generator) -> Strokes:
    """Three to eight straight lines anywhere."""
    ends = random.uniform(0, 1, (int(random.integers(3, 9)), 2, 2)).astype(np.float32)
    return unit_box(list(ends))


def blots(random: np.random.Generator) -> Strokes:
    """Two to seven taps of the pen."""
    points = random.uniform(0, 1, (int(random.integers(2, 8)), 1, 2)).astype(np.float32)
    return unit_box(list(points))


def any_letter(random: np.random.Generator) -> Strokes:
    """One sign of the alphabet, at random."""
    return draw_letter(str(random.choice(letter_names())), random)


SCRIBBLES: tuple[Callable[[np.random.Generator], Strokes], ...] = (
    scribble, tangle, spiral, zigzag, sticks, blots,
)  # fmt: skip


def any_scribble(random: np.random.Generator) -> Strokes:
    """One kind of scribble, at random."""
    return SCRIBBLES[int(random.integers(len(SCRIBBLES)))](random)


def side_by_side(left: Strokes, right: Strokes, random: np.random.Generator) -> Strokes:
    """Two characters next to each other: a number, not a digit."""
    offset = np.concatenate(left)[:, 0].max() + random.uniform(0.1, 0.4)
    start = np.concatenate(right)[:, 0].min()
    moved = [stroke + np.array([offset - start, 0], dtype=np.float32) for stroke in right]
    return unit_box([*left, *moved])


def crossed_out(strokes: Strokes, random: np.random.Generator) -> Strokes:
    """A character with a scribble over it."""
    return unit_box([*strokes, *zigzag(random)])


def draw_non_digit(digits: list[Strokes], random: np.random.Generator) -> Strokes:
    """Any drawing that is no digit: half letters and signs, else scribbles and spoiled digits.

    digits: real ones, used in pairs or crossed out
    """
    kind = random.random()
    if kind < 0.55:
        return vary_hand(any_letter(random), random)
    if kind < 0.85:
        return any_scribble(random)
    first, second = (digits[int(i)] for i in random.integers(len(digits), size=2))
    spoil = kind < 0.95
    return side_by_side(first, second, random) if spoil else crossed_out(first, random)


def unit_box(strokes: Strokes) -> Strokes:
    """Move and scale so that the box starts at (0, 0) and its longest side is 1."""
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    side = max(float((points.max(axis=0) - low).max()), 1e-6)
    return [((stroke - low) / side).astype(np.float32) for stroke in strokes]


def _polyline(points: NDArray[np.floating], random: np.random.Generator) -> FloatArray:
    """Straight strokes with corners that a hand rounds now and then."""
    if len(points) > 2 and random.random() < 0.3:
        middles = (points[:-1] + points[1:]) / 2
        woven = np.empty((2 * len(points) - 1, 2))
        woven[0::2], woven[1::2] = points, middles
        return smooth_curve(woven)
    return points.astype(np.float32)
