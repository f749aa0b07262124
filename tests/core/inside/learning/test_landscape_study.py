import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from mnist_core.errors import WeightsUnusable
from mnist_core.inside.learning.landscape import Weights
from mnist_core.inside.learning.landscape_study import STUDY, load_landscape, round_path


class Two(nn.Module):
    """Two numbers, whose loss is their squared length."""

    def __init__(self) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.zeros(1, 2))


def squared(weights: Weights) -> float:
    return float(weights["w"].square().sum())


MOMENTS = [{"w": torch.tensor([place])} for place in ([4.0, 3.0], [2.0, -1.0], [0.0, 0.0])]


def test_the_slice_through_two_numbers_is_their_whole_landscape() -> None:
    found, path = round_path(squared, Two(), [0, 5, 9], MOMENTS, cells=5)
    assert path.steps == (0, 5, 9)
    for losses in (path.on_path, path.on_plane):
        assert losses == pytest.approx((25, 5, 0), abs=1e-4)
    assert path.share == pytest.approx(1)
    assert max(path.off) < 1e-3
    expected = [[a * a + b * b for a in found.along] for b in found.across]
    for row, sums in zip(found.losses, expected, strict=True):
        assert row == pytest.approx(sums, abs=1e-4)


def test_the_slice_has_room_round_the_path() -> None:
    found, path = round_path(squared, Two(), [0, 5, 9], MOMENTS, cells=5)
    for axis, ends in enumerate((found.along, found.across)):
        places = [place[axis] for place in path.places]
        assert ends[0] < min(places)
        assert ends[-1] > max(places)


def test_the_study_is_whole_and_says_what_it_should() -> None:
    study = load_landscape()
    path = study.path
    assert path.places[-1] == pytest.approx((0, 0), abs=1e-6)
    assert path.on_path[-1] == pytest.approx(path.on_plane[-1], abs=1e-4)
    assert path.on_path[0] > 2.2, "a network that has learned nothing"
    assert all(len(one.losses) == len(one.across) for one in study.random_slices)
    middle = len(study.random_slices[0].along) // 2
    assert study.random_slices[0].losses[middle][middle] == pytest.approx(path.on_path[-1])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda said: said.pop("path"),
        lambda said: said["path"]["off"].pop(),
        lambda said: said["path_slice"]["losses"].pop(),
        lambda said: said["path_slice"]["losses"][0].pop(),
    ],
)
def test_a_damaged_study_is_refused(spoil: Any, tmp_path: Path) -> None:
    said = json.loads(json.dumps(asdict(load_landscape(STUDY))))
    spoil(said)
    file = tmp_path / "landscape.json"
    file.write_text(json.dumps(said))
    with pytest.raises(WeightsUnusable):
        load_landscape(file)
