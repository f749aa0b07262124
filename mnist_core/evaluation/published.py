"""What a course prints of its network, beside ten trainings by the same recipe."""

import json
import statistics
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mnist_core.errors import WeightsUnusable
from mnist_core.files import read_bounded

PUBLISHED_LOSSES = (2.266, 2.210, 2.117)
PUBLISHED_ACCURACIES = (0.363, 0.548, 0.628)
"""What the course prints for the MLP after each of its first three epochs, on the test digits."""
PUBLISHED_EPOCHS = len(PUBLISHED_LOSSES)
TEN_SEEDS = Path(__file__).resolve().parents[2] / "weights" / "source" / "mlp.json"


@dataclass(frozen=True)
class TenSeeds:
    """Trainings of the MLP by the course's recipe that differ in their seed alone.

    command:    what measured them
    seeds:      of the initial weights
    losses, accuracies: after each epoch, of each seed: mean nats per test digit, share read right
    """

    command: str
    machine: str
    seeds: tuple[int, ...]
    losses: tuple[tuple[float, ...], ...]
    accuracies: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class EpochFigures:
    """One epoch of the MLP: as published, and mean and standard deviation over the seeds."""

    published_loss: float
    published_accuracy: float
    mean_loss: float
    loss_deviation: float
    mean_accuracy: float
    accuracy_deviation: float


@lru_cache(maxsize=1)
def load_ten_seeds(path: Path = TEN_SEEDS) -> TenSeeds:
    """What was measured. Raises WeightsUnusable when the file is missing or damaged."""
    try:
        content = json.loads(read_bounded(path))
        return TenSeeds(
            content["command"],
            content["machine"],
            tuple(content["seeds"]),
            tuple(tuple(map(float, epoch)) for epoch in content["losses"]),
            tuple(tuple(map(float, epoch)) for epoch in content["accuracies"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsUnusable(f"The figures in {path.name} are damaged. Get it again.") from error


def epoch_figures(measured: TenSeeds) -> list[EpochFigures]:
    """Published and measured side by side, for each epoch that has both."""
    columns = (PUBLISHED_LOSSES, PUBLISHED_ACCURACIES, measured.losses, measured.accuracies)
    return [
        EpochFigures(
            loss,
            accuracy,
            statistics.fmean(losses),
            statistics.stdev(losses),
            statistics.fmean(accuracies),
            statistics.stdev(accuracies),
        )
        for loss, accuracy, losses, accuracies in zip(*columns, strict=True)
    ]
