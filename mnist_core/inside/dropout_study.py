"""Whether a network that was trained with dropout answers better: what a study of ours measured."""

import json
import math
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mnist_core.errors import WeightsUnusable
from mnist_core.files import read_bounded
from mnist_core.weights import WEIGHTS_DIR

STUDY = WEIGHTS_DIR / "studies" / "dropout.json"


@dataclass(frozen=True)
class Trained:
    """The networks of one setting, one for each seed, at the end of their training.

    rate:  of every dropout layer, in [0, 1)
    train: share of its own training digits that each reads right, in eval mode
    test:  share of MNIST's test digits that each reads right
    """

    rate: float
    train: tuple[float, ...]
    test: tuple[float, ...]


@dataclass(frozen=True)
class DropoutStudy:
    """The same network, trained alike but for the rate of its dropout.

    command: what measured it
    network: its key in ARCHITECTURES
    digits:  how many it was trained on, others for each seed
    epochs:  of each training
    """

    command: str
    network: str
    digits: int
    epochs: int
    rates: tuple[Trained, ...]


def mean_and_error(shares: tuple[float, ...]) -> tuple[float, float]:
    """The mean, and its standard error s / √n; of at least two."""
    return statistics.fmean(shares), statistics.stdev(shares) / math.sqrt(len(shares))


def paired_gain(study: DropoutStudy) -> tuple[float, float]:
    """By how much the highest rate changes the test accuracy of the lowest: mean and its error.

    Seed by seed, since both saw the same digits in the same order from the same first weights.
    """
    without, with_most = study.rates[0].test, study.rates[-1].test
    return mean_and_error(tuple(b - a for a, b in zip(without, with_most, strict=True)))


def load_study(path: Path = STUDY) -> DropoutStudy:
    """Raises WeightsUnusable where the file is missing or damaged."""
    try:
        said: dict[str, Any] = json.loads(read_bounded(path))
        rates = [
            Trained(float(one["rate"]), tuple(one["train"]), tuple(one["test"]))
            for one in said.pop("rates")
        ]
        return DropoutStudy(**said, rates=tuple(rates))
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsUnusable(f"{path.name} is damaged. Get it again from the project.") from error
