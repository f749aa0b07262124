"""What the lessons share: the digit that they look at, and walks that play by themselves."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.pictures.own_digits import DIGITS, on_canvas
from ui.shared.digit.drawing import Drawing

DRAWN, TEST, OWN = "My drawing", "Test digit", "Drawn by the program"
SHOWN = "**The digit:** "


def lesson() -> None:
    import streamlit as st

    from ui.shared.digit.choose import choose_digit

    digit = choose_digit()
    st.session_state["seen"] = digit.image
    st.caption(f"ink {float(digit.image.sum()):.3f}")


@pytest.fixture
def without_mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))


def open_lesson(drawing: Drawing | None = None) -> AppTest:
    app = AppTest.from_function(lesson, default_timeout=60)
    if drawing is not None:
        app.session_state["drawing"] = drawing
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def says(app: AppTest) -> str:
    (found,) = [part.value for part in app.markdown if part.value.startswith(SHOWN)]
    return found.removeprefix(SHOWN)


def ink(app: AppTest) -> str:
    return next(part.value for part in app.caption if part.value.startswith("ink"))


def choose_source(app: AppTest, source: str) -> AppTest:
    app.session_state["digit_from"] = source
    return run(app)


def drawn(digit: int) -> Drawing:
    return Drawing(objects=[{"path": [["M", 1, 1]]}], picture=on_canvas(DIGITS[digit]))


@pytest.mark.mnist
def test_without_a_drawing_it_shows_a_test_digit_and_says_so() -> None:
    assert says(open_lesson()) == "you have not drawn one yet, so this is test digit 0 (a 7)"


@pytest.mark.usefixtures("without_mnist")
@pytest.mark.parametrize("source", [DRAWN, TEST, OWN])
def test_without_mnist_every_source_still_gives_a_digit(source: str) -> None:
    app = choose_source(open_lesson(), source)
    assert "test digit" not in says(app)
    assert ("you have not drawn one yet" in says(app)) == (source == DRAWN)
    assert ink(app) != "ink 0.000"
    if source == OWN:
        assert says(app) == "a 5 drawn by this program"


@pytest.mark.usefixtures("without_mnist")
def test_without_any_test_digits_it_falls_back_on_its_own_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = open_lesson()
    monkeypatch.setattr("ui.shared.digit.choose.quiet_test_digits", lambda: None)
    run(app)
    assert says(app) == "you have not drawn one yet, so this is a 5 drawn by this program"
    assert says(choose_source(app, TEST)) == "a 5 drawn by this program"


def test_the_visitor_s_drawing_comes_first_and_is_prepared_as_for_reading() -> None:
    app = open_lesson(drawn(3))
    assert says(app) == "your drawing"
    image = app.session_state["seen"]
    assert tuple(image.shape) == (1, 1, 28, 28)
    assert 0.9 < float(image.max()) <= 1


def test_an_empty_canvas_is_no_drawing() -> None:
    blank = Drawing(
        objects=[{"path": [["M", 1, 1]]}], picture=np.zeros((280, 280, 4), dtype=np.uint8)
    )
    assert says(open_lesson(blank)).startswith("you have not drawn one yet")
    assert says(open_lesson(Drawing())).startswith("you have not drawn one yet")


def test_each_source_changes_the_digit() -> None:
    app = open_lesson(drawn(3))
    pictures = {ink(app), ink(choose_source(app, OWN)), ink(choose_source(app, TEST))}
    assert len(pictures) == 3


def test_within_a_source_its_own_widget_changes_the_digit() -> None:
    app = choose_source(open_lesson(), OWN)
    before = ink(app)
    app.session_state["own_digit"] = 1
    assert says(run(app)) == "a 1 drawn by this program"
    assert ink(app) != before
    app = choose_source(app, TEST)
    before = ink(app)
    app.number_input[0].set_value(3)
    assert ink(run(app)) != before
    assert " 3 (a " in says(app)


def test_a_digit_number_beyond_the_last_is_the_last() -> None:
    app = choose_source(open_lesson(), TEST)
    app.number_input[0].set_value(9_999)
    assert ink(run(app)) != "ink 0.000"
