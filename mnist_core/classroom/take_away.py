"""What a class takes home: files in the form of MNIST's own, and a picture of all its digits."""

import io
import math
import zipfile

import torch
from PIL import Image
from torch import Tensor

from mnist_core.classroom.digits import ClassDigits
from mnist_core.classroom.teach import split_writers
from mnist_core.data.idx import MIN_PICTURES
from mnist_core.data.idx_file import BYTE_TYPE, FOUR_FILES

PAIR = ("class-images-idx3-ubyte", "class-labels-idx1-ubyte")
GAP_PX = 4


def to_idx(values: Tensor) -> bytes:
    """A uint8 tensor as an IDX file; the form is described in `mnist_core.data.idx_file`."""
    sizes = b"".join(size.to_bytes(4, "big") for size in values.shape)
    return bytes((0, 0, BYTE_TYPE, values.ndim)) + sizes + values.contiguous().numpy().tobytes()


def idx_files(digits: ClassDigits) -> dict[str, bytes]:
    """Name → content: four files as MNIST has, with no hand on both sides.

    Two files, unsplit, where a side would have fewer than MIN_PICTURES. Raises TooFew for fewer
    than two writers.
    """
    split = split_writers(digits.writers)
    sides = [digits.select(split.taught), digits.select(split.judged)]
    if min(map(len, sides)) < MIN_PICTURES:
        sides = [digits]
    names = FOUR_FILES if len(sides) == 2 else PAIR
    values = [part for side in sides for part in (side.images, side.labels)]
    return {name: to_idx(value) for name, value in zip(names, values, strict=True)}


def zipped(files: dict[str, bytes]) -> bytes:
    """All files in one archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def wall_png(images: Tensor) -> bytes:
    """All pictures, uint8 (N ≥ 1, 28, 28), side by side on a dark ground, as wide as high."""
    count, height, width = images.shape
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    wall = torch.zeros(rows * columns, height + GAP_PX, width + GAP_PX, dtype=torch.uint8)
    wall[:count, GAP_PX // 2 : -GAP_PX // 2, GAP_PX // 2 : -GAP_PX // 2] = images
    laid = wall.view(rows, columns, *wall.shape[1:]).transpose(1, 2).flatten(2).flatten(0, 1)
    png = io.BytesIO()
    Image.fromarray(laid.numpy()).save(png, "png")
    return png.getvalue()
