"""What has been measured of each network so far, shared by all visitors, a moment's work at a time.

A page reruns a fragment for each step, so leaving the page ends the work; what has been measured
stays, and the next visitor goes on from there.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import streamlit as st
import torch
from torch import Tensor

from mnist_core.data.mnist import Digits
from mnist_core.evaluation.metrics import iterate_logits
from mnist_core.evaluation.robustness import (
    BATCH,
    CHANGES,
    SAMPLE,
    Change,
    Curve,
    batches_left,
    grow_curve,
    is_complete,
)
from mnist_core.training.run import first_digits
from ui.shared.session.networks import Network

STEP_S = 0.4
PAUSE_S = 0.05
MAX_MEASURED = 32
"""Networks whose figures are kept: each takes 0.4 MB, and the one not used for longest goes."""

T = TypeVar("T")

_one_at_a_time = threading.Lock()
"""All visitors who measure share one core, and leave the others to those who draw."""


@dataclass
class Measured:
    """What is known of one network.

    logits: float32 (n, 10), of the first n test digits
    curves: by key of the change; those that have been begun
    """

    logits: Tensor = field(default_factory=lambda: torch.empty(0, 10))
    curves: dict[str, Curve] = field(default_factory=dict)

    def curve(self, change: Change) -> Curve:
        """As far as it has been measured."""
        return self.curves.get(change.key, ())


@st.cache_resource(max_entries=MAX_MEASURED, show_spinner=False)
def measured_of(key: str) -> Measured:
    """What is known of the network `key`, which no other network has; at first nothing."""
    return Measured()


def sample_of(digits: Digits) -> Digits:
    """The digits that the curves are measured on, the first SAMPLE of them."""
    return first_digits(digits, SAMPLE)


def share_read(network: Network, digits: Digits) -> float:
    """How much of `digits` has been read, in [0, 1]."""
    return len(measured_of(network.key).logits) / len(digits)


def read_on(network: Network, digits: Digits) -> None:
    """Have the network read on for about STEP_S."""
    with _one_at_a_time:
        known = measured_of(network.key)
        rest = digits.images[len(known.logits) :]
        if len(rest):
            for logits in _for_a_moment(iterate_logits(network.model, rest, BATCH)):
                known.logits = torch.cat([known.logits, logits])


def share_of_curves(networks: Sequence[Network], digits: Digits) -> float:
    """How much of all curves of these networks has been measured, in [0, 1]."""
    count = len(sample_of(digits))
    changes = CHANGES.values()
    whole = sum(batches_left((), change, count) for change in changes) * len(networks)
    left = sum(
        batches_left(measured_of(network.key).curve(change), change, count)
        for network in networks
        for change in changes
    )
    return 1 - left / whole


def next_change(networks: Sequence[Network], digits: Digits) -> Change | None:
    """The first change whose curves are not all complete."""
    for change in CHANGES.values():
        if any(_is_unfinished(network, change, digits) for network in networks):
            return change
    return None


def measure_on(networks: Sequence[Network], digits: Digits, change: Change) -> None:
    """Go on with `change` for about STEP_S, on the first network that is not through with it."""
    with _one_at_a_time:
        for network in networks:
            if _is_unfinished(network, change, digits):
                known = measured_of(network.key)
                rest = grow_curve(network.model, sample_of(digits), change, known.curve(change))
                for curve in _for_a_moment(rest):
                    known.curves[change.key] = curve
                return


def _is_unfinished(network: Network, change: Change, digits: Digits) -> bool:
    curve = measured_of(network.key).curve(change)
    return not is_complete(curve, change, len(sample_of(digits)))


def _for_a_moment(steps: Iterable[T]) -> Iterator[T]:
    """As many of `steps` as fit into STEP_S, at least one."""
    deadline = time.monotonic() + STEP_S
    for step in steps:
        yield step
        if time.monotonic() > deadline:
            return
