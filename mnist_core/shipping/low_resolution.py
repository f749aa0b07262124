"""Digits of 8×8 grey cells, enlarged: what is left of a scan that somebody has shrunk far.

Made from MNIST's pictures in the way of old scanners' data: the ink box as 32×32 black and white
dots, each cell the share of ink in 4×4 of them, in 16 steps.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

DOTS, CELLS, GREYS = 32, 8, 16
ENLARGED_BY = (Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC)


def at_low_resolution(image: Tensor, random: np.random.Generator) -> NDArray[np.uint8]:
    """An upload of 80 to 320 pixels a side that shows `image`, uint8 (28, 28), in 8×8 cells.

    Returns grey uint8 (H, W), with or without a margin, light on dark or dark on light.
    """
    cells = ink_shares(to_dots(image.numpy(), random))  # (8, 8)
    grey = np.round(cells * GREYS) * (255 / GREYS)
    margin = int(random.integers(0, 3))
    padded = Image.fromarray(np.pad(grey, margin).round().astype(np.uint8))
    side = padded.width * int(random.integers(10, 41))
    way = ENLARGED_BY[int(random.integers(len(ENLARGED_BY)))]
    enlarged = np.asarray(padded.resize((side, side), way))
    return enlarged if random.random() < 0.5 else 255 - enlarged


def to_dots(picture: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.bool_]:
    """The ink box of a light digit on dark, its longest side 32 dots, in the middle: (32, 32).

    Its threshold, and with it the width of the strokes, and its proportions are drawn.
    """
    threshold = random.uniform(20, 110)
    rows, columns = np.nonzero(picture >= min(threshold, int(picture.max())))
    box = picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height, width = box.shape
    stretch = random.uniform(1.0, 1.35)
    scale = DOTS / max(height, width * stretch)
    size = (max(1, round(width * stretch * scale)), max(1, round(height * scale)))
    smooth = np.asarray(Image.fromarray(box).resize(size, Image.Resampling.BICUBIC))
    dots = np.zeros((DOTS, DOTS), dtype=np.bool_)
    top, left = (DOTS - size[1]) // 2, (DOTS - size[0]) // 2
    dots[top : top + size[1], left : left + size[0]] = smooth >= threshold
    return dots


def ink_shares(dots: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Share of ink in each 4×4 dots: (32, 32) → (8, 8), in [0, 1]."""
    blocks = dots.reshape(CELLS, DOTS // CELLS, CELLS, DOTS // CELLS)
    return np.asarray(blocks.mean(axis=(1, 3)), dtype=np.float64)
