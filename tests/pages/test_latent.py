"""The map and the sliders of the latent space as their visitor finds them."""

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.latent.code_text import parse_code
from mnist_core.latent.codes import encode
from mnist_core.latent.plane import load_map
from mnist_core.pictures.own_digits import own_digit
from mnist_core.weights import load_autoencoder
from tests.ui.visitor import (
    change,
    errors,
    html_parts,
    not_here,
    press,
    said,
    sent,
    subheaders,
    visit,
    widget,
)

SECTIONS = [
    "Map", "Sliders", "From your drawing", "Between two digits", "Arithmetic and style", "Generate",
    "The loss, term by term", "Try this",
]  # fmt: skip
PLACE = "_".join(["1.5", "-0.75", *["0"] * 17, "3"])


def visit_latent(**address: str) -> AppTest:
    return visit("latent", **{"digit_from": "Drawn by the program", **address})


def code(app: AppTest) -> list[float]:
    return parse_code(sent(app, "latent_walk")["code"], 20)


def diamond(app: AppTest) -> str:
    (style,) = [part for part in html_parts(app) if "--yours-x" in part]
    return style


def test_the_page_has_all_its_parts_and_ends_with_three_experiments() -> None:
    app = visit_latent()
    assert subheaders(app) == SECTIONS
    assert said(app).count("*You should see:*") == 3
    assert not app.error


def test_the_map_is_that_of_the_autoencoder_that_is_chosen() -> None:
    app = visit_latent()
    flat = sent(app, "latent_pad")
    assert (flat["name"], flat["takes"], len(flat["centres"])) == ("vae2d", False, 10)
    change(app, "map_of", "20 numbers")
    shadow = sent(app, "latent_pad")
    assert (shadow["name"], shadow["takes"]) == ("vae", True)
    assert shadow["levels2"] != flat["levels2"]
    share = sum(load_map("vae").plane.explained)
    assert f"**{share * 100:.1f} %** of the variance" in said(app)


def test_the_diamond_stands_where_the_digit_above_is_encoded() -> None:
    app = visit_latent(own_digit="1")
    across, up = encode(load_autoencoder("vae2d").model, own_digit(1)).mean[0].tolist()
    left, top = (across / 4 + 1) * 50, (1 - up / 4) * 50
    assert f"--yours-x:{left:.2f}%;--yours-y:{top:.2f}%" in diamond(app)
    assert diamond(visit_latent(own_digit="0")) != diamond(app)


def test_the_sliders_are_ordered_by_what_they_carry() -> None:
    numbers = sent(visit_latent(), "latent_walk")["numbers"]
    kl = load_autoencoder("vae").card.kl_per_dimension
    assert [kl[number["index"]] for number in numbers] == sorted(kl, reverse=True)
    assert numbers[0]["share"] == 1
    assert numbers[0]["carries"] == f"{max(kl):.2f} nats"


def test_the_address_restores_the_place() -> None:
    app = visit_latent(z=PLACE)
    assert code(app) == [1.5, -0.75, *[0] * 17, 3]
    assert widget(app, "z").value == PLACE
    assert code(visit_latent()) == [0] * 20


@pytest.mark.parametrize("text", ["1_2", "rubbish", "_".join(["nan"] * 20)])
def test_an_address_with_no_code_gets_a_sentence_and_may_be_corrected(text: str) -> None:
    app = visit_latent(z=text)
    assert "A code is 20 numbers" in app.warning[0].value
    assert code(app) == [0] * 20
    assert widget(app, "z").value == text
    change(app, "z", PLACE)
    assert not app.warning
    assert code(app)[0] == 1.5


def test_numbers_beyond_the_sliders_are_brought_to_their_ends() -> None:
    assert code(visit_latent(z=" ".join(["7", "-1e9", *["0.11"] * 18]))) == [3, -3, *[0.1] * 18]


def test_the_sliders_start_from_the_digit_above_when_asked() -> None:
    app = visit_latent(own_digit="4")
    press(app, "z_from_digit")
    mean = encode(load_autoencoder("vae").model, own_digit(4)).mean[0].clamp(-3, 3)
    torch.testing.assert_close(torch.tensor(code(app)), mean, rtol=0, atol=0.0251)


def test_what_is_large_is_the_same_at_each_rerun() -> None:
    app = visit_latent()
    before = [sent(app, key) for key in ("latent_keeper", "latent_pad")]
    change(app, "z", PLACE)
    assert [sent(app, key) for key in ("latent_keeper", "latent_pad")] == before


@pytest.mark.usefixtures("without_mnist")
def test_the_page_works_without_mnist() -> None:
    app = visit_latent(digit_from="My drawing", z=PLACE)
    assert "**The digit:**" in said(app)
    assert code(app)[0] == 1.5
    assert len(sent(app, "latent_pad")["labels"]) > 10_000


@pytest.mark.parametrize(("view", "key"), [("map", "vae2d"), ("sliders", "vae")])
def test_missing_weights_get_a_sentence_and_the_other_parts_stay(
    view: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"ui.latent.{view}.shared_autoencoder", not_here)
    app = visit_latent()
    assert set(errors(app)) == {f"The weights of {key} are not here."}
    assert subheaders(app) == SECTIONS
    assert sent(app, "latent_walk" if view == "map" else "latent_pad")
