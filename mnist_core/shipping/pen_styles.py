"""Ways of writing a digit that MNIST hardly knows, made from plain pen strokes.

A slash through the zero, a bar through the seven, a flag and a foot on the one, a four (or a
barred seven) written without lifting the pen; and every hand's slant, proportions and tremor.
Coordinates: x to the right, y down; the character's box has its longest side at about 1.
"""

import math

import numpy as np

from mnist_core.pictures.strokes import FloatArray, Strokes

SLASH_SHARE = 0.3
BAR_SHARE = 0.3
FLAG_SHARE = 0.3
UNLIFTED_SHARE = 0.35
STROKEWISE_SHARE = 0.7


def vary_style(strokes: Strokes, label: int, random: np.random.Generator) -> Strokes:
    """The same digit, perhaps in another style, in another hand."""
    if label == 0 and random.random() < SLASH_SHARE:
        strokes = slash(strokes, random)
    elif label == 7 and random.random() < BAR_SHARE:
        strokes = cross(strokes, random)
    elif label == 1 and random.random() < FLAG_SHARE:
        strokes = flag(strokes, random)
    if label in (4, 7) and random.random() < UNLIFTED_SHARE:
        strokes = without_lifting(strokes)
    if random.random() < STROKEWISE_SHARE:
        strokes = [vary_stroke(stroke, random) for stroke in strokes]
    return vary_hand(strokes, random)


def slash(strokes: Strokes, random: np.random.Generator) -> Strokes:
    """A line through the box, mostly from lower left to upper right, ending in or outside it."""
    low, high = _box(strokes)
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, 0.2)
    rising = random.random() < 0.85
    direction = np.array([1.0, -1.0 if rising else 1.0])
    end = half * random.uniform(0.5, 1.4, size=2) * direction
    start = -half * random.uniform(0.5, 1.4, size=2) * direction
    return [*strokes, np.stack([middle + start, middle + end]).astype(np.float32)]


def cross(strokes: Strokes, random: np.random.Generator) -> Strokes:
    """A bar across the stem of a seven that has none: where the path is at half its height."""
    if len(strokes) > 1:
        return strokes
    low, high = _box(strokes)
    height = low[1] + (high[1] - low[1]) * random.uniform(0.4, 0.65)
    path = strokes[0]
    lower_half = path[len(path) // 3 :]
    stem = lower_half[np.abs(lower_half[:, 1] - height).argmin()]
    half_length = random.uniform(0.15, 0.32)
    tilt = random.uniform(-0.06, 0.06)
    bar = [[stem[0] - half_length, height + tilt], [stem[0] + half_length, height - tilt]]
    return [*strokes, np.array(bar, dtype=np.float32)]


def flag(strokes: Strokes, random: np.random.Generator) -> Strokes:
    """An up-stroke before a one that is a plain line, now and then a foot under it."""
    low, high = _box(strokes)
    if len(strokes) > 1 or high[0] - low[0] > 0.35:
        return strokes
    path = strokes[0] if strokes[0][0, 1] < strokes[0][-1, 1] else strokes[0][::-1]
    reach = random.uniform(0.12, 0.42)
    start = path[0] + np.array([-reach, reach * random.uniform(0.5, 1.3)])
    flagged = [np.concatenate([start[None], path]).astype(np.float32)]
    if random.random() < 0.35:
        half_length = random.uniform(0.12, 0.3)
        foot = path[-1] + np.array([[-half_length, 0.0], [half_length, 0.0]])
        flagged.append(foot.astype(np.float32))
    return flagged


def without_lifting(strokes: Strokes) -> Strokes:
    """One stroke: the pen stays down on its way to each next stroke."""
    return [np.concatenate(strokes)]


def vary_stroke(stroke: FloatArray, random: np.random.Generator) -> FloatArray:
    """One stroke written at another speed, joined otherwise to its neighbours, with its own slant.

    Turned, slanted, sized and moved a little about its own middle, so that joins open or overlap.
    """
    stroke = join_otherwise(at_another_speed(stroke, random), random)
    angle = math.radians(random.uniform(-7, 7))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    slant = np.array([[1.0, random.uniform(-0.12, 0.12)], [0.0, 1.0]])
    matrix = turn @ slant @ np.diag(random.uniform(0.9, 1.1, size=2))
    middle = stroke.mean(axis=0)
    moved = (stroke - middle) @ matrix.T + middle + random.normal(0, 0.02, size=2)
    return np.asarray(moved, dtype=np.float32)


def at_another_speed(stroke: FloatArray, random: np.random.Generator) -> FloatArray:
    """A fast pen rounds corners and cuts loops; a slow tablet notes few points of its path."""
    if len(stroke) < 5:
        return stroke
    if random.random() < 0.5:
        reach = int(random.integers(1, max(2, len(stroke) // 8) + 1))
        weights = np.ones(2 * reach + 1) / (2 * reach + 1)
        padded = np.pad(stroke, ((reach, reach), (0, 0)), mode="edge")
        columns = [np.convolve(padded[:, axis], weights, mode="valid") for axis in (0, 1)]
        return np.asarray(np.stack(columns, axis=1), dtype=np.float32)
    every = int(random.integers(1, max(1, len(stroke) // 8) + 1))
    return np.asarray(np.concatenate([stroke[:-1:every], stroke[-1:]]), dtype=np.float32)


def join_otherwise(stroke: FloatArray, random: np.random.Generator) -> FloatArray:
    """Each end a little longer, in its own direction, or cut off by up to a tenth."""
    for _ in range(2):
        stroke = stroke[::-1]
        if len(stroke) < 3 or random.random() < 0.5:
            continue
        if random.random() < 0.5:
            stroke = stroke[: len(stroke) - int(random.integers(0, len(stroke) // 10 + 1))]
        else:
            way = stroke[-1] - stroke[-3]
            way = way / max(float(np.hypot(*way)), 1e-6)
            end = stroke[-1] + way * random.uniform(0, 0.1)
            stroke = np.concatenate([stroke, end[None]]).astype(np.float32)
    return stroke


def vary_hand(strokes: Strokes, random: np.random.Generator) -> Strokes:
    """A little rotation, slant, another proportion of width to height, and a slow tremor."""
    angle = math.radians(random.uniform(-10, 10))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    slant = np.array([[1.0, random.uniform(-0.2, 0.2)], [0.0, 1.0]])
    stretch = np.diag([random.uniform(0.8, 1.25), 1.0])
    matrix = turn @ slant @ stretch
    wave, phase = random.uniform(0.0, 0.025), random.uniform(0, 2 * math.pi, size=2)
    frequency = random.uniform(3, 9)
    varied = []
    for stroke in strokes:
        tremor = wave * np.sin(frequency * stroke[:, ::-1] + phase)
        varied.append(((stroke + tremor) @ matrix.T).astype(np.float32))
    return varied


def _box(strokes: Strokes) -> tuple[FloatArray, FloatArray]:
    points = np.concatenate(strokes)
    return points.min(axis=0), points.max(axis=0)
