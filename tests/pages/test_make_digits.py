"""Digits on request, in a style and from random numbers; they need no MNIST."""

import base64
from dataclasses import replace

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.latent.codes import decode, encode
from mnist_core.latent.generate import draw_class, in_the_style_of, prior_samples
from mnist_core.latent.plane import load_map
from mnist_core.models.cvae import ConditionalVAE
from mnist_core.pictures.image_files import sheet_png
from mnist_core.pictures.own_digits import own_digit
from mnist_core.weights import TrainedAutoencoder, load_autoencoder
from tests.ui.visitor import (
    all_but,
    buttons,
    change,
    errors,
    html,
    html_parts,
    png,
    press,
    run,
    said,
    subheaders,
    visit,
    widget,
)
from ui.shared import process

QUESTIONS = "ui.make_digits.questions"
VAE = load_autoencoder("vae")
SECTIONS = {
    "idea": ["Without asking for a digit", "In your handwriting"],
    "numbers": [
        "What the temperature stretches",
        "The mean of all sevens",
        "Arithmetic with codes",
    ],
    "experts": ["Where the style lives"],
}
pytestmark = pytest.mark.usefixtures("without_mnist")


def visit_make(chapter: str = "Idea", **address: str) -> AppTest:
    own = {"digit_from": "Drawn by the program", "chapter": chapter}
    return visit("make_digits", **own, **address)


def cvae() -> ConditionalVAE:
    model = load_autoencoder("cvae").model
    assert isinstance(model, ConditionalVAE)
    return model


@pytest.mark.parametrize("chapter", SECTIONS)
def test_each_chapter_has_its_parts(chapter: str) -> None:
    app = visit_make(chapter)
    assert subheaders(app) == SECTIONS[chapter]
    assert not app.error


def test_the_class_is_exchanged_for_what_the_reader_reads_or_for_what_is_chosen() -> None:
    app = visit_make("By the numbers", own_digit="6", plus="2")
    latent, means = encode(VAE.model, own_digit(6)).mean[0], load_map("vae").class_means

    def result(taken: int) -> str:
        return png(decode(VAE.model, (latent - means[taken] + means[2])[None])[0])

    assert "reads a 6" in widget(app, "minus").label
    assert result(6) in html(app)
    change(app, "minus", "1")
    assert result(1) in html(app)
    assert result(6) not in html(app)


def test_all_ten_digits_are_drawn_in_the_style_of_the_current_one() -> None:
    model, app = cvae(), visit_make(own_digit="3")
    assert all(png(image) in html(app) for image in in_the_style_of(model, own_digit(3), 3))
    change(app, "style_of", "8")
    assert all(png(image) in html(app) for image in in_the_style_of(model, own_digit(3), 8))
    assert "taken for the digit 8" in said(app)


def test_ten_samples_of_the_prior_are_shown_and_then_ten_new_ones() -> None:
    app = visit_make()
    assert all(png(image) in html(app) for image in prior_samples(VAE.model, 10, 0))
    press(app, "prior_seed_button")
    assert all(png(image) in html(app) for image in prior_samples(VAE.model, 10, 1))
    assert "no person wrote them" in said(app)


def test_as_many_as_wanted_of_a_chosen_digit_are_drawn() -> None:
    asked = {"asked_digit": "7", "asked_temperature": "0.5", "asked_seed": "4"}
    app = visit("make_digits", **asked, asked_count="1")
    drawn = draw_class(cvae(), 7, 1, 4, 0.5)
    assert "1 generated picture of the digit 7" in html(app)
    assert base64.b64encode(sheet_png(drawn, 1)).decode() in html(app)
    assert drawn.max() > 0.9
    change(app, "asked_count", 100)
    assert "100 generated pictures of the digit 7" in html(app)
    before = html(app)
    change(app, "asked_temperature", 1.0)
    assert html(app) != before
    before = html(app)
    press(app, "asked_seed_button")
    assert widget(app, "asked_seed").value == 5
    assert html(app) != before


def test_how_many_are_read_as_asked_is_what_the_card_says() -> None:
    read = load_autoencoder("cvae").card.read_as_asked
    assert read is not None
    text = " ".join(said(visit_make("By the numbers", asked_digit="5")).split())
    assert f"of the 5s **{read['each'][5] * 100:.1f} %**" in text


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
    text = " ".join(said(visit_make("For experts")).split())
    assert says in text if says else "nothing: for every test digit" not in text


@pytest.mark.parametrize(
    ("failing", "still_there"), [("cvae", "New ones"), ("vae", "Download the sheet as PNG")]
)
def test_weights_that_cannot_be_loaded_get_a_sentence_and_the_rest_stays(
    monkeypatch: pytest.MonkeyPatch, failing: str, still_there: str
) -> None:
    monkeypatch.setattr(process, "load_autoencoder", all_but(failing, process.load_autoencoder))
    app = visit_make()
    assert set(errors(app)) == {f"The weights of {failing} are not here."}
    assert still_there in [*buttons(app), *(part.label for part in app.get("download_button"))]


def test_at_temperature_0_there_is_one_picture_and_the_answer_follows_the_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = visit("make_digits", asked_count="3")
    change(app, "guess_drawn_cold", 0)
    (answers,) = [part for part in html_parts(app) if "guessed" in part and "<span" in part]
    assert "one ✓" in answers
    assert "20 ✗" in answers
    assert "20 generated pictures of the digit 3" in html(app)
    assert widget(app, "asked_temperature").value == 0
    assert "this is the plainest 3" in said(app)
    for kinds, right in ((20, 0), (4, 1)):
        drawn = torch.arange(20).fmod(kinds)[:, None, None].expand(20, 28, 28)
        monkeypatch.setattr(f"{QUESTIONS}.draw_class", lambda *_, drawn=drawn: drawn)
        run(app)
        (answers,) = [part for part in html_parts(app) if "guessed" in part and "<span" in part]
        assert f"{['20', 'a few', 'one'][right]} ✓" in answers
