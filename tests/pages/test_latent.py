"""The map and the sliders of the latent space as their visitor finds them."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.errors import WeightsUnusable
from mnist_core.latent.code_text import parse_code, random_code
from mnist_core.latent.codes import encode
from mnist_core.latent.plane import load_map
from mnist_core.pictures.own_digits import own_digit
from mnist_core.weights import load_autoencoder

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = [
    "Map", "Sliders", "From your drawing", "Between two digits", "Arithmetic and style", "Generate",
    "The loss, term by term", "Try this",
]  # fmt: skip
PLACE = "_".join(["1.5", "-0.75", *["0"] * 17, "3"])


def open_latent(**parameters: str) -> AppTest:
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    for name, value in {"digit_from": "Drawn by the program", **parameters}.items():
        app.query_params[name] = value
    app.switch_page("pages/latent.py").run()
    assert not app.exception
    return app


def sent(app: AppTest, key: str) -> dict[str, Any]:
    (proto,) = [part.proto for part in app.get("bidi_component") if key in part.proto.id]
    found: dict[str, Any] = json.loads(proto.json)
    return found


def code(app: AppTest) -> list[float]:
    return parse_code(sent(app, "latent_walk")["code"], 20)


def diamond(app: AppTest) -> str:
    (style,) = [part.proto.body for part in app.get("html") if "--yours-x" in part.proto.body]
    return str(style)


def said(app: AppTest) -> str:
    return "\n".join(part.value for part in [*app.markdown, *app.caption])


def test_the_page_has_all_its_parts_and_ends_with_three_experiments() -> None:
    app = open_latent()
    assert [part.value for part in app.subheader] == SECTIONS
    assert said(app).count("*You should see:*") == 3
    assert not app.error


def test_the_map_is_that_of_the_autoencoder_that_is_chosen() -> None:
    app = open_latent()
    flat = sent(app, "latent_pad")
    assert (flat["name"], flat["takes"], len(flat["centres"])) == ("vae2d", False, 10)
    app.segmented_control(key="map_of").set_value("20 numbers").run()
    assert not app.exception
    shadow = sent(app, "latent_pad")
    assert (shadow["name"], shadow["takes"]) == ("vae", True)
    assert shadow["levels2"] != flat["levels2"]
    share = sum(load_map("vae").plane.explained)
    assert f"**{share * 100:.1f} %** of the variance" in said(app)


def test_the_diamond_stands_where_the_digit_above_is_encoded() -> None:
    app = open_latent(own_digit="1")
    across, up = encode(load_autoencoder("vae2d").model, own_digit(1)).mean[0].tolist()
    left, top = (across / 4 + 1) * 50, (1 - up / 4) * 50
    assert f"--yours-x:{left:.2f}%;--yours-y:{top:.2f}%" in diamond(app)
    assert diamond(open_latent(own_digit="0")) != diamond(app)


def test_the_sliders_are_ordered_by_what_they_carry() -> None:
    numbers = sent(open_latent(), "latent_walk")["numbers"]
    kl = load_autoencoder("vae").card.kl_per_dimension
    assert [kl[number["index"]] for number in numbers] == sorted(kl, reverse=True)
    assert numbers[0]["share"] == 1
    assert numbers[0]["carries"] == f"{max(kl):.2f} nats"


def test_the_address_restores_the_place() -> None:
    app = open_latent(z=PLACE)
    assert code(app) == [1.5, -0.75, *[0] * 17, 3]
    assert app.text_input(key="z").value == PLACE
    assert code(open_latent()) == [0] * 20


@pytest.mark.parametrize("text", ["1_2", "rubbish", "_".join(["nan"] * 20)])
def test_an_address_with_no_code_gets_a_sentence_and_may_be_corrected(text: str) -> None:
    app = open_latent(z=text)
    assert "A code is 20 numbers" in app.warning[0].value
    assert code(app) == [0] * 20
    assert app.text_input(key="z").value == text
    app.text_input(key="z").set_value(PLACE).run()
    assert not app.warning
    assert code(app)[0] == 1.5


def test_numbers_beyond_the_sliders_are_brought_to_their_ends() -> None:
    assert code(open_latent(z=" ".join(["7", "-1e9", *["0.11"] * 18]))) == [3, -3, *[0.1] * 18]


def test_the_sliders_start_from_the_digit_above_when_asked() -> None:
    app = open_latent(own_digit="4")
    app.button(key="z_from_digit").click().run()
    assert not app.exception
    mean = encode(load_autoencoder("vae").model, own_digit(4)).mean[0].clamp(-3, 3)
    torch.testing.assert_close(torch.tensor(code(app)), mean, rtol=0, atol=0.0251)


def test_a_roll_puts_random_numbers_into_the_sliders_and_rubbish_changes_nothing() -> None:
    def page() -> None:
        import streamlit as st

        from ui.latent.place import get_latent
        from ui.latent.sliders import roll, take_code

        st.button("roll", on_click=roll, args=(0.5,))
        st.button("rubbish", on_click=take_code, args=("1_2_x" * 999,))
        st.session_state["seen"] = get_latent()

    app = AppTest.from_function(page, default_timeout=60).run()
    app.button[0].click().run()
    rolled = app.session_state["seen"]
    expected = random_code(20, seed=1, temperature=0.5)
    torch.testing.assert_close(torch.tensor(rolled), expected, rtol=0, atol=0.0251)
    app.button[1].click().run()
    assert app.session_state["seen"] == rolled


def test_what_is_large_is_the_same_at_each_rerun() -> None:
    app = open_latent()
    before = [sent(app, key) for key in ("latent_keeper", "latent_pad")]
    app.text_input(key="z").set_value(PLACE).run()
    assert [sent(app, key) for key in ("latent_keeper", "latent_pad")] == before


def test_the_page_works_without_mnist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))
    app = open_latent(digit_from="My drawing", z=PLACE)
    assert any("**The digit:**" in part.value for part in app.markdown)
    assert code(app)[0] == 1.5
    assert len(sent(app, "latent_pad")["labels"]) > 10_000


@pytest.mark.parametrize("view", ["map", "sliders"])
def test_missing_weights_get_a_sentence_and_the_other_parts_stay(
    view: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(key: str) -> None:
        raise WeightsUnusable("The weights are not here.")

    monkeypatch.setattr(f"ui.latent.{view}.shared_autoencoder", refuse)
    app = open_latent()
    assert {part.value for part in app.error} == {"The weights are not here."}
    assert [part.value for part in app.subheader] == SECTIONS
    assert sent(app, "latent_walk" if view == "map" else "latent_pad")
