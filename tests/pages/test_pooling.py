"""The pooling lesson as its visitor finds it."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.visitor import (
    change,
    errors,
    flip,
    html,
    html_parts,
    not_here,
    picture,
    said,
    subheaders,
    visit,
)
from ui.pooling import questions


def bars(app: AppTest) -> list[str]:
    return [part for part in html_parts(app) if "Change by the shift" in part]


def formula(app: AppTest) -> str:
    return next(part.value for part in app.get("latex") if "n + 2p" in part.value)


def test_the_formula_has_the_numbers_of_the_settings_filled_in():
    app = visit("pooling", chapter="numbers")
    assert r"\frac{28 + 2\cdot 0 - 1\cdot(2-1) - 1}{2} \right\rfloor + 1= 14" in formula(app)
    change(app, "Kernel k", 3)
    change(app, "Stride s", 1)
    assert "= 26" in formula(app)
    change(app, "Read on", "experts")
    flip(app, "pool_ceil")
    change(app, "Read on", "numbers")
    assert r"\lceil" in formula(app)


def test_moving_the_window_shows_another_place_and_a_setting_other_maps():
    app = visit("pooling")
    first = picture(app, "pool_walk")
    assert "row 4, column 8 is marked" in first
    change(app, "Position of the window", 70)
    second = picture(app, "pool_walk")
    assert "row 5, column 0 is marked" in second
    change(app, "Kernel k", 3)
    assert picture(app, "pool_walk") not in (first, second)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"pool_kernel": "3", "pool_padding": "2"}, "A padding of 2 is too much for a kernel of 3"),
        ({"pool_kernel": "8", "pool_dilation": "5"}, "The window reaches over 36 cells"),
    ],
)
def test_impossible_settings_get_a_sentence_and_the_rest_of_the_page_stays(
    settings: dict[str, str], says: str
):
    app = visit("pooling", **settings, chapter="numbers")
    assert says in app.warning[0].value
    assert "How much changes" in subheaders(app)
    change(app, "Kernel k", 4)
    if "pool_dilation" in settings:
        change(app, "Dilation d", 1)
    assert not app.warning
    assert "is marked" in picture(app, "pool_walk")


def test_fewer_windows_than_before_leave_the_last_one_marked():
    app = visit("pooling")
    change(app, "Position of the window", 195)
    change(app, "Stride s", 8)
    assert "row 3, column 3 is marked" in picture(app, "pool_walk")


def test_a_shift_changes_the_bars_and_without_one_nothing_changes():
    app = visit("pooling", shift_right="0", chapter="idea")
    assert "The picture: 0.0 %, Convolution 1: 0.0 %, Max pooling 1: 0.0 %" in bars(app)[0]
    change(app, "Pixels to the right", 2)
    assert "The picture: 0.0 %" not in bars(app)[0]
    before = bars(app)[1]
    change(app, "Cells on each side", 4)
    assert "max pooling 4×4" in bars(app)[1]
    assert bars(app)[1] != before


@pytest.mark.usefixtures("without_mnist")
def test_the_lesson_works_without_mnist():
    app = visit("pooling", chapter="idea")
    said = [part.value for part in app.markdown if part.value.startswith("**The digit:**")]
    assert "test digit" not in said[0]
    assert "is marked" in picture(app, "pool_walk")
    assert len(bars(app)) == 2


def test_unusable_weights_get_a_sentence_and_the_windows_still_move(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("ui.pooling.shift.shared_reader", not_here)
    app = visit("pooling", chapter="idea")
    assert errors(app) == ["The weights of deep_cnn_pen are not here."]
    change(app, "Position of the window", 70)
    assert "row 5, column 0 is marked" in picture(app, "pool_walk")


def guessed(app: AppTest) -> str:
    """The answers to the last question that has been guessed, with their marks."""
    return [part for part in html_parts(app) if "guessed" in part and "<span" in part][-1]


def test_a_guess_shows_what_it_asks_about_and_the_answer_is_measured_on_the_digit():
    app = visit("pooling")
    before = picture(app, "pool_walk")
    change(app, "guess_thickens", 1)
    assert "max pooling ✓" in guessed(app)
    assert "min pooling ✗" in guessed(app)
    assert "26 × 26" in picture(app, "pool_walk") != before
    assert "All three are 26 × 26" in said(app)
    change(app, "guess_thickens", 0)
    assert "✗" not in guessed(app)


def test_what_stays_after_a_shift_follows_the_network(monkeypatch: pytest.MonkeyPatch):
    app = visit("pooling", chapter="idea", shift_right="3")
    change(app, "guess_shift_stays", 0)
    assert "the ten probabilities ✓" in guessed(app)
    assert app.session_state["shift_right"] == 1
    stages = questions.shift_stages

    def of_another_network(*asked: object) -> object:
        first, *others = stages(*asked)
        return [replace(first, after=first.before), *others]

    monkeypatch.setattr(questions, "shift_stages", of_another_network)
    change(app, "shift_down", 1)
    assert "the picture ✓" in guessed(app)


def test_that_pytorch_refuses_is_tried():
    app = change(visit("pooling", chapter="experts"), "guess_too_much_padding", 0)
    assert "it refuses ✓" in guessed(app)
    assert "A padding of 2 is too much for a kernel of 3" in said(app)


@pytest.mark.parametrize(
    ("asked", "side"), [({"pool_padding": "1"}, 15), ({"pool_dilation": "3"}, 13)]
)
def test_a_link_shows_what_folded_settings_make_at_once(asked: dict[str, str], side: int) -> None:
    assert f"{side} × {side}" in html(visit("pooling", **asked))
