"""The neuron in the browser is the neuron of core."""

from pathlib import Path

import pytest
import torch
from torch.testing import assert_close

from mnist_core.experiments.regression.logistic import (
    LOSSES,
    Neuron,
    boundary_in_square,
    descend,
    gradient,
    mean_loss,
)
from tests.ui.in_node import in_node, needs_node

JS = Path(__file__).resolve().parents[3] / "ui" / "yes_or_no" / "logistic.js"
CASES, REACH = 20, 4.0
ASKED = """
given.map(({points, neuron, kind}) => ({
  loss: meanLoss(neuron, points, kind), gradient: gradientOf(neuron, points, kind),
  path: pathOf(neuron, points, kind, 0.5, 25).at(-1),
  edge: sideOfYes(neuron, 4).filter((at) => Math.abs(scoreOf(neuron, at)) < 1e-9),
}))
"""
Case = tuple[torch.Tensor, torch.Tensor, Neuron, str]


def cases(inputs: int) -> list[Case]:
    random = torch.Generator().manual_seed(inputs)

    def some(*size: int) -> torch.Tensor:
        return 8 * torch.rand(size, generator=random, dtype=torch.float64) - 4

    return [
        (some(n := 2 + i, inputs), (some(n) > 0).double(), Neuron(some(inputs), some()), kind)
        for i in range(CASES)
        for kind in LOSSES
    ]


def sent(neuron: Neuron) -> dict[str, object]:
    return {"w": neuron.weight.tolist(), "b": float(neuron.bias)}


@needs_node
@pytest.mark.parametrize("inputs", [1, 2])
def test_loss_gradient_path_and_border_are_those_of_core(inputs: int) -> None:
    given = [
        {
            "points": [
                {"x": at, "y": label} for at, label in zip(x.tolist(), y.tolist(), strict=True)
            ],
            "neuron": sent(neuron),
            "kind": kind,
        }
        for x, y, neuron, kind in cases(inputs)
    ]
    asked = ASKED if inputs == 2 else ASKED.replace("sideOfYes(neuron, 4)", "[]")
    for (x, y, neuron, kind), got in zip(cases(inputs), in_node([JS], asked, given), strict=True):
        loss = LOSSES[kind]
        after = descend(neuron, x, y, loss, rate=0.5, steps=25)[-1]
        assert_close(got["loss"], float(mean_loss(neuron, x, y, loss)), rtol=1e-9, atol=1e-12)
        assert_close(got["gradient"], sent(gradient(neuron, x, y, loss)), rtol=1e-9, atol=1e-12)
        assert_close(got["path"], sent(after), rtol=1e-7, atol=1e-9)
        if inputs == 2:
            ends = boundary_in_square(neuron, REACH) or ()
            assert_close(sorted(got["edge"]), sorted(map(list, ends)), rtol=0, atol=1e-8)
