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
