"""The network in the browser is the network of core."""

from pathlib import Path

import pytest
import torch
from torch.testing import assert_close

from mnist_core.experiments.descent.optimisers import OPTIMISERS
from mnist_core.experiments.regression.bending import Bent, descend, drawn, gradient, loss
from mnist_core.layers.activations import ACTIVATIONS
from tests.ui.in_node import in_node, needs_node
from ui.bending.figure import KINDS, RATE, REACH, UNITS

JS = Path(__file__).resolve().parents[3] / "ui" / "bending" / "network.js"
STEPS = 40
ASKED = """
given.map(({start, points, kind, rate, steps}) => ({
  loss: lossOf(start, points, kind), gradient: gradientOf(start, points, kind),
  learnt: learnt(start, points, kind, rate, steps),
  parts: points.map(([x]) =>
    start.slice(0, unitsOf(start)).map((_, j) => partOf(start, j, x, kind))),
}))
"""


def points(seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(seed)
    x, y = 4 * torch.rand(2, 5 + seed, generator=random, dtype=torch.float64) - 2
    return x, y


@needs_node
@pytest.mark.parametrize("kind", KINDS)
def test_parts_loss_gradient_and_adams_steps_are_those_of_core(kind: str) -> None:
    activation = ACTIVATIONS[kind]
    cases = [(drawn(units, REACH, seed=i), *points(i)) for i, units in enumerate(UNITS)]
    given = [
        {
            "start": start.flat().tolist(), "points": torch.stack([x, y], dim=1).tolist(),
            "kind": kind, "rate": RATE, "steps": STEPS,
        }
        for start, x, y in cases
    ]  # fmt: skip
    for (start, x, y), got in zip(cases, in_node([JS], ASKED, given), strict=True):
        step = OPTIMISERS["adam"].at(RATE)
        after = descend(start, x, y, activation, step=step, steps=STEPS)[-1].weights
        assert_close(got["loss"], float(loss(start, x, y, activation)), rtol=1e-9, atol=1e-12)
        assert_close(got["gradient"], gradient(start, x, y, activation).flat().tolist())
        assert_close(got["parts"], start.parts(x, activation).tolist())
        assert_close(got["learnt"], after.tolist(), rtol=1e-6, atol=1e-8)
        assert Bent.from_flat(after).inward.shape == start.inward.shape
