"""The pictures that excite a unit most, and where in them.

`python -m mnist_core.shipping.patches KEY …` finds them for shipped networks among MNIST's test
digits, and writes which pictures, which places and how strong into weights/patches/: numbers, no
pictures.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from mnist_core.data.mnist import SIDE, Digits, to_images_01
from mnist_core.errors import WeightsUnusable
from mnist_core.files import pack_tensors, parse_tensors, read_bounded, write_whole
from mnist_core.inside.fields import Field, receptive_field
from mnist_core.inside.trace import blocks_of, trace
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.pictures.changes import move
from mnist_core.pictures.own_digits import own_digit
from mnist_core.weights import WEIGHTS_DIR, load_card, load_trained

PATCHES_DIR = WEIGHTS_DIR / "patches"
COUNT = 9
BATCH = 100
SAMPLE = 300
"""So many pictures a network of the visitor's own reads at once, while they wait."""
MNIST_TEST_COUNT = 10_000
FOUND_WITH = "weights_sha256"
SHIFTS_PX = (-3, 0, 3)
PARTS = ("index", "row", "column", "activation")


@dataclass(frozen=True)
class Exciting:
    """The pictures that excite each of C units most, the strongest first; each picture once.

    index:       int32 (C, n), which of the pictures
    row, column: int16 (C, n), where in the layer's map; 0 where the layer has no places
    activation:  float32 (C, n), what the unit computes there
    """

    index: Tensor
    row: Tensor
    column: Tensor
    activation: Tensor


@dataclass(frozen=True)
class Patch:
    """Where a unit is excited: which picture, which part of it, and how much.

    field: what the unit sees there, in pixels; it may stick out over the border
    """

    index: int
    field: Field
    activation: float


@torch.inference_mode()
def find_exciting(
    model: FeatureClassifier, images: Tensor, count: int = COUNT
) -> dict[str, Exciting]:
    """For the end of each block of the network (see `blocks_of`): its units' strongest pictures.

    images: uint8 (N, 28, 28); n is `count`, or N where that is less
    Among equals the first picture counts, and in it the first place. What is no finite number,
    after a diverged training, counts as −∞.
    """
    ends = [block.end for block in blocks_of(model)]
    found: dict[str, list[tuple[Tensor, Tensor]]] = {end: [] for end in ends}
    shapes = {}
    for batch in images.split(BATCH):
        for layer in trace(model, to_images_01(batch)):
            if layer.name in found:
                found[layer.name].append(_strongest_places(layer.outputs))
                shapes[layer.name] = layer.outputs.shape
    widths = {end: shape[3] if len(shape) == 4 else 1 for end, shape in shapes.items()}
    return {end: _keep(parts, widths[end], count) for end, parts in found.items()}


def patches_of(model: FeatureClassifier, exciting: Exciting, name: str, unit: int) -> list[Patch]:
    """The patches of one unit of the layer `name`; only those that excite it: more than 0."""
    places = zip(*(getattr(exciting, part)[unit].tolist() for part in PARTS), strict=True)
    return [
        Patch(index, receptive_field(model, name, row, column), activation)
        for index, row, column, activation in places
        if activation > 0
    ]


def own_material() -> Digits:
    """The ten digits that this program draws, each also shifted: 90 pictures."""
    shifts = [(right, down) for right in SHIFTS_PX for down in SHIFTS_PX]
    pictures = [move(own_digit(digit), *by)[0, 0] for digit in range(10) for by in shifts]
    images = (torch.stack(pictures) * 255).round().to(torch.uint8)
    labels = torch.arange(10, dtype=torch.uint8).repeat_interleave(len(shifts))
    return Digits(images, labels)


def save_patches(key: str, found: dict[str, Exciting], folder: Path = PATCHES_DIR) -> Path:
    """Write `<key>.safetensors`, with the checksum of the weights that the patches belong to."""
    path = folder / f"{key}.safetensors"
    write_whole(path, pack_tensors(_as_tensors(key, found)))
    return path


@lru_cache(maxsize=8)
def load_patches(key: str, folder: Path = PATCHES_DIR) -> dict[str, Exciting]:
    """What was found for the shipped network `key` among MNIST's 10 000 test digits.

    Raises WeightsUnusable when the file is missing, damaged, or of other weights.
    """
    path = folder / f"{key}.safetensors"
    tensors = parse_tensors(read_bounded(path), path.name)
    blank = torch.zeros(COUNT, SIDE, SIDE, dtype=torch.uint8)
    expected = _as_tensors(key, find_exciting(load_trained(key).model, blank))
    if not _fits(tensors, expected):
        raise WeightsUnusable(
            f"{path.name} is damaged, or does not belong to the weights of {key}. Get both files "
            f"again, or make it anew: python -m mnist_core.shipping.patches {key}"
        )
    layers = dict.fromkeys(name.split("/")[0] for name in expected if "/" in name)
    return {layer: Exciting(*(tensors[f"{layer}/{part}"] for part in PARTS)) for layer in layers}


def _strongest_places(outputs: Tensor) -> tuple[Tensor, Tensor]:
    """(B, C, H, W) or (B, C) → each map's largest value and its place, both (B, C)."""
    places = outputs.flatten(2) if outputs.ndim == 4 else outputs.unsqueeze(2)
    nothing = float("-inf")
    values, place = torch.nan_to_num(places, nothing, nothing, nothing).max(dim=2)
    return values, place.to(torch.int16)


def _keep(parts: list[tuple[Tensor, Tensor]], width: int, count: int) -> Exciting:
    values, places = (torch.cat(column).T for column in zip(*parts, strict=True))  # (C, N)
    order = values.argsort(dim=1, descending=True, stable=True)[:, :count]
    place = places.gather(1, order)
    row, column = place // width, place % width
    return Exciting(order.int(), row, column, values.gather(1, order))


def _checksum(key: str) -> Tensor:
    """SHA-256 of the weights file, as 32 numbers."""
    return torch.tensor(list(bytes.fromhex(load_card(key).file_sha256)), dtype=torch.uint8)


def _as_tensors(key: str, found: dict[str, Exciting]) -> dict[str, Tensor]:
    """What the file holds."""
    tensors = {FOUND_WITH: _checksum(key)}
    for name, exciting in found.items():
        tensors |= {f"{name}/{part}": getattr(exciting, part).contiguous() for part in PARTS}
    return tensors


def _fits(tensors: dict[str, Tensor], expected: dict[str, Tensor]) -> bool:
    """Whether names, shapes, kinds and the checksum are as expected, and all places exist."""
    kinds, found = (
        {name: (value.shape, value.dtype) for name, value in group.items()}
        for group in (expected, tensors)
    )
    if kinds != found or not torch.equal(tensors[FOUND_WITH], expected[FOUND_WITH]):
        return False
    bounds = {"index": MNIST_TEST_COUNT, "row": SIDE, "column": SIDE}
    return all(
        bool(((value >= 0) & (value < bounds[part])).all())
        for name, value in tensors.items()
        if (part := name.rpartition("/")[2]) in bounds
    )
