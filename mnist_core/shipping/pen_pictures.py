"""Pen strokes and non-digits as MNIST pictures: drawn on a canvas, then preprocessed like any."""

import os
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from tqdm import tqdm

from mnist_core.data.mnist import Digits
from mnist_core.errors import DataUnavailable
from mnist_core.pictures.preprocessing import canvas_to_mnist
from mnist_core.pictures.strokes import (
    CANVAS_PX,
    Strokes,
    StrokeSet,
    draw_strokes,
    fit_strokes,
    load_strokes,
)
from mnist_core.shipping.non_digits import draw_non_digit
from mnist_core.shipping.pen_styles import vary_hand, vary_style

PEN_FILE = "pendigits_train.npz"
HELD_OUT_WRITERS = 5
PEN_COPIES = 5
NON_DIGITS = 24_000
SEED = 0


def pen_strokes() -> StrokeSet:
    """The pen strokes that may be trained on, from the folder that STROKES_DIR names.

    Raises DataUnavailable when it is not set or the file is not there.
    """
    folder = os.environ.get("STROKES_DIR")
    if not folder:
        raise DataUnavailable(
            f"Set STROKES_DIR to the folder that holds {PEN_FILE} (see the README, “Weights”)."
        )
    return load_strokes(Path(folder) / PEN_FILE)


def split_writers(strokes: StrokeSet) -> tuple[list[int], list[int]]:
    """Indices of the characters to train on, and of those of the last writers, for choices."""
    writers = np.unique(strokes.writers)
    held_out = np.isin(strokes.writers, writers[-HELD_OUT_WRITERS:])
    return np.flatnonzero(~held_out).tolist(), np.flatnonzero(held_out).tolist()


def random_canvas(strokes: Strokes, random: np.random.Generator) -> np.ndarray:
    """Drawn with a random brush, size and place on a canvas: uint8 RGBA (280, 280, 4)."""
    side = random.uniform(70, 256)
    brush = max(min(random.uniform(6, 34), CANVAS_PX - 4 - side, side / 3.8), 5.0)
    points = np.concatenate(strokes)
    extent = points.max(axis=0) - points.min(axis=0)
    extent = extent / max(float(extent.max()), 1e-6) * side
    free = CANVAS_PX - brush - extent
    corner = brush / 2 + random.uniform(0, 1, 2) * free
    fitted = fit_strokes(strokes, side, (float(corner[0]), float(corner[1])))
    return draw_strokes(fitted, brush)


def to_picture(strokes: Strokes, random: np.random.Generator) -> Tensor:
    """What the network would be shown of it: uint8 (28, 28)."""
    image_01 = canvas_to_mnist(random_canvas(strokes, random)).image[0, 0]
    return (image_01 * 255).round().to(torch.uint8)


def draw_pen_digits(
    strokes: StrokeSet, indices: list[int], copies: int, seed: int, styled: bool
) -> Digits:
    """`copies` pictures of each character, in the written style or (styled) in varied ones."""
    random = np.random.default_rng(seed)
    images, labels = [], []
    for _ in range(copies):
        for index in tqdm(indices, desc="pen digits", mininterval=2.0):
            label = int(strokes.labels[index])
            character = strokes.characters[index]
            if styled:
                character = vary_style(character, label, random)
            images.append(to_picture(character, random))
            labels.append(label)
    return Digits(torch.stack(images), torch.tensor(labels, dtype=torch.uint8))


def draw_non_digits(strokes: StrokeSet, indices: list[int], count: int, seed: int) -> Tensor:
    """`count` pictures that are no digit, uint8 (count, 28, 28)."""
    random = np.random.default_rng(seed)
    digits = [vary_hand(strokes.characters[index], random) for index in indices]
    steps = tqdm(range(count), desc="non-digits", mininterval=2.0)
    return torch.stack([to_picture(draw_non_digit(digits, random), random) for _ in steps])


def load_or_draw(path: Path) -> dict[str, Tensor]:
    """All pen pictures of a training, read from `path` when it holds them, else drawn (minutes).

    Returns uint8 (N, 28, 28) under "pen", "held_out_pen", "non_digits", "held_out_non_digits",
    and uint8 (N,) labels under "pen_labels", "held_out_pen_labels".
    """
    if path.exists():
        return load_file(path)
    strokes = pen_strokes()
    kept, held_out = split_writers(strokes)
    pen = draw_pen_digits(strokes, kept, PEN_COPIES, SEED, styled=True)
    judged = draw_pen_digits(strokes, held_out, 1, SEED + 1, styled=False)
    tensors = {
        "pen": pen.images,
        "pen_labels": pen.labels,
        "held_out_pen": judged.images,
        "held_out_pen_labels": judged.labels,
        "non_digits": draw_non_digits(strokes, kept, NON_DIGITS, SEED + 2),
        "held_out_non_digits": draw_non_digits(strokes, held_out, NON_DIGITS // 6, SEED + 3),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path)
    return tensors
