"""The lesson on the computation graph, as a visitor without a browser sees it."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.visitor import change, html_parts, said, visit, widget
from ui.computation_graph.questions import ANSWERS, find_how_ways_add_up


@pytest.fixture
def app() -> AppTest:
    return visit("computation_graph")


def test_a_wrong_expression_gets_a_sentence_and_is_not_lost(app: AppTest) -> None:
    change(app, "Expression", "u*v + (u")
    (warning,) = app.warning
    assert "never closed" in warning.value
    assert widget(app, "Expression").value == "u*v + (u"
    change(app, "Expression", "u*v")
    assert not app.warning


def test_each_leaf_is_checked_by_moving_it(app: AppTest) -> None:
    change(app, "Read on", "numbers")
    assert "| u | 1 | 1" in said(app)
    assert "| v | 2 | 2" in said(app)
    change(app, "Expression", "log(v)")
    assert "log(-3) is no number" in app.warning[0].value
    assert "Write an expression with a letter" in said(app)


def test_gradients_add_up_where_nobody_sets_them_to_zero(app: AppTest) -> None:
    change(app, "Read on", "numbers")
    assert "| v | 2 | 4 |" in said(app)
    change(app, "Calls of backward() without zero_grad()", 5)
    assert "| v | 2 | 10 |" in said(app)


def test_the_address_has_expression_and_leaves() -> None:
    app = visit("computation_graph", expression="a*b", leaves="a = 3, b = 4", chapter="numbers")
    assert "| a | 4 | 4" in said(app)
    app = visit("computation_graph", leaves="u: 2")
    assert "gives no leaf a number" in app.warning[0].value


def test_the_prediction_is_answered_by_moving_the_leaf(app: AppTest) -> None:
    right, _ = find_how_ways_add_up()
    assert right is not None
    change(app, "Your guess", right)
    guessed = next(part for part in html_parts(app) if "guessed" in part and "<span" in part)
    assert f"by {ANSWERS[right]} ✓" in guessed
    assert ANSWERS[right] == "their sum"
