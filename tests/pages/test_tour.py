"""The way through the pages: bar, menu, Next, ticks and titles on every page."""

from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.ui.visitor import go_to, said, visit
from ui.shared.state import VISITED
from ui.shared.tour.stops import DRAW, GROUPS, OVERVIEW, POOLING, TEACHERS, TOUR, group_of


def links(app: AppTest) -> list[tuple[str, str]]:
    """(address, label) of each link to a page, in their order."""
    return [(link.proto.page, link.proto.label) for link in app.get("page_link")]


def test_next_leads_from_the_tour_through_a_page_and_on() -> None:
    app = visit("tour")
    stop = OVERVIEW
    for onward in (DRAW, TOUR[1], TOUR[2]):
        address, label = links(app)[-1]
        assert address.removeprefix("/") in (onward.key, "" if onward is DRAW else None)
        assert onward.question in label
        stop = onward
        go_to(app, stop.key)
    assert VISITED.key in app.session_state
    assert app.session_state[VISITED.key] == ("tour", *(stop.key for stop in TOUR[:3]))


def test_the_tour_lists_all_pages_in_order_and_ticks_those_visited() -> None:
    app = visit("pooling")
    go_to(app, "tour")
    cards = links(app)[-len(TOUR) - 1 : -1]
    assert [label.partition(":**")[2].strip() for _, label in cards] == [
        stop.question for stop in TOUR
    ]
    assert [stop for stop, (_, label) in zip(TOUR, cards, strict=True) if "✓" in label] == [POOLING]
    assert [one.value for one in app.header] == list(GROUPS)
    assert all(stop.sentence in said(app) for stop in TOUR)


def test_the_menu_names_every_page_and_marks_the_open_group() -> None:
    app = visit("pooling")
    menu = [label for _, label in links(app)][2 : 2 + len(TOUR)]
    assert [label.split(" · ")[1].removesuffix(" ✓") for label in menu] == [
        stop.title for stop in TOUR
    ]
    assert f"**{group_of(POOLING)}** · you are here" in said(app)
    assert said(app).count("you are here") == 1


@pytest.mark.parametrize("stop", [DRAW, POOLING, OVERVIEW, TEACHERS], ids=lambda stop: stop.key)
def test_each_page_has_its_own_tab_title(stop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    titles: list[str] = []
    monkeypatch.setattr(st, "set_page_config", lambda title, *_, **__: titles.append(title))
    visit(stop.key)
    assert titles == [f"{stop.title} · MNIST Lab"]
