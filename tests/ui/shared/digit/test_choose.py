"""The digit that a lesson looks at."""

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.pictures.own_digits import DIGITS, Point
from tests.digits import NO_INK, SCRIBBLE
from tests.ui.visitor import change, drawing_of, not_here, run, run_with, said, visit_part
from ui.shared.digit.drawing import Drawing

DRAWN, TEST, OWN = "My drawing", "Test digit", "Drawn by the program"
SHOWN = "**The digit:** "


def lesson() -> None:
    import streamlit as st

    from ui.shared.digit.choose import choose_digit

    digit = choose_digit()
    st.session_state["seen"] = digit.image
    st.caption(f"ink {float(digit.image.sum()):.3f}")


def visit_lesson(strokes: list[list[Point]] | None = None) -> AppTest:
    return visit_part(lesson, **({"drawing": drawing_of(strokes)} if strokes else {}))


def says(app: AppTest) -> str:
    (found,) = [part.value for part in app.markdown if part.value.startswith(SHOWN)]
    return found.removeprefix(SHOWN)


def ink(app: AppTest) -> str:
    return next(part.value for part in app.caption if part.value.startswith("ink"))


def choose_source(app: AppTest, source: str) -> AppTest:
    return run_with(app, digit_from=source)


@pytest.mark.mnist
def test_without_a_drawing_it_shows_a_test_digit_and_says_so() -> None:
    assert says(visit_lesson()) == "test digit 0 (a 7), until you draw one"


@pytest.mark.usefixtures("without_mnist")
@pytest.mark.parametrize("source", [DRAWN, TEST, OWN])
def test_without_mnist_every_source_still_gives_a_digit(source: str) -> None:
    app = choose_source(visit_lesson(), source)
    assert "test digit" not in says(app)
    assert says(app).endswith(", until you draw one") == (source == DRAWN)
    assert ink(app) != "ink 0.000"
    if source == OWN:
        assert says(app) == "a 5 drawn by this program"


@pytest.mark.usefixtures("without_mnist")
def test_without_any_test_digits_it_falls_back_on_its_own_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = visit_lesson()
    monkeypatch.setattr("ui.shared.digit.choose.quiet_test_digits", lambda: None)
    run(app)
    assert says(app) == "a 5 drawn by this program, until you draw one"
    assert says(choose_source(app, TEST)) == "a 5 drawn by this program"


def test_the_visitor_s_drawing_comes_first_and_is_prepared_as_for_reading() -> None:
    app = visit_lesson(DIGITS[3])
    assert says(app) == "your drawing"
    image = app.session_state["seen"]
    assert tuple(image.shape) == (1, 1, 28, 28)
    assert 0.9 < float(image.max()) <= 1


def test_an_empty_canvas_is_no_drawing() -> None:
    assert says(visit_lesson(NO_INK)).endswith(", until you draw one")
    assert says(visit_part(lesson, drawing=Drawing())).endswith(", until you draw one")


def test_each_source_changes_the_digit() -> None:
    app = visit_lesson(DIGITS[3])
    pictures = {ink(app), ink(choose_source(app, OWN)), ink(choose_source(app, TEST))}
    assert len(pictures) == 3


def test_within_a_source_its_own_widget_changes_the_digit() -> None:
    app = choose_source(visit_lesson(), OWN)
    before = ink(app)
    run_with(app, own_digit=1)
    assert says(app) == "a 1 drawn by this program"
    assert ink(app) != before
    app = choose_source(app, TEST)
    before = ink(app)
    assert ink(run_with(app, digit=3)) != before
    assert " 3 (a " in says(app)


def test_a_digit_number_beyond_the_last_is_the_last() -> None:
    app = choose_source(visit_lesson(), TEST)
    assert ink(run_with(app, digit=9_999)) != "ink 0.000"


def dialog() -> None:
    from ui.shared.digit.choose import choose_in_dialog

    choose_in_dialog()


def test_in_the_dialog_a_drawing_is_read() -> None:
    assert "Nothing to read yet" in said(visit_part(dialog))
    assert "This is a **3**" in said(visit_part(dialog, drawing=drawing_of(DIGITS[3])))
    assert "Not sure" in said(visit_part(dialog, drawing=drawing_of(SCRIBBLE)))


def test_what_is_chosen_in_the_dialog_is_the_lesson_s_and_stands_in_its_address() -> None:
    app = visit_part(dialog)
    change(app, "Which digit", OWN)
    change(app, "Digit", 8)
    assert "This is an 8 drawn by this program" in said(app)
    assert dict(app.query_params) == {"digit_from": OWN, "own_digit": "8"}
    kept = {key: app.session_state[key] for key in ("digit_from", "own_digit")}
    assert says(visit_part(lesson, **kept)) == "an 8 drawn by this program"
    change(app, "Which digit", TEST)
    change(app, "Which test digit", 2)
    assert app.session_state["digit"] == 2


def test_unusable_weights_get_a_sentence_in_the_dialog(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.shared.process.load_reader", not_here)
    assert "are not here" in said(visit_part(dialog, drawing=drawing_of(DIGITS[3])))


def test_the_dialog_stays_open_while_the_page_runs_again_and_closes_when_asked() -> None:
    def press(name: str) -> None:
        (button,) = [one for one in app.button if one.label == name]
        button.click()
        run(app)

    def is_open() -> bool:
        return "Done" in [one.label for one in app.button]

    app = visit_lesson()
    assert not is_open()
    press("Change the digit")
    assert is_open()
    run(app)
    assert is_open()
    press("Done")
    assert not is_open()
    run(app)
    assert not is_open()
