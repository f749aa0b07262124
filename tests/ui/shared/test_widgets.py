"""Widgets made of a Setting."""

import ast
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.test_layout import ROOT, sources
from tests.ui.shared.digit.test_choose import run
from tests.ui.visitor import change, press, run_with, visit_part, widget
from ui.shared.state import Setting


def a_moving_end() -> None:
    import streamlit as st

    from ui.shared.state import Setting
    from ui.shared.widgets import slide_up_to

    first, last = st.session_state.get("ends", (2, 9))
    st.session_state["shown"] = slide_up_to(Setting("here", 40), "Where", first, last)


def a_box() -> None:
    import streamlit as st

    from ui.shared.state import Setting
    from ui.shared.widgets import pick

    st.session_state["shown"] = pick(Setting("gone", 7), "Which", {1: "one", 2: "two"})


def a_seed() -> None:
    import streamlit as st

    from ui.shared.state import Setting
    from ui.shared.widgets import SEEDS, dice

    seed = Setting("seed", SEEDS - 2)
    dice(seed, "Again")
    st.session_state["shown"] = seed.get()


def opened(page: Callable[[], None]) -> AppTest:
    return run(AppTest.from_function(page, default_timeout=60))


def test_a_slider_whose_end_moves_keeps_its_value_within_both_ends() -> None:
    app = opened(a_moving_end)
    assert app.session_state["shown"] == 9
    app.session_state["ends"] = (2, 5)
    assert run(app).session_state["shown"] == 5
    app.session_state["ends"] = (6, 9)
    assert run(app).session_state["shown"] == 6


def test_a_box_whose_default_is_not_offered_starts_at_the_first() -> None:
    app = opened(a_box)
    assert (app.session_state["shown"], app.selectbox[0].options) == (1, ["one", "two"])


def test_the_dice_count_on_and_begin_anew() -> None:
    app = opened(a_seed)
    app.button[0].click()
    assert run(app).session_state["shown"] == 99_999
    app.button[0].click()
    assert run(app).session_state["shown"] == 0


@pytest.mark.parametrize("argument", ["bind", "persist_state"])
def test_only_widgets_says_where_a_setting_lives(argument: str) -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in sources("pages", "ui")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.keyword) and node.arg == argument
    }
    assert not found, f"{found}: use ui.shared.widgets"


def sliding() -> None:
    import streamlit as st

    from ui.shared.state import Setting
    from ui.shared.widgets import slide_up_to

    highest = st.session_state.setdefault("highest", 9)
    st.button("Again")
    slide_up_to(Setting("slid", 4), "Slid", 0, highest)


def test_a_slider_is_set_only_where_it_is_new_or_must_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values, plainly = [], Setting.set

    def set_and_note(setting: Setting[int], value: int) -> None:
        values.append(value)
        plainly(setting, value)

    monkeypatch.setattr(Setting, "set", set_and_note)
    app = visit_part(sliding)
    assert values == [4]
    change(app, "slid", 6)
    press(app, "Again")
    assert values == [4], "the visitor may be further by now"
    run_with(app, highest=7)
    assert values == [4, 6], "with another end it is a new one"
    assert widget(app, "slid").value == 6
    run_with(app, highest=2)
    assert values == [4, 6, 2]
    assert widget(app, "slid").value == 2
