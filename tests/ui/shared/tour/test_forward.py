"""Addresses of pages that have become several lead on."""

import pytest

from tests.ui.visitor import said, visit_moved, widget
from ui.shared.tour.forward import MOVED, Moved
from ui.shared.tour.stops import DROPOUT, POOLING, TOUR

OLD = Moved(DROPOUT, {"pool_kernel": POOLING, "maps_rate": DROPOUT})


def test_the_settings_in_an_address_decide_where_it_leads() -> None:
    assert OLD.leads_to([]) == DROPOUT
    assert OLD.leads_to(["present"]) == DROPOUT
    assert OLD.leads_to(["maps_rate", "pool_kernel"]) == POOLING


def test_an_old_address_leads_on_with_all_its_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MOVED, "of_before", OLD)
    app = visit_moved("of_before", pool_kernel="5", digit_from="Drawn by the program")
    assert [title.value for title in app.title] == [POOLING.question]
    assert widget(app, "pool_kernel").value == 5
    assert dict(app.query_params) == {"pool_kernel": "5", "digit_from": "Drawn by the program"}
    assert "the address" not in said(app).lower()


def test_no_old_address_is_one_of_today() -> None:
    assert not MOVED.keys() & {stop.key for stop in TOUR}
