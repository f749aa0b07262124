"""Addresses from before some pages became several: each setting arrives where it went."""

import pytest

from tests.pages.test_addresses import values
from tests.ui.visitor import said, sent, visit_moved
from ui.shared.tour.forward import MOVED
from ui.shared.tour.stops import AUTOENCODER, MAKE_DIGITS, MAP_OF_DIGITS, Stop

Z = "_".join(["1.5", "-0.75", *["0"] * 17, "3"])
LATENT: dict[str, list[tuple[Stop, dict[str, object]]]] = {
    "the map": [(MAP_OF_DIGITS, {"map_of": "20 numbers"}), (MAP_OF_DIGITS, {"z": Z})],
    "ways": [
        (MAP_OF_DIGITS, {
            "way_from": "Test digit", "way_from_test": 7, "way_to": "Test digit", "way_to_test": 8,
        }),
        (MAP_OF_DIGITS, {
            "way_from": "Random sample", "way_from_seed": 5, "way_to": "Mean of a digit",
            "way_to_mean": 6, "way": "spherical", "way_steps": 13,
        }),
        (MAP_OF_DIGITS, {
            "way_from": "Mean of a digit", "way_from_mean": 4, "way_to": "Random sample",
            "way_to_seed": 9,
        }),
    ],
    "digits": [
        (MAKE_DIGITS, {
            "asked_digit": 7, "asked_count": 33, "asked_temperature": 0.4, "asked_seed": 12,
        }),
        (MAKE_DIGITS, {"prior_seed": 3, "style_of": "8"}),
        (MAKE_DIGITS, {"minus": "1", "plus": 2}),
    ],
    "noise": [(AUTOENCODER, {"noise_dimension": 9, "noise": -1.5})],
}  # fmt: skip
"""By part of the page `latent`: where its settings went, those that can stand there together."""
VISITS = [visit for visits in LATENT.values() for visit in visits]


@pytest.mark.parametrize(("stop", "asked"), VISITS, ids=lambda one: getattr(one, "key", None))
def test_a_setting_of_the_latent_space_arrives_with_its_value(
    stop: Stop, asked: dict[str, object]
) -> None:
    digit = {"digit_from": "Drawn by the program", "own_digit": "8"}
    address = {key: str(value) for key, value in asked.items()} | digit
    app = visit_moved("latent", **address)
    assert [title.value for title in app.title] == [stop.question]
    assert values(app).items() >= asked.items()
    assert dict(app.query_params) == address
    assert "the address" not in said(app).lower()


def test_every_setting_of_the_latent_space_is_among_them() -> None:
    assert {key for _, asked in VISITS for key in asked} == MOVED["latent"].by_setting.keys()


@pytest.mark.parametrize(
    "digit", [{}, {"digit_from": "Test digit", "digit": "4"}, {"own_digit": "8"}]
)
def test_without_such_a_setting_the_address_leads_to_the_map(digit: dict[str, str]) -> None:
    app = visit_moved("latent", **digit)
    assert [title.value for title in app.title] == [MAP_OF_DIGITS.question]
    assert dict(app.query_params) == digit
    assert {key: str(app.session_state[key]) for key in digit} == digit
    assert sent(app, "latent_pad")["name"] == "vae2d"
