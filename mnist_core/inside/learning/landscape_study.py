"""The loss round a training: slices and its path; measured, and as a study of ours found it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from mnist_core.errors import WeightsUnusable
from mnist_core.files import read_bounded
from mnist_core.inside.learning.landscape import (
    Plane,
    Weights,
    along_path,
    loss_slice,
    path_plane,
)
from mnist_core.weights import WEIGHTS_DIR

MARGIN = 0.25
"""Of the path's extent, on each side."""
STUDY = WEIGHTS_DIR / "studies" / "landscape.json"
Rows = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Slice:
    """The loss on a grid of a plane through the weights at the end of the training.

    along, across: a and b, ascending, in the units of the plane
    losses:        nats, a row for each of `across`
    seed:          of the two random directions; None on the plane of the path
    """

    along: tuple[float, ...]
    across: tuple[float, ...]
    losses: Rows
    seed: int | None


@dataclass(frozen=True)
class Path2d:
    """The training on the plane closest to it.

    steps:    how many were done at each moment, the last at the end
    places:   (a, b) of each moment
    off:      how far each lies off the plane, as `places` measured
    share:    of the squared distances from the end, how much lies in the plane
    on_path:  the loss that the network had at each moment
    on_plane: the loss under it on the plane
    """

    steps: tuple[int, ...]
    places: Rows
    off: tuple[float, ...]
    share: float
    on_path: tuple[float, ...]
    on_plane: tuple[float, ...]


@dataclass(frozen=True)
class LandscapeStudy:
    """command: what measured it; network: its key; parameters: how many numbers it learns.

    optimizer, learning_rate, batch_size: of its training
    digits: how many training digits each loss is the mean of
    """

    command: str
    network: str
    parameters: int
    optimizer: str
    learning_rate: float
    batch_size: int
    digits: int
    path_slice: Slice
    random_slices: tuple[Slice, ...]
    path: Path2d


def slice_of(
    loss: Callable[[Weights], float],
    plane: Plane,
    along: list[float],
    across: list[float],
    seed: int | None = None,
) -> Slice:
    """The loss at each place of the grid."""
    losses = loss_slice(loss, plane, along, across)
    return Slice(tuple(along), tuple(across), tuple(map(tuple, losses.tolist())), seed)


def round_path(
    loss: Callable[[Weights], float],
    model: nn.Module,
    steps: Sequence[int],
    moments: Sequence[Mapping[str, Tensor]],
    cells: int,
) -> tuple[Slice, Path2d]:
    """The slice closest to a training, and the training on it.

    steps:   how many were done at each of the moments
    moments: see `path_plane`, which raises LayerImpossible where they span no plane
    """
    found = path_plane(model, moments)
    losses = along_path(loss, found, moments)
    along, across = (_between(found.places[:, axis], cells) for axis in (0, 1))
    path = Path2d(
        tuple(steps), _rows(found.places.tolist()), tuple(found.off.tolist()), found.share,
        tuple(losses.on_path.tolist()), tuple(losses.on_plane.tolist()),
    )  # fmt: skip
    return slice_of(loss, found.plane, along, across), path


def _between(places: Tensor, cells: int) -> list[float]:
    """From below the least to above the greatest."""
    least, greatest = float(places.min()), float(places.max())
    room = MARGIN * (greatest - least)
    ends = torch.linspace(least - room, greatest + room, cells, dtype=torch.float64)
    found: list[float] = ends.tolist()
    return found


def load_landscape(path: Path = STUDY) -> LandscapeStudy:
    """Raises WeightsUnusable where the file is missing or damaged."""
    try:
        said: dict[str, Any] = json.loads(read_bounded(path))
        parts: dict[str, Any] = {
            "path_slice": _slice(said.pop("path_slice")),
            "random_slices": tuple(_slice(one) for one in said.pop("random_slices")),
            "path": _path(said.pop("path")),
        }
        return LandscapeStudy(**said, **parts)
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsUnusable(f"{path.name} is damaged. Get it again from the project.") from error


def _slice(said: dict[str, Any]) -> Slice:
    found = Slice(tuple(said["along"]), tuple(said["across"]), _rows(said["losses"]), said["seed"])
    if {len(row) for row in found.losses} != {len(found.along)}:
        raise ValueError("rows of other lengths")
    if len(found.losses) != len(found.across):
        raise ValueError("another number of rows")
    return found


def _path(said: dict[str, Any]) -> Path2d:
    lists = {name: tuple(said[name]) for name in ("steps", "off", "on_path", "on_plane")}
    if {len(said["places"])} != {len(one) for one in lists.values()}:
        raise ValueError("lists of other lengths")
    return Path2d(places=_rows(said["places"]), share=float(said["share"]), **lists)


def _rows(said: list[list[float]]) -> Rows:
    return tuple(tuple(row) for row in said)
