"""Pen strokes, non-digits and coarse uploads as MNIST pictures, all preprocessed like any."""

import math
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
from mnist_core.shipping.low_resolution import at_low_resolution
from mnist_core.shipping.non_digits import draw_non_digit
from mnist_core.shipping.pen_styles import vary_hand, vary_style

PEN_FILE = "pendigits_train.npz"
HELD_OUT_WRITERS = 5
PEN_COPIES = 10
HELD_OUT_COPIES = 3
NON_DIGITS = 32_000
LOW_RESOLUTION = 12_000
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
    side = math.exp(random.uniform(math.log(60), math.log(256)))
    brush = min(max(side * random.uniform(0.03, 0.26), 5.0), 40.0, CANVAS_PX - 4 - side)
    points = np.concatenate(strokes)
    extent = points.max(axis=0) - points.min(axis=0)
    extent = extent / max(float(extent.max()), 1e-6) * side
    free = CANVAS_PX - brush - extent
    corner = brush / 2 + random.uniform(0, 1, 2) * free
    fitted = fit_strokes(strokes, side, (float(corner[0]), float(corner[1])))
    return draw_strokes(fitted, brush)


def to_picture(strokes: Strokes, random: np.random.Generator) -> Tensor:
    """What the network would be shown of it: uint8 (28, 28)."""
    return as_shown(random_canvas(strokes, random))


def as_shown(picture: np.ndarray) -> Tensor:
    """What the network is shown of any picture: uint8 (28, 28)."""
    image_01 = canvas_to_mnist(picture).image[0, 0]
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


def draw_low_resolution(mnist: Digits, count: int, seed: int) -> Digits:
    """The first `count` of these digits as uploads of 8×8 cells."""
    random = np.random.default_rng(seed)
    chosen = mnist.select(torch.arange(min(count, len(mnist))))
    uploads = (
        at_low_resolution(image, random)
        for image in tqdm(chosen.images, desc="low resolution", mininterval=2.0)
    )
    return Digits(torch.stack([as_shown(upload) for upload in uploads]), chosen.labels)


def load_or_draw(path: Path, mnist: Digits, held_out: Digits) -> dict[str, Tensor]:
    """All pictures that a training draws, read from `path` where it is there, else made (minutes).

    mnist, held_out: MNIST's training digits, and those of them that are for choices
    Returns uint8 (N, 28, 28) under "pen", "low_resolution", "non_digits", and uint8 (N,) labels
    under "pen_labels", "low_resolution_labels"; the same for choices, with "held_out_" before it.
    """
    if path.exists():
        return load_file(path)
    strokes = pen_strokes()
    kept, judged = split_writers(strokes)
    sets = {
        "pen": draw_pen_digits(strokes, kept, PEN_COPIES, SEED, styled=True),
        "held_out_pen": draw_pen_digits(strokes, judged, HELD_OUT_COPIES, SEED + 1, styled=False),
        "low_resolution": draw_low_resolution(mnist, LOW_RESOLUTION, SEED + 4),
        "held_out_low_resolution": draw_low_resolution(held_out, 2_000, SEED + 5),
    }
    tensors = {name: digits.images for name, digits in sets.items()}
    tensors |= {f"{name}_labels": digits.labels for name, digits in sets.items()}
    tensors |= {
        "non_digits": draw_non_digits(strokes, kept, NON_DIGITS, SEED + 2),
        "held_out_non_digits": draw_non_digits(strokes, judged, NON_DIGITS // 6, SEED + 3),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path)
    return tensors
