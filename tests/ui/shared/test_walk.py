"""Walks that play by themselves."""

from streamlit.testing.v1 import AppTest

from tests.ui.visitor import change, press, run, run_with, visit_part


def walk() -> None:
    import streamlit as st

    from ui.shared.state import Setting
    from ui.shared.walk import Walk, walk_through

    here = Walk(Setting("at", 0), Setting("plays", False))
    count = st.session_state.get("count", 4)
    st.session_state["every"] = here.run_every
    st.session_state["shown"] = walk_through(here, count, "Where")


def shown(app: AppTest) -> int:
    return int(app.session_state["shown"])


def test_a_walk_stands_still_until_it_is_played() -> None:
    app = visit_part(walk)
    assert (shown(run(app)), app.session_state["every"]) == (0, None)
    assert shown(change(app, "at", 2)) == 2
    assert app.button[0].label == "Play"


def test_playing_moves_on_stops_at_the_end_and_begins_anew() -> None:
    app = press(visit_part(walk), "Play")
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
    assert shown(press(app, "Play")) < 2, "from the end it begins anew"


def test_pausing_keeps_the_place() -> None:
    app = press(visit_part(walk, count=50), "Play")
    run(app)
    app = press(app, "Pause")
    place = shown(app)
    assert app.button[0].label == "Play"
    assert shown(run(app)) == place > 0


def test_a_walk_that_has_become_shorter_ends_at_its_new_end() -> None:
    app = visit_part(walk, count=9)
    change(app, "at", 8)
    assert shown(run_with(app, count=3)) == 2


def test_a_walk_of_one_place_has_no_slider_and_does_not_crash() -> None:
    app = press(visit_part(walk, count=1), "Play")
    assert shown(app) == 0
    assert not app.slider
    assert not app.session_state["plays"]
