"""The lesson on the recurrent network, as a visitor without a browser sees it."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.inside.rows import read_rows
from mnist_core.models.rnn import RNN
from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import load_reader
from mnist_core.weights import load_card
from tests.ui.visitor import change, errors, html_parts, not_here, said, visit
from ui.row_by_row.questions import PARTS
from ui.shared import process

OWN = {"digit_from": "Drawn by the program", "own_digit": "4"}


@pytest.fixture
def app() -> AppTest:
    return visit("row_by_row", **OWN)


def test_one_number_of_one_step_is_written_out_and_comes_out(app: AppTest) -> None:
    change(app, "Read on", "numbers")
    change(app, "Row", 15)
    change(app, "Number of the memory", 3)
    model = load_reader("rnn").model
    assert isinstance(model, RNN)
    after = float(read_rows(model, own_digit(4)).states[15, 3])
    shown = re.search(r"= (-?[\d.]+) \\end", app.latex[-1].value)
    assert shown is not None
    assert float(shown[1]) == pytest.approx(after, abs=6e-4)


def test_the_experts_chapter_has_the_card_s_figures(app: AppTest) -> None:
    change(app, "Read on", "experts")
    card = load_card("rnn")
    assert f"{card.mnist_test_accuracy:.2%}".rstrip("%") in said(app)


def test_the_prediction_is_answered_by_reading(app: AppTest) -> None:
    reader = load_reader("rnn")
    assert isinstance(reader.model, RNN)
    rows = read_rows(reader.model, own_digit(4), reader.temperature).decided_after
    right = next(name for name, last in PARTS.items() if rows <= last)
    change(app, "Your guess", 0)
    guessed = next(part for part in html_parts(app) if "guessed" in part and "<span" in part)
    assert f"{right} ✓" in guessed
    assert f"From row {rows} on" in said(app)


def test_without_its_weights_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "load_reader", not_here)
    assert "The weights of rnn are not here." in errors(visit("row_by_row", **OWN))


def test_through_the_network_says_where_its_maps_are() -> None:
    app = visit("through_the_network", **OWN)
    assert "rnn" not in [key for box in app.selectbox for key in box.options]
    assert "Row by row" in said(app)
