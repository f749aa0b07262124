"""The pen digits as a class: as if their thirty writers had handed them in."""

import numpy as np
import torch
from torch import Tensor

from mnist_core.classroom.digits import ClassDigits
from mnist_core.classroom.teach import Split
from mnist_core.pictures.preprocessing import canvas_to_mnist
from mnist_core.pictures.strokes import CANVAS_PX, Strokes, draw_strokes, fit_strokes
from mnist_core.shipping.pen_pictures import pen_strokes

EACH = 2
"""Of each of the ten digits, from each writer who teaches: 20 in all."""
PATH_PX, BRUSH_PX = 200.0, 20.0


def pen_class() -> tuple[ClassDigits, Tensor]:
    """All pen digits that may be trained on, and which of its kind each is, from 0: int64 (N,).

    Raises DataUnavailable where they are not.
    """
    strokes, random = pen_strokes(), np.random.default_rng(0)
    images, nth, order = [], [], random.permutation(len(strokes.labels))
    had: dict[tuple[int, int], int] = {}
    for index in order:
        images.append(_picture_of(strokes.characters[index]))
        kind = (int(strokes.writers[index]), int(strokes.labels[index]))
        nth.append(had.get(kind, 0))
        had[kind] = nth[-1] + 1
    labels, writers = (torch.from_numpy(a[order]) for a in (strokes.labels, strokes.writers))
    ones = torch.ones(len(order), dtype=torch.bool)
    ids = torch.arange(1, len(order) + 1)
    digits = ClassDigits(ids, torch.stack(images), labels.to(torch.uint8), writers, ones)
    return digits, torch.tensor(nth)


def few_of(split: Split, nth: Tensor) -> Split:
    """What is handed in of a split: EACH of a kind from each writer; nth: see `pen_class`."""
    return Split(split.taught & (nth < EACH), split.judged & (nth < EACH))


def _picture_of(strokes: Strokes) -> Tensor:
    """Drawn in the middle of a canvas, as a network would be shown it: uint8 (28, 28)."""
    extent = np.ptp(np.concatenate(strokes), axis=0)
    corner = (CANVAS_PX - extent / max(float(extent.max()), 1e-6) * PATH_PX) / 2
    fitted = fit_strokes(strokes, PATH_PX, (float(corner[0]), float(corner[1])))
    image_01 = canvas_to_mnist(draw_strokes(fitted, BRUSH_PX)).image[0, 0]
    return (image_01 * 255).round().to(torch.uint8)
