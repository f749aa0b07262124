"""Chapters are folded, in the address, and computed only when they are open."""

from streamlit.testing.v1 import AppTest

from tests.ui.visitor import change, run_with, said, visit, visit_part


def part() -> None:
    import streamlit as st

    from ui.shared.chapters import Chapter, chapters
    from ui.shared.state import Setting

    def show(name: str) -> None:
        st.session_state["drawn"] = [*st.session_state.get("drawn", []), name]
        st.markdown(f"This is {name}.")

    chapters(
        Chapter(lambda: show("idea")),
        Chapter(lambda: show("numbers"), [Setting("asked", 0)]),
        Chapter(lambda: show("experts")),
    )


def drawn(app: AppTest) -> list[str]:
    return [*app.session_state["drawn"]] if "drawn" in app.session_state else []


def test_only_the_open_chapter_is_computed() -> None:
    app = visit_part(part)
    assert drawn(app) == []
    change(app, "Read on", "idea")
    assert drawn(app) == ["idea"]
    change(app, "Read on", "experts")
    assert drawn(app) == ["idea", "experts"]
    assert [one.value for one in app.header] == ["For experts"]
    change(app, "Read on", "")
    assert drawn(app) == ["idea", "experts"]


def test_an_address_opens_the_chapter_that_it_names_or_that_has_its_setting() -> None:
    for asked in ({"chapter": "numbers"}, {"chapter": "By the numbers"}, {"asked": "3"}):
        app = AppTest.from_function(part, default_timeout=60)
        app.query_params.update(asked)
        run_with(app)
        assert drawn(app) == ["numbers"]


def test_a_folded_setting_in_an_address_is_not_called_unknown_and_keeps_its_value() -> None:
    app = visit("pooling", chapter="idea", pool_dilation="3")
    assert "address" not in said(app)
    assert app.query_params["pool_dilation"] == "3"
    change(app, "Read on", "numbers")
    (slider,) = [one for one in app.slider if one.key == "pool_dilation"]
    assert slider.value == 3
