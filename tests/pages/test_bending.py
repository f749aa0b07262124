"""The page on bending as its visitor finds it."""

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.experiments.regression.bending import drawn
from tests.ui.visitor import change, html, html_parts, said, sent, visit
from ui.bending import questions
from ui.bending.figure import REACH

POINTS = "-2,-1;0,1;2,-1"


def guessed(app: AppTest) -> str:
    return [part for part in html_parts(app) if "guessed" in part and "<span" in part][-1]


def test_the_figure_gets_points_units_bend_and_steps_of_the_address() -> None:
    app = visit("bending", curve=POINTS, units="2", bend="tanh", bend_steps="50")
    shown = sent(app, "bend_plot")
    assert shown["points"] == [[-2, -1], [0, 1], [2, -1]]
    assert shown["start"] == drawn(2, REACH).flat().tolist()
    assert (shown["activation"], shown["steps"]) == ("tanh", 50)
    assert "the address" not in said(app).lower()


def test_what_more_units_bring_is_learnt_on_the_points_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = change(visit("bending"), "guess_bend_units", 0)
    assert "less than a fifth ✓" in guessed(app)
    assert (app.session_state["units"], app.session_state["bend_steps"]) == (8, 300)
    monkeypatch.setattr(questions, "MANY", 1)
    change(app, "Steps", 10)
    assert "nearly as large ✓" in guessed(app)


def test_each_unit_stands_in_the_table_and_the_loss_is_that_of_its_numbers() -> None:
    app = visit("bending", curve=POINTS, units="3", bend_steps="0", chapter="numbers")
    first = drawn(3, REACH)
    for unit in range(3):
        assert f">{float(first.inward[unit]):.2f}<".replace("-", "−") in html(app)
        assert f">{float(first.bends()[unit]):.2f}<".replace("-", "−") in html(app)
    change(app, "Steps", 500)
    assert "After 500 steps the height is d = " in said(app)


def test_the_numbers_are_counted() -> None:
    app = change(visit("bending", chapter="numbers"), "guess_bend_numbers", 0)
    assert "25 ✓" in guessed(app)
