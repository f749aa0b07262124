"""How an autoencoder learns, as its visitor finds it; it needs no MNIST."""

import math
import re

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.latent.codes import Codes, decode, encode, kl_per_dimension, loss_terms, redraw
from mnist_core.pictures.own_digits import own_digit
from mnist_core.weights import load_autoencoder
from tests.ui.visitor import (
    change,
    errors,
    html,
    html_parts,
    not_here,
    png,
    press,
    run,
    said,
    subheaders,
    visit,
    widget,
)

QUESTIONS = "ui.autoencoder.questions"
VAE = load_autoencoder("vae")
SECTIONS: dict[str, list[str]] = {
    "idea": [],
    "numbers": ["The loss, term by term", "The reparameterisation trick"],
    "experts": ["What β trades"],
}
pytestmark = pytest.mark.usefixtures("without_mnist")


def visit_autoencoder(chapter: str = "Folded", **address: str) -> AppTest:
    own = {"digit_from": "Drawn by the program", "chapter": chapter}
    return visit("autoencoder", **own, **address)


@pytest.mark.parametrize("chapter", SECTIONS)
def test_each_chapter_has_its_parts(chapter: str) -> None:
    app = visit_autoencoder(chapter)
    assert subheaders(app) == SECTIONS[chapter]
    assert not app.error


def test_both_terms_of_the_loss_stand_beside_the_mean_of_the_test_digits() -> None:
    app = visit_autoencoder(own_digit="9")
    terms = loss_terms(VAE.model, own_digit(9))
    assert f"{terms.reconstruction.item():.1f} + {terms.kl.item():.1f} =" in html(app)
    assert f"= {VAE.card.test['loss']:.1f} nats" in html(app)
    assert "reconstruction, at one draw of z" in html(app)


def test_another_draw_is_drawn_and_counted() -> None:
    app = visit_autoencoder(own_digit="4")
    for seed in (0, 1):
        images, terms = redraw(VAE.model, own_digit(4), seed=seed)
        assert png(images[0]) in html(app)
        assert f"{terms.reconstruction.item():.1f} + {terms.kl.item():.1f} =" in html(app)
        press(app, "draw_seed_button")


def test_one_draw_of_the_loss_is_told_apart_from_the_redraw_error() -> None:
    app = visit_autoencoder("By the numbers")
    assert "not the redraw error" in " ".join(said(app).split())
    assert "reconstruction error" not in said(app) + html(app)


def test_the_bound_is_said_to_hold_for_the_mean_over_z_and_for_black_and_white() -> None:
    text = " ".join(said(visit_autoencoder("For experts")).split())
    assert "mean over all draws of $z$ from the cloud is an upper" in text
    assert "pixels that are black or white" in text


def test_epsilon_moves_z_and_the_digit() -> None:
    app = visit_autoencoder("By the numbers", own_digit="2", noise_dimension="5")
    codes = encode(VAE.model, own_digit(2))
    for noise in (-3.0, 0.0, 3.0):
        change(app, "noise", noise)
        latent = codes.mean.clone()
        latent[0, 4] += noise * codes.std[0, 4]
        assert f"approx {latent[0, 4]:.2f}$" in said(app)
        assert png(decode(VAE.model, latent)[0]) in html(app)


def test_the_links_lead_to_trainings_with_their_beta() -> None:
    links = [part.proto for part in visit_autoencoder("For experts").get("page_link")]
    queries = [re.sub(r"\s", "", link.query_string) for link in links if "β" in link.label]
    assert queries == [f"net=VAE&beta={beta}" for beta in ("0", "0.25", "1", "4")]


def test_missing_weights_get_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.autoencoder.terms.shared_autoencoder", not_here)
    app = visit_autoencoder("Idea")
    assert errors(app) == ["The weights of vae are not here."]
    assert "makes one number small" in said(app)


def guessed(app: AppTest) -> str:
    """The answers to the last question that has been guessed, with their marks."""
    return [part for part in html_parts(app) if "guessed" in part and "<span" in part][-1]


def test_another_draw_changes_the_reconstruction_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit_autoencoder(own_digit="2")
    images, _ = redraw(VAE.model, own_digit(2), seed=1)
    assert png(images[0]) not in html(app)
    change(app, "guess_another_draw", 2)
    assert "the reconstruction ✓" in guessed(app)
    assert "both ✗" in guessed(app)
    assert png(images[0]) in html(app)
    one, other = (redraw(VAE.model, own_digit(digit)) for digit in (2, 8))
    monkeypatch.setattr(f"{QUESTIONS}.redraw", lambda *_, seed: one if seed % 2 else other)
    assert "both ✓" in guessed(run(app))


def test_what_says_much_has_a_narrow_cloud() -> None:
    codes = encode(VAE.model, own_digit(6))
    most = int(kl_per_dimension(codes).argmax())
    app = visit_autoencoder("By the numbers", own_digit="6")
    change(app, "guess_wide_cloud", 2)
    assert "narrower ✓" in guessed(app)
    assert f"spread is {codes.std[0, most]:.2f}: look at z{most + 1} below" in said(app)
    assert widget(app, "noise_dimension").value == most + 1


def test_how_wide_the_cloud_is_follows_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    app = change(visit_autoencoder("By the numbers"), "guess_wide_cloud", 0)
    mean = encode(VAE.model, own_digit(5)).mean
    for std, right in ((0.5, "narrower"), (1.0, "as wide"), (2.0, "wider")):
        codes = Codes(mean, torch.full_like(mean, 2 * math.log(std)))
        monkeypatch.setattr(f"{QUESTIONS}.encode", lambda *_, codes=codes: codes)
        assert f">{right} ✓" in guessed(run(app))
