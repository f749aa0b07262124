"""The line in the browser is the line of core."""

from pathlib import Path

import pytest
import torch
from torch.testing import assert_close

from mnist_core.experiments.regression.linear import (
    Convention,
    Line,
    curvatures,
    descend,
    gradient,
    greatest_rate,
    least_squares,
    loss,
)
from tests.ui.in_node import in_node, needs_node
from ui.line.figure import line_of, numbers_of

JS = Path(__file__).resolve().parents[3] / "ui" / "line" / "descent.js"
MEAN = Convention.MEAN
CASES = 40
ASKED = """
given.map(({points, line}) => ({
  loss: lossOf(points, line), gradient: gradientOf(points, line), best: leastSquares(points),
  curvatures: curvaturesOf(points).map(({value}) => value), limit: greatestRate(points),
  path: pathOf(points, line, 0.05, 30).at(-1),
  ring: contourOf(points, 0.5, 9).map((at) => lossOf(points, at)),
}))
"""


def cases() -> list[tuple[torch.Tensor, torch.Tensor, Line]]:
    random = torch.Generator().manual_seed(0)

    def some(*size: int) -> torch.Tensor:
        return 4 * torch.rand(*size, generator=random, dtype=torch.float64)

    return [(some(n := 2 + i % 9, 1), some(n, 1), line_of(*some(2).tolist())) for i in range(CASES)]


@needs_node
def test_loss_gradient_curvatures_path_and_best_line_are_those_of_core() -> None:
    given = [
        {"points": torch.cat([x, y], dim=1).tolist(), "line": list(numbers_of(line))}
        for x, y, line in cases()
    ]
    for (x, y, line), got in zip(cases(), in_node([JS], ASKED, given), strict=True):
        best = least_squares(x, y)
        expected = {
            "loss": float(loss(line, x, y, MEAN)),
            "gradient": list(numbers_of(gradient(line, x, y, MEAN))),
            "best": list(numbers_of(best)),
            "curvatures": curvatures(x, MEAN).flip(0).tolist(),
            "limit": greatest_rate(x, MEAN),
            "path": list(numbers_of(descend(line, x, y, MEAN, rate=0.05, steps=30)[-1])),
        }
        for name, value in expected.items():
            assert_close(got[name], value, rtol=1e-7, atol=1e-7)
        assert got["ring"] == pytest.approx([float(loss(best, x, y, MEAN)) + 0.5] * 10, rel=1e-6)


@needs_node
def test_points_one_above_the_other_have_the_least_of_all_best_lines() -> None:
    points = [[2.0, 1.0], [2.0, 3.0]]
    numbers = torch.tensor(points, dtype=torch.float64)
    best = least_squares(numbers[:, :1], numbers[:, 1:])
    assert in_node([JS], "leastSquares(given)", points) == pytest.approx(list(numbers_of(best)))
