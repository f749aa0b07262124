"""The page on the line as its visitor finds it."""

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.experiments.regression.linear import Convention, greatest_rate, least_squares
from tests.ui.visitor import change, html, html_parts, said, sent, visit
from ui.line.line_plot import SPELLING
from ui.line.planes import TRUE, equation, measured
from ui.shared.components.plot import as_points

CELL = ' style="padding:4px 12px 4px 0;text-align:right;vertical-align:top"'
ON_A_LINE = "0,0;1,1;2,2;3,3"


def guessed(app: AppTest) -> str:
    return [part for part in html_parts(app) if "guessed" in part and "<span" in part][-1]


def test_the_figure_gets_points_start_rate_and_steps_of_the_address() -> None:
    app = visit("line", points=ON_A_LINE, start="0,1", line_rate="0.02", line_steps="7")
    assert sent(app, "line_plot") == {
        "points": [[0, 0], [1, 1], [2, 2], [3, 3]], "start": [0, 1], "rate": 0.02, "steps": 7,
    }  # fmt: skip
    assert "the address" not in said(app).lower()


@pytest.mark.parametrize("points", ["1,2", "1,2;5,1", "1;2", "a,b;c,d", "nan,1;1,1"])
def test_impossible_points_are_refused_in_a_sentence(points: str) -> None:
    app = visit("line", points=points)
    (warning,) = app.warning
    assert "`points=" in warning.value
    assert len(sent(app, "line_plot")["points"]) == 6


def test_what_the_browser_sends_is_checked() -> None:
    assert as_points([[1, 2], [3, 4]], SPELLING) == ((1.0, 2.0), (3.0, 4.0))
    for wrong in (None, [[1, 2]], [[1, 2], [3, 40]], [[1, 2], ["x", 1]], 7, [[1, 2, 3], [1, 2, 3]]):
        assert as_points(wrong, SPELLING) is None


def test_the_best_line_the_step_and_the_limit_are_written_out() -> None:
    app = visit("line", points=ON_A_LINE, start="0,0", line_steps="0", chapter="numbers")
    assert "w = 1.000, b = 0.000, with the loss 0.0000" in said(app)
    # ∂J/∂w = 2/4 · (0 − 1 − 4 − 9) = −7, ∂J/∂b = 2/4 · (−6) = −3
    assert any("(-7.000) = 0.350" in part.value for part in app.get("latex"))
    assert any("(-3.000) = 0.150" in part.value for part in app.get("latex"))
    x = torch.tensor([[0.0], [1.0], [2.0], [3.0]], dtype=torch.float64)
    assert f"**{greatest_rate(x, Convention.MEAN):.4f}**" in said(app)
    assert f"<td{CELL}>{greatest_rate(x, Convention.HALF_SUM):.4f}</td>" in html(app)
    assert f"<td{CELL}>−14.000</td>" in html(app)


def test_the_rate_above_the_limit_is_tried_on_the_points_shown() -> None:
    app = change(visit("line"), "guess_line_rate", 0)
    assert "it grows step by step ✓" in guessed(app)
    points = torch.tensor(sent(app, "line_plot")["points"], dtype=torch.float64)
    x = points[:, :1]
    assert app.session_state["line_rate"] > greatest_rate(x, Convention.MEAN)
    assert app.session_state["line_steps"] == 60


def test_squares_grow_with_the_square() -> None:
    app = change(visit("line", chapter="idea"), "guess_line_far_point", 0)
    assert "9 times ✓" in guessed(app)


def test_planes_are_those_that_the_points_were_made_from() -> None:
    app = visit("line", chapter="experts")
    assert f"The points were made from {equation(TRUE, 0)}" in said(app)
    x, y = measured()
    best = least_squares(x, y)
    for output in (0, 1):
        assert said(app).count(equation(best, output)) >= 2
