"""The ways through the latent space; they need no MNIST."""

import base64
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.errors import WeightsUnusable
from mnist_core.latent.codes import decode, encode, loss_terms
from mnist_core.latent.generate import draw_class, in_the_style_of, prior_samples
from mnist_core.latent.plane import load_map
from mnist_core.latent.ways import way_between
from mnist_core.models.cvae import ConditionalVAE
from mnist_core.pictures.image_files import animated_gif, encode_png, there_and_back
from mnist_core.pictures.own_digits import Point, on_canvas, own_digit
from mnist_core.weights import load_autoencoder
from tests.digits import SCRIBBLE
from ui.shared import process as runtime
from ui.shared.digit.drawing import Drawing

ROOT = Path(__file__).resolve().parents[3]
VAE = load_autoencoder("vae")


@pytest.fixture(autouse=True)
def without_mnist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))


def open_latent(strokes: list[list[Point]] | None = None, **parameters: str) -> AppTest:
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    if strokes is not None:
        picture = on_canvas(strokes) if strokes else np.zeros((280, 280, 4), np.uint8)
        drawing = Drawing(objects=[{"path": "strokes"}], picture=picture)
        app.session_state["drawing"] = drawing
    else:
        parameters.setdefault("digit_from", "Drawn by the program")
    for name, value in parameters.items():
        app.query_params[name] = value
    app.switch_page("pages/latent.py").run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    plain = [part.value for part in app.get("html")]
    pictures = [part.proto.SerializeToString().decode(errors="ignore")
                for part in app.get("bidi_component")]  # fmt: skip
    return "\n".join([*plain, *pictures])


def spoken(app: AppTest) -> str:
    return "\n".join(part.value for part in [*app.markdown, *app.caption, *app.info, *app.error])


def png(image: torch.Tensor) -> str:
    """As it stands in the page."""
    return base64.b64encode(encode_png(image.numpy())).decode()


def gif(images: torch.Tensor) -> str:
    return base64.b64encode(animated_gif(there_and_back(images))).decode()


def choose(app: AppTest, key: str, value: object) -> None:
    widgets = [*app.slider, *app.select_slider, *app.number_input, *app.selectbox]
    widgets += [*app.get("button_group")]
    widget = next(w for w in widgets if w.key == key)
    widget.set_value(value).run()
    assert not app.exception


def press(app: AppTest, key: str) -> None:
    next(b for b in app.button if b.key == key).click().run()
    assert not app.exception


def test_without_mnist_every_part_of_the_page_is_there() -> None:
    app = open_latent()
    assert not app.error
    titles = [part.value for part in app.subheader]
    parts = ["From your drawing", "Between two digits", "Arithmetic and style", "Generate"]
    assert [title for title in titles if title in parts] == parts
    assert "The loss, term by term" in titles


def test_the_digit_comes_back_from_its_mean_and_other_samples_can_be_had() -> None:
    app = open_latent(own_digit="4")
    mean = encode(VAE.model, own_digit(4)).mean
    before = html(app)
    assert png(decode(VAE.model, mean)[0]) in before
    assert "comes out as well as digits do" in spoken(app)
    press(app, "code_seed_button")
    assert html(app) != before


def test_walk_from_here_puts_the_digits_mean_into_the_sliders(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = open_latent(own_digit="7")
    codes: list[list[float]] = []
    monkeypatch.setattr("ui.latent.your_code.set_latent", codes.append)
    press(app, "walk_from_here")
    assert codes == [pytest.approx(encode(VAE.model, own_digit(7)).mean[0].tolist())]


def test_a_blank_canvas_and_a_scribble_say_so() -> None:
    blank = open_latent(digit_from="My drawing")
    assert "Your canvas is blank" in spoken(blank)
    no_ink = open_latent(strokes=[])
    assert "Your canvas is blank" in spoken(no_ink)
    scribble = open_latent(strokes=SCRIBBLE)
    assert "unlike any test digit" in spoken(scribble)
    assert "blank" not in spoken(scribble)


def test_the_way_leads_from_one_end_to_the_other_as_strip_and_as_animation() -> None:
    app = open_latent(own_digit="5", way_steps="7")
    start, end = encode(VAE.model, own_digit(5)).mean[0], load_map("vae").class_means[0]
    line = way_between(VAE.model, start, end, 7, spherical=False)
    assert all(png(image) in html(app) for image in line.images)
    assert gif(line.images) in html(app)
    choose(app, "way", "spherical")
    arc = way_between(VAE.model, start, end, 7, spherical=True)
    assert gif(arc.images) in html(app)
    assert gif(line.images) not in html(app)


@pytest.mark.parametrize("kind", ["Test digit", "Random sample", "Mean of a digit"])
def test_each_kind_of_end_can_be_chosen_and_has_its_own_number(kind: str) -> None:
    app = open_latent(way_from=kind, way_to="Random sample")
    key = {"Test digit": "test", "Random sample": "seed", "Mean of a digit": "mean"}[kind]
    before = html(app)
    choose(app, f"way_from_{key}", 9)
    assert html(app) != before
    assert "way_from_" not in spoken(app)


def test_the_same_place_at_both_ends_is_a_way_too() -> None:
    app = open_latent(way_from="Random sample", way_from_seed="2", way_to="Random sample")
    assert gif(prior_samples(VAE.model, 1, 2).expand(10, -1, -1)) in html(app)


def test_the_class_is_exchanged_for_what_the_reader_reads_or_for_what_is_chosen() -> None:
    app = open_latent(own_digit="6", plus="2")
    latent, means = encode(VAE.model, own_digit(6)).mean[0], load_map("vae").class_means

    def result(taken: int) -> str:
        return png(decode(VAE.model, (latent - means[taken] + means[2])[None])[0])

    assert "reads a 6" in next(w.label for w in app.get("button_group") if w.key == "minus")
    assert result(6) in html(app)
    choose(app, "minus", "1")
    assert result(1) in html(app)
    assert result(6) not in html(app)


def test_all_ten_digits_are_drawn_in_the_style_of_the_current_one() -> None:
    model = load_autoencoder("cvae").model
    assert isinstance(model, ConditionalVAE)
    app = open_latent(own_digit="3")
    assert all(png(image) in html(app) for image in in_the_style_of(model, own_digit(3), 3))
    choose(app, "style_of", "8")
    assert all(png(image) in html(app) for image in in_the_style_of(model, own_digit(3), 8))
    assert "taken for the digit 8" in spoken(app)


def test_ten_samples_of_the_prior_are_shown_and_then_ten_new_ones() -> None:
    app = open_latent()
    assert all(png(image) in html(app) for image in prior_samples(VAE.model, 10, 0))
    press(app, "prior_seed_button")
    assert all(png(image) in html(app) for image in prior_samples(VAE.model, 10, 1))
    assert "no person wrote them" in spoken(app)


def test_as_many_as_wanted_of_a_chosen_digit_are_drawn() -> None:
    model = load_autoencoder("cvae").model
    assert isinstance(model, ConditionalVAE)
    app = open_latent(asked_digit="7", asked_count="1", asked_temperature="0.5", asked_seed="4")
    (image,) = draw_class(model, 7, 1, 4, 0.5)
    assert "1 generated picture of the digit 7" in html(app)
    before = html(app)
    choose(app, "asked_count", 100)
    assert "100 generated pictures of the digit 7" in html(app)
    choose(app, "asked_temperature", 0.0)
    assert html(app) != before
    assert image.max() > 0.9


def test_both_terms_of_the_loss_stand_beside_the_mean_of_the_test_digits() -> None:
    app = open_latent(own_digit="9")
    terms = loss_terms(VAE.model, own_digit(9))
    assert f"{terms.reconstruction.item():.1f} + {terms.kl.item():.1f} =" in html(app)
    assert f"= {VAE.card.test['loss']:.1f} nats" in html(app)


def test_epsilon_moves_z_and_the_digit() -> None:
    app = open_latent(own_digit="2", noise_dimension="5")
    codes = encode(VAE.model, own_digit(2))
    for noise in (-3.0, 0.0, 3.0):
        choose(app, "noise", noise)
        latent = codes.mean.clone()
        latent[0, 4] += noise * codes.std[0, 4]
        assert f"approx {latent[0, 4]:.2f}$" in spoken(app)
        assert png(decode(VAE.model, latent)[0]) in html(app)


@pytest.mark.parametrize(
    ("failing", "still_there"), [("cvae", "New ones"), ("vae", "Download the sheet as PNG")]
)
def test_weights_that_cannot_be_loaded_get_a_sentence_and_the_rest_stays(
    monkeypatch: pytest.MonkeyPatch, failing: str, still_there: str
) -> None:
    load: Callable[[str], object] = runtime.load_autoencoder

    def broken(key: str) -> object:
        if key == failing:
            raise WeightsUnusable(f"The weights of {key} are damaged.")
        return load(key)

    monkeypatch.setattr(runtime, "load_autoencoder", broken)
    runtime.shared_autoencoder.clear()
    try:
        app = open_latent()
        assert f"The weights of {failing} are damaged." in spoken(app)
        labels = [part.proto.label for part in [*app.button, *app.get("download_button")]]
        assert still_there in labels
    finally:
        runtime.shared_autoencoder.clear()


def test_the_links_lead_to_trainings_with_their_beta() -> None:
    links = [part.proto for part in open_latent().get("page_link")]
    queries = [re.sub(r"\s", "", link.query_string) for link in links if "β" in link.label]
    assert queries == [f"net=VAE&beta={beta}" for beta in ("0", "0.25", "1", "4")]
