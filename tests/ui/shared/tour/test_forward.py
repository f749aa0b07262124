"""Addresses of pages that have become several lead on."""

import pytest

from tests.ui.visitor import said, visit_moved, widget
from ui.shared.tour.forward import MOVED, Moved
from ui.shared.tour.stops import (
    ACTIVATION_FUNCTIONS,
    DEEP_STACKS,
    DROPOUT,
    POOLING,
    TOUR,
    Stop,
)

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


OF_ACTIVATIONS = {
    ACTIVATION_FUNCTIONS: {
        "curve_of": "Maxout", "curve_at": "2.5", "leak": "0.2", "elu_alpha": "0.5",
        "first_slope": "0.3", "first_height": "1.0", "second_slope": "-0.7",
        "second_height": "-2.0", "softmax_of": "MLP", "softmax_temperature": "2.0",
        "softmax_shift": "5",
    },
    DEEP_STACKS: {
        "stack_depth": "7", "stack_width": "40", "stack_activation": "ReLU", "stack_start": "He",
        "complex_pair": "true", "first_eigenvalue": "0.4", "second_eigenvalue": "-0.3",
        "eigen_angle": "45", "pair_size": "0.5", "pair_angle": "90", "eigen_times": "9",
        "spectrum_start": "He", "spectrum_times": "8",
    },
}  # fmt: skip
"""All that stood in the address of the page that had both."""
SHAPES = {"leak": "Leaky ReLU", "elu_alpha": "ELU", "first": "Maxout", "second": "Maxout"}


@pytest.mark.parametrize(
    ("stop", "key"), [(stop, key) for stop, asked in OF_ACTIVATIONS.items() for key in asked]
)
def test_each_setting_of_activations_arrives_on_the_page_that_has_it(stop: Stop, key: str) -> None:
    asked = {key: OF_ACTIVATIONS[stop][key]}
    for begins, curve in SHAPES.items():
        asked |= {"curve_of": curve} if key.startswith(begins) and stop != DEEP_STACKS else {}
    asked |= {"complex_pair": "true"} if key.startswith("pair_") else {}
    app = visit_moved("activations", **asked)
    assert [title.value for title in app.title] == [stop.question]
    arrived = widget(app, key)
    shown = getattr(arrived, "format_func", str)(arrived.value)
    assert str(shown).lower() == OF_ACTIVATIONS[stop][key].lower()
    assert "the address" not in said(app).lower()


def test_activations_alone_is_the_page_on_activation_functions_and_keeps_the_digit() -> None:
    app = visit_moved("activations", digit_from="Drawn by the program", own_digit="8")
    assert [title.value for title in app.title] == [ACTIVATION_FUNCTIONS.question]
    assert "an 8 drawn by this program" in said(app)
