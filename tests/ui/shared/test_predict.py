"""A question, a guess, and what is computed then."""

from streamlit.testing.v1 import AppTest

from tests.ui.visitor import change, html_parts, said, visit_part
from ui.shared.figures.colours import CHOSEN, WRONG


def part() -> None:
    import streamlit as st

    from mnist_core.errors import DataUnavailable
    from ui.shared.predict import Answer, predict

    def look() -> Answer:
        st.session_state["looked"] = st.session_state.get("looked", 0) + 1
        if "broken" in st.session_state:
            raise DataUnavailable("There is nothing to look at.")
        return st.session_state["right"], "Seen: 3 of 4."

    def do() -> None:
        st.session_state["done"] = True

    predict("test", "Which?", ["this", "that", "<b>"], look, do)


def revealed(app: AppTest) -> str:
    (live,) = [body for body in html_parts(app) if 'aria-live="polite"' in body]
    return live


def marked(app: AppTest) -> list[str]:
    return [piece.partition(">")[2].partition("<")[0] for piece in revealed(app).split("<span")[1:]]


def test_nothing_is_computed_or_told_before_a_guess() -> None:
    app = visit_part(part, right=1)
    assert "looked" not in app.session_state
    assert marked(app) == []
    assert "Seen" not in said(app)


def test_a_wrong_guess_is_framed_and_red_and_the_right_answer_has_its_tick() -> None:
    app = change(visit_part(part, right=1), "guess_test", 0)
    assert marked(app) == ["this ✗", "that ✓", "&lt;b&gt;"]
    this, that, _ = revealed(app).split("<span")[1:]

    assert CHOSEN in this
    assert WRONG in this
    assert CHOSEN not in that
    assert WRONG not in that
    assert "Seen: 3 of 4." in said(app)
    assert app.session_state["done"]


def test_a_right_guess_is_framed_and_not_red_and_follows_what_is_computed() -> None:
    app = change(visit_part(part, right=1), "guess_test", 1)
    assert marked(app) == ["this", "that ✓", "&lt;b&gt;"]
    app.session_state["right"] = 2
    app.run()
    assert marked(app) == ["this", "that ✗", "&lt;b&gt; ✓"]


def test_what_cannot_be_computed_is_said_in_its_place() -> None:
    app = change(visit_part(part, right=1, broken=True), "guess_test", 0)
    assert [error.value for error in app.error] == ["There is nothing to look at."]
    assert marked(app) == []


def test_what_has_not_happened_yet_has_no_right_answer_and_no_wrong_one() -> None:
    app = change(visit_part(part, right=None), "guess_test", 0)
    assert marked(app) == ["this", "that", "&lt;b&gt;"]
    assert WRONG not in revealed(app)
    assert "Seen: 3 of 4." in said(app)
