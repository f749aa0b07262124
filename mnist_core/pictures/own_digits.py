"""Ten digits that this program draws: for visitors who have not drawn yet, where MNIST is not here.

Nothing was trained on them.
"""

from functools import lru_cache
from itertools import pairwise
from math import dist

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mnist_core.pictures.changes import add_noise, move, rotate
from mnist_core.pictures.preprocessing import canvas_to_mnist
from mnist_core.pictures.strokes import CANVAS_PX, FloatArray, Strokes, draw_strokes

Point = tuple[float, float]
DIGITS: dict[int, list[list[Point]]] = {
    0: [[(50, 8), (28, 18), (18, 45), (24, 78), (48, 92), (72, 80), (81, 50), (72, 20), (50, 8)]],
    1: [[(52, 5), (51, 35), (50, 65), (49, 95)]],
    2: [[(22, 28), (34, 10), (58, 8), (73, 25), (66, 48), (42, 72), (20, 92), (50, 92), (80, 92)]],
    3: [[(24, 14), (48, 6), (70, 18), (66, 38), (44, 48), (68, 58), (76, 76), (54, 94), (24, 86)]],
    4: [[(38, 8), (30, 34), (22, 58), (50, 58), (80, 57)], [(64, 30), (62, 60), (60, 96)]],
    5: [[(34, 10), (31, 28), (28, 46), (52, 42), (72, 56), (70, 80), (48, 94), (22, 86)],
        [(34, 10), (54, 10), (76, 9)]],
    6: [[(64, 6), (44, 24), (30, 52), (30, 78), (48, 94), (68, 84), (70, 64), (52, 54), (32, 68)]],
    7: [[(20, 12), (48, 12), (78, 12), (62, 42), (48, 70), (38, 96)]],
    8: [[(66, 18), (46, 6), (30, 20), (40, 38), (60, 50), (74, 72), (54, 94), (30, 84), (30, 64),
         (50, 48), (66, 34), (66, 18)]],
    9: [[(70, 24), (52, 8), (32, 20), (32, 42), (52, 50), (68, 36), (70, 22), (68, 58), (62, 96)]],
}  # fmt: skip
"""Strokes in percent of the canvas."""
MOST_DEGREES = 20
MOST_PIXELS = 2
NOISE_SD = 0.03


def in_canvas_pixels(strokes: list[list[Point]], size: float = 0.8) -> Strokes:
    """Strokes in percent, centred on the canvas; size: share of the canvas that 100 % is."""
    margin = (1 - size) / 2
    scaled = [(margin + np.array(s, np.float32) / 100 * size) * CANVAS_PX for s in strokes]
    return [s.astype(np.float32) for s in scaled]


def on_canvas(
    strokes: list[list[Point]], brush_px: float = 20, size: float = 0.8
) -> NDArray[np.uint8]:
    """White ink, centred: uint8 RGBA (280, 280, 4); size: share of the canvas that 100 % is."""
    return draw_strokes(in_canvas_pixels(strokes, size), brush_px)


def slash_through(picture: NDArray[np.uint8]) -> FloatArray:
    """A stroke from the upper right to the lower left of the ink that sticks out on both sides.

    picture: uint8 RGBA of a canvas, with light ink on it
    returns: float32 (2, 2), in canvas pixels
    """
    rows, columns = np.nonzero(picture[..., 0] > 127)
    low, high = (np.array([f(columns), f(rows)], np.float32) for f in (np.min, np.max))
    out = (high - low) / 10
    right_top, left_bottom = (high[0], low[1] - out[1]), (low[0], high[1] + out[1])
    return np.array([right_top, left_bottom], np.float32)


def slashed(digit: int, brush_px: float = 20) -> NDArray[np.uint8]:
    """The program's digit with a slash through it: uint8 RGBA (280, 280, 4)."""
    slash = slash_through(on_canvas(DIGITS[digit], brush_px))
    return draw_strokes([*in_canvas_pixels(DIGITS[digit]), slash], brush_px)


def in_the_corner(digit: int, brush_px: float = 8) -> NDArray[np.uint8]:
    """The program's digit, small in the lower right corner: uint8 RGBA (280, 280, 4)."""
    small = in_canvas_pixels(DIGITS[digit], size=0.25)
    return draw_strokes([stroke + CANVAS_PX * 0.3 for stroke in small], brush_px)


def drawn_so_far(strokes: list[list[Point]], share: float) -> list[list[Point]]:
    """What a pen has drawn when it has done this share of the whole way, in (0, 1].

    The pen jumps from the end of a stroke to the beginning of the next.
    """
    left = share * sum(dist(a, b) for stroke in strokes for a, b in pairwise(stroke))
    done: list[list[Point]] = []
    for stroke in strokes:
        done.append(stroke[:1])
        for (x0, y0), (x1, y1) in pairwise(stroke):
            length = dist((x0, y0), (x1, y1))
            part = min(1.0, left / length)
            done[-1] = [*done[-1], (x0 + part * (x1 - x0), y0 + part * (y1 - y0))]
            left -= length
            if left <= 0:
                return done
    return done


@lru_cache(maxsize=10)
@torch.inference_mode(False)  # else a first call within it would leave a digit without gradients
def own_digit(digit: int) -> Tensor:
    """The digit as MNIST would have made it: float32 (1, 1, 28, 28) in [0, 1]; do not change it."""
    return canvas_to_mnist(on_canvas(DIGITS[digit])).image


@lru_cache(maxsize=1)
def ten_own_digits() -> Tensor:
    """The program's digits 0 to 9: float32 (10, 1, 28, 28) in [0, 1]; do not change them."""
    return torch.cat([own_digit(k) for k in range(10)])


@lru_cache(maxsize=4)
def varied_own_digits(count: int, seed: int = 0) -> Tensor:
    """The program's digits, each turned, moved and made noisy a little; always the same ones.

    returns: float32 (count, 1, 28, 28) in [0, 1], the digits 0, 1, …, 9, 0, …; do not change them
    """
    generator = torch.Generator().manual_seed(seed)
    return torch.cat([_vary(own_digit(i % 10), generator, i) for i in range(count)])


def _vary(image: Tensor, generator: torch.Generator, noise_seed: int) -> Tensor:
    degrees = (float(torch.rand(1, generator=generator)) * 2 - 1) * MOST_DEGREES
    right, down = torch.randint(
        -MOST_PIXELS, MOST_PIXELS + 1, (2,), generator=generator
    ).tolist()  # fmt: skip
    return add_noise(move(rotate(image, degrees), right, down), NOISE_SD, noise_seed)
