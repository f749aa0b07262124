"""What the lessons share: the digit that they look at, and walks that play by themselves."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.pictures.own_digits import DIGITS, on_canvas
from ui.state import Drawing

DRAWN, TEST, OWN = "My drawing", "Test digit", "Drawn by the program"
SHOWN = "**The digit:** "


def lesson() -> None:
    import streamlit as st

    from ui.lesson import choose_digit

    digit = choose_digit()
    st.session_state["seen"] = digit.image
    st.caption(f"ink {float(digit.image.sum()):.3f}")


def walk() -> None:
    import streamlit as st

    from ui.state import Setting
    from ui.walk import Walk, walk_through

    here = Walk(Setting("at", 0), Setting("plays", False))
    count = st.session_state.get("count", 4)
    st.session_state["every"] = here.run_every
    st.session_state["shown"] = walk_through(here, count, "Where")


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
    monkeypatch.setattr("ui.lesson.quiet_test_digits", lambda: None)
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


# Walks


def press(app: AppTest) -> AppTest:
    app.button[0].click()
    return run(app)


def shown(app: AppTest) -> int:
    return int(app.session_state["shown"])


def open_walk(count: int = 4) -> AppTest:
    app = AppTest.from_function(walk, default_timeout=60)
    app.session_state["count"] = count
    return run(app)


def test_a_walk_stands_still_until_it_is_played() -> None:
    app = open_walk()
    assert (shown(run(app)), app.session_state["every"]) == (0, None)
    app.slider[0].set_value(2)
    assert shown(run(app)) == 2
    assert app.button[0].label == "Play"


def test_playing_moves_on_stops_at_the_end_and_begins_anew() -> None:
    app = press(open_walk())
    assert app.button[0].label == "Pause"
    assert app.session_state["every"] > 0
    places = [shown(app)]
    while app.session_state["plays"]:
        places.append(shown(run(app)))
        assert len(places) < 10, "it never ends"
    assert places[-1] == 3
    assert places == sorted(set(places)), "one place after the other"
    assert (shown(run(app)), app.button[0].label) == (3, "Play")
    assert app.session_state["every"] is None
    assert shown(press(app)) < 2, "from the end it begins anew"


def test_pausing_keeps_the_place() -> None:
    app = press(open_walk(50))
    run(app)
    app = press(app)
    place = shown(app)
    assert app.button[0].label == "Play"
    assert shown(run(app)) == place > 0


def test_a_walk_that_has_become_shorter_ends_at_its_new_end() -> None:
    app = open_walk(9)
    app.slider[0].set_value(8)
    run(app)
    app.session_state["count"] = 3
    assert shown(run(app)) == 2


def test_a_walk_of_one_place_has_no_slider_and_does_not_crash() -> None:
    app = press(open_walk(1))
    assert shown(app) == 0
    assert not app.slider
    assert not app.session_state["plays"]
