"""The ways through the latent space; they need no MNIST."""

import base64
import re
from dataclasses import replace

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.latent.codes import (
    decode,
    encode,
    error_at_mean,
    loss_terms,
    redraw_error,
    standard_normal,
)
from mnist_core.latent.generate import draw_class, in_the_style_of, prior_samples
from mnist_core.latent.plane import load_map
from mnist_core.latent.ways import way_between
from mnist_core.layers.vae_loss import pixel_entropy
from mnist_core.models.cvae import ConditionalVAE
from mnist_core.pictures.image_files import animated_gif, encode_png, there_and_back
from mnist_core.pictures.own_digits import own_digit
from mnist_core.weights import TrainedAutoencoder, load_autoencoder
from tests.digits import NO_INK, SCRIBBLE
from tests.ui.visitor import (
    all_but,
    buttons,
    change,
    drawing_of,
    html,
    press,
    said,
    subheaders,
    visit,
    widget,
)
from ui.shared import process

VAE = load_autoencoder("vae")
pytestmark = pytest.mark.usefixtures("without_mnist")


def visit_latent(**address: str) -> AppTest:
    return visit("latent", **{"digit_from": "Drawn by the program", **address})


def png(image: torch.Tensor) -> str:
    """As it stands in the page."""
    return base64.b64encode(encode_png(image.numpy())).decode()


def gif(images: torch.Tensor) -> str:
    return base64.b64encode(animated_gif(there_and_back(images))).decode()


def test_without_mnist_every_part_of_the_page_is_there() -> None:
    app = visit_latent()
    assert not app.error
    parts = ["From your drawing", "Between two digits", "Arithmetic and style", "Generate"]
    assert [title for title in subheaders(app) if title in parts] == parts
    assert "The loss, term by term" in subheaders(app)


def test_the_digit_comes_back_from_its_mean_and_other_samples_can_be_had() -> None:
    app = visit_latent(own_digit="4")
    mean = encode(VAE.model, own_digit(4)).mean
    before = html(app)
    assert png(decode(VAE.model, mean)[0]) in before
    assert "comes out as well as digits do" in said(app)
    press(app, "code_seed_button")
    assert html(app) != before


def test_walk_from_here_puts_the_digits_mean_into_the_sliders(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = visit_latent(own_digit="7")
    codes: list[list[float]] = []
    monkeypatch.setattr("ui.latent.your_code.set_latent", codes.append)
    press(app, "walk_from_here")
    assert codes == [pytest.approx(encode(VAE.model, own_digit(7)).mean[0].tolist())]


def test_a_blank_canvas_and_a_scribble_say_so() -> None:
    blank = visit_latent(digit_from="My drawing")
    assert "Your canvas is blank" in said(blank)
    no_ink = visit("latent", {"drawing": drawing_of(NO_INK)})
    assert "Your canvas is blank" in said(no_ink)
    scribble = visit("latent", {"drawing": drawing_of(SCRIBBLE)})
    assert "unlike any test digit" in said(scribble)
    assert "blank" not in said(scribble)


def test_the_way_leads_from_one_end_to_the_other_as_strip_and_as_animation() -> None:
    app = visit_latent(own_digit="5", way_steps="7")
    start, end = encode(VAE.model, own_digit(5)).mean[0], load_map("vae").class_means[0]
    line = way_between(VAE.model, start, end, 7, spherical=False)
    assert all(png(image) in html(app) for image in line.images)
    assert gif(line.images) in html(app)
    change(app, "way", "spherical")
    arc = way_between(VAE.model, start, end, 7, spherical=True)
    assert gif(arc.images) in html(app)
    assert gif(line.images) not in html(app)


@pytest.mark.parametrize("kind", ["Test digit", "Random sample", "Mean of a digit"])
def test_each_kind_of_end_can_be_chosen_and_has_its_own_number(kind: str) -> None:
    app = visit_latent(way_from=kind, way_to="Random sample")
    key = {"Test digit": "test", "Random sample": "seed", "Mean of a digit": "mean"}[kind]
    before = html(app)
    change(app, f"way_from_{key}", 9)
    assert html(app) != before
    assert "way_from_" not in said(app)


def test_the_same_place_at_both_ends_is_a_way_too() -> None:
    app = visit_latent(way_from="Random sample", way_from_seed="2", way_to="Random sample")
    assert gif(prior_samples(VAE.model, 1, 2).expand(10, -1, -1)) in html(app)


def test_the_class_is_exchanged_for_what_the_reader_reads_or_for_what_is_chosen() -> None:
    app = visit_latent(own_digit="6", plus="2")
    latent, means = encode(VAE.model, own_digit(6)).mean[0], load_map("vae").class_means

    def result(taken: int) -> str:
        return png(decode(VAE.model, (latent - means[taken] + means[2])[None])[0])

    assert "reads a 6" in widget(app, "minus").label
    assert result(6) in html(app)
    change(app, "minus", "1")
    assert result(1) in html(app)
    assert result(6) not in html(app)


def test_all_ten_digits_are_drawn_in_the_style_of_the_current_one() -> None:
    model = load_autoencoder("cvae").model
    assert isinstance(model, ConditionalVAE)
    app = visit_latent(own_digit="3")
    assert all(png(image) in html(app) for image in in_the_style_of(model, own_digit(3), 3))
    change(app, "style_of", "8")
    assert all(png(image) in html(app) for image in in_the_style_of(model, own_digit(3), 8))
    assert "taken for the digit 8" in said(app)


def test_ten_samples_of_the_prior_are_shown_and_then_ten_new_ones() -> None:
    app = visit_latent()
    assert all(png(image) in html(app) for image in prior_samples(VAE.model, 10, 0))
    press(app, "prior_seed_button")
    assert all(png(image) in html(app) for image in prior_samples(VAE.model, 10, 1))
    assert "no person wrote them" in said(app)


def test_as_many_as_wanted_of_a_chosen_digit_are_drawn() -> None:
    model = load_autoencoder("cvae").model
    assert isinstance(model, ConditionalVAE)
    app = visit_latent(asked_digit="7", asked_count="1", asked_temperature="0.5", asked_seed="4")
    (image,) = draw_class(model, 7, 1, 4, 0.5)
    assert "1 generated picture of the digit 7" in html(app)
    before = html(app)
    change(app, "asked_count", 100)
    assert "100 generated pictures of the digit 7" in html(app)
    change(app, "asked_temperature", 0.0)
    assert html(app) != before
    assert image.max() > 0.9


def test_both_terms_of_the_loss_stand_beside_the_mean_of_the_test_digits() -> None:
    app = visit_latent(own_digit="9")
    terms = loss_terms(VAE.model, own_digit(9))
    assert f"{terms.reconstruction.item():.1f} + {terms.kl.item():.1f} =" in html(app)
    assert f"= {VAE.card.test['loss']:.1f} nats" in html(app)


def test_two_errors_of_one_digit_have_two_names_and_are_told_apart() -> None:
    app, image = visit_latent(own_digit="7"), own_digit(7)
    at_mean, redraw = (float(f(VAE.model, image)) for f in (error_at_mean, redraw_error))
    entropy = float(pixel_entropy(image))
    assert f"{at_mean:.1f} − {entropy:.1f} = {redraw:.1f} **nats**" in said(app)
    assert f"this picture: {redraw:.1f}" in html(app)
    assert "reconstruction, at one draw of z" in html(app)
    assert "reconstruction error" not in said(app) + html(app)
    assert "not the redraw error" in said(app)


def test_the_bound_is_said_to_hold_for_the_mean_over_z_and_for_black_and_white() -> None:
    text = said(visit_latent())
    assert "mean over all draws of $z$ from the cloud is an upper" in text
    assert "pixels that are black or white" in text


@pytest.mark.parametrize(
    ("dead", "says"),
    [
        (0, None),
        (1, "1 of its 20 numbers carries nothing"),
        (7, "7 of its 20 numbers carry nothing"),
    ],
)
def test_the_numbers_of_the_conditional_network_that_carry_nothing_are_counted(
    dead: int, says: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(key: str) -> TrainedAutoencoder:
        trained = load_autoencoder(key)
        card = replace(trained.card, kl_per_dimension=[0.0] * dead + [0.02] * (20 - dead))
        return replace(trained, card=card)

    monkeypatch.setattr(process, "load_autoencoder", load)
    text = said(visit_latent())
    assert says in text if says else "nothing: for every test digit" not in text


def test_the_lengths_on_the_two_ways_are_those_that_the_experiment_names() -> None:
    ends = [standard_normal(1, VAE.model.latent_dim, seed)[0] for seed in (1, 2)]
    line, arc = (way_between(VAE.model, *ends, 10, spherical=on) for on in (False, True))
    start, lowest = line.lengths[0], line.lengths.min()
    text = said(visit_latent())
    assert f"falls from {start:.1f} to {lowest:.1f} in the middle" in text
    assert f"between {arc.lengths.max():.1f} and {arc.lengths.min():.1f} all the way" in text


def test_epsilon_moves_z_and_the_digit() -> None:
    app = visit_latent(own_digit="2", noise_dimension="5")
    codes = encode(VAE.model, own_digit(2))
    for noise in (-3.0, 0.0, 3.0):
        change(app, "noise", noise)
        latent = codes.mean.clone()
        latent[0, 4] += noise * codes.std[0, 4]
        assert f"approx {latent[0, 4]:.2f}$" in said(app)
        assert png(decode(VAE.model, latent)[0]) in html(app)


@pytest.mark.parametrize(
    ("failing", "still_there"), [("cvae", "New ones"), ("vae", "Download the sheet as PNG")]
)
def test_weights_that_cannot_be_loaded_get_a_sentence_and_the_rest_stays(
    monkeypatch: pytest.MonkeyPatch, failing: str, still_there: str
) -> None:
    monkeypatch.setattr(process, "load_autoencoder", all_but(failing, process.load_autoencoder))
    app = visit_latent()
    assert f"The weights of {failing} are not here." in said(app)
    assert still_there in [*buttons(app), *(part.label for part in app.get("download_button"))]


def test_the_links_lead_to_trainings_with_their_beta() -> None:
    links = [part.proto for part in visit_latent().get("page_link")]
    queries = [re.sub(r"\s", "", link.query_string) for link in links if "β" in link.label]
    assert queries == [f"net=VAE&beta={beta}" for beta in ("0", "0.25", "1", "4")]
