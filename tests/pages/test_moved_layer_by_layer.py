"""The address of Layer by layer, which has become three pages."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.visitor import change, said, visit_moved, widget
from ui.shared.tour.forward import MOVED
from ui.shared.tour.stops import COMPARE_NETWORKS, THROUGH_THE_NETWORK, WHY_THIS_ANSWER, Stop

COMMON = {"digit_from": "Drawn by the program", "own_digit": "7", "digit": "12"}
NETWORK = "Small CNN, trained on MNIST alone"
BENT = {
    "turned": "10", "right": "2", "down": "-1", "thicker": "0.5", "noisy": "0.1", "epsilon": "0.2",
}  # fmt: skip
OF_PAGE = {
    THROUGH_THE_NETWORK: {
        "maps": "large", "unit_layer": "3 · ReLU", "unit_channel": "2", "unit_row": "5",
        "unit_column": "6",
    },
    WHY_THIS_ANSWER: {
        **BENT, "attack_many": "true", "why": "8", "gradient": "size only", "window": "7",
        "window_step": "2",
    },
    COMPARE_NETWORKS: {"first": NETWORK, "second": "MLP, trained on MNIST alone"},
}  # fmt: skip
"""Every setting that the address of before could have, where it went, and how it was spelled."""
VALUES = {
    "maps": "large", "unit_layer": "features.1", "unit_channel": 2, "unit_row": 5, "unit_column": 6,
    "turned": 10, "right": 2, "down": -1, "thicker": 0.5, "noisy": 0.1, "epsilon": 0.2,
    "attack_many": True, "why": "8", "gradient": "size only", "window": 7, "window_step": 2,
    "first": "convnet", "second": "mlp", "traced": "convnet",
}  # fmt: skip
CASES = [(stop, key) for stop, settings in OF_PAGE.items() for key in settings]


@pytest.mark.parametrize(("stop", "key"), CASES, ids=lambda one: getattr(one, "key", one))
def test_each_setting_decides_which_page_opens(stop: Stop, key: str) -> None:
    moved = MOVED["layer_by_layer"]
    assert moved.leads_to([*COMMON, "traced", key]) == stop
    assert moved.leads_to([*COMMON, "traced"]) == moved.usual == THROUGH_THE_NETWORK


def values(app: AppTest, keys: list[str]) -> dict[str, object]:
    return {key: widget(app, key).value for key in keys}


@pytest.mark.parametrize("stop", OF_PAGE, ids=lambda stop: stop.key)
def test_all_settings_arrive_with_their_values(stop: Stop) -> None:
    settings = OF_PAGE[stop]
    if stop != COMPARE_NETWORKS:
        settings = settings | {"traced": NETWORK}
    app = visit_moved("layer_by_layer", **COMMON, **settings)
    assert [title.value for title in app.title] == [stop.question]
    in_another_chapter = {"attack_many"} & settings.keys()
    shown = [key for key in settings if key not in in_another_chapter]
    assert values(app, shown) == {key: VALUES[key] for key in shown}
    assert "a 7 drawn by this program" in said(app)
    assert "the address" not in said(app).lower()
    if in_another_chapter:
        change(app, "Read on", "experts")
        assert values(app, ["attack_many"]) == {"attack_many": True}


@pytest.mark.parametrize("stop", [THROUGH_THE_NETWORK, COMPARE_NETWORKS], ids=lambda stop: stop.key)
def test_a_changed_digit_goes_along_to_the_other_pages(stop: Stop) -> None:
    app = visit_moved("layer_by_layer", **COMMON, **OF_PAGE[stop], **BENT)
    assert [title.value for title in app.title] == [stop.question]
    assert values(app, list(BENT)) == {key: VALUES[key] for key in BENT}
