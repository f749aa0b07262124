"""The page on tensors as its visitor finds it."""

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import load_reader
from tests.ui.visitor import change, errors, html, html_parts, said, sent, visit
from ui.tensors import questions

DIGIT = {"digit_from": "Drawn by the program", "own_digit": "3"}


def guessed(app: AppTest) -> str:
    return [part for part in html_parts(app) if "guessed" in part and "<span" in part][-1]


def test_each_operation_shows_what_it_reads_and_the_impossible_one_says_why() -> None:
    app = visit("tensors", **DIGIT)
    assert sent(app, "strip_view")["size"] == [14, 14]
    change(app, "What is done to the digit x", "transpose")
    shown = sent(app, "strip_view")
    assert shown["reads"][:3] == [0, 28, 56]
    assert "y.stride()          → (1, 28)" in shown["facts"]
    change(app, "What is done to the digit x", "view_transposed")
    assert "reshape would copy them" in errors(app)[0]
    change(app, "What is done to the digit x", "flip")
    assert not errors(app)
    assert not sent(app, "strip_view")["isView"]


def test_what_a_view_changes_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    app = change(visit("tensors", **DIGIT, operation="clone"), "guess_view_written", 0)
    assert app.session_state["operation"] == "every_other"
    assert "one pixel of it changes ✓" in guessed(app)
    monkeypatch.setattr(questions, "ASKED", "clone")
    change(app, "What is done to the digit x", "digit")
    assert "nothing: y has its own numbers ✓" in guessed(app)


def test_two_shapes_meet_or_the_page_says_why_not() -> None:
    app = visit("tensors", **DIGIT, chapter="numbers")
    change(app, "Shape of the first", (28, 28))
    assert "**There is no sum.** Dimension -1: 28 and 10 do not go together" in said(app)
    assert "✗" in html(app)
    change(app, "guess_shapes_meet", 0)
    assert "(28, 28) ✓" in guessed(app)
    assert "**The result has the shape** `(28, 28)`" in said(app)
    assert "`(1, 0)` and `(0, 1)`" in said(app)


def test_the_product_is_the_networks_own_score() -> None:
    app = visit("tensors", **DIGIT, chapter="numbers", weights_of="8")
    model = load_reader("softmax_regression").trained.model
    with torch.inference_mode():
        scores = model(own_digit(3))[0]
    score = f"{float(scores[8]):.2f}".replace("-", "−")
    assert f"the score of 8 is **{score}**" in said(app)
    assert f"The largest of the ten scores belongs to **{int(scores.argmax())}**" in said(app)
    assert "takes 7 840 multiplications" in said(app)


def test_what_is_left_along_a_dimension_is_torchs() -> None:
    app = visit("tensors", **DIGIT, chapter="numbers")
    change(app, "What is made of the numbers", "max")
    change(app, "Along which dimension", 1)
    rows = own_digit(3)[0, 0].amax(dim=1)
    code = [part.value for part in app.code]
    assert f"x.amax(dim=1)[{int(rows.argmax())}]      # {float(rows.max()):.3f}" in code[0]


def test_memory_that_numpy_shares_is_shown_as_it_is() -> None:
    app = visit("tensors", **DIGIT, chapter="experts")
    (code,) = [part.value for part in app.code if "numpy" in part.value and "zeros" in part.value]
    assert "now [0.0, 7.0, 0.0]" in code
    assert "still [0.0, 0.0, 0.0]" in code
