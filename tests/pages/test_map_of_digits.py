"""The map of the latent space as its visitor finds it: to point at, and to walk through."""

import base64
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.latent.code_text import parse_code, random_code
from mnist_core.latent.codes import decode, encode, error_at_mean, redraw_error, standard_normal
from mnist_core.latent.generate import prior_samples
from mnist_core.latent.plane import class_centres, load_map
from mnist_core.latent.ways import way_between
from mnist_core.layers.vae_loss import pixel_entropy
from mnist_core.pictures.image_files import animated_gif, there_and_back
from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import load_reader
from mnist_core.weights import load_autoencoder
from tests.digits import NO_INK, SCRIBBLE
from tests.ui.visitor import (
    all_but,
    change,
    drawing_of,
    errors,
    html,
    html_parts,
    not_here,
    png,
    press,
    run,
    said,
    sent,
    subheaders,
    visit,
    widget,
)
from ui.shared import process

SECTIONS = {
    "idea": ["From your drawing", "Between two digits"],
    "numbers": ["All 20 numbers", "Is it a digit at all?"],
    "experts": ["A flat map of 20 directions", "The two ways"],
}
QUESTIONS = "ui.map_of_digits.questions"
VAE = load_autoencoder("vae")
PLACE = "_".join(["1.5", "-0.75", *["0"] * 17, "3"])


def visit_map(**address: str) -> AppTest:
    return visit("map_of_digits", **{"digit_from": "Drawn by the program", **address})


def visit_sliders(**address: str) -> AppTest:
    return visit_map(chapter="By the numbers", **address)


def visit_idea(**address: str) -> AppTest:
    return visit_map(chapter="Idea", **address)


def gif(images: torch.Tensor) -> str:
    return base64.b64encode(animated_gif(there_and_back(images))).decode()


def code(app: AppTest) -> list[float]:
    return parse_code(sent(app, "latent_walk")["code"], 20)


def diamond(app: AppTest) -> str:
    (style,) = [part for part in html_parts(app) if "--yours-x" in part]
    return style


@pytest.mark.usefixtures("without_mnist")
@pytest.mark.parametrize("chapter", SECTIONS)
def test_each_chapter_has_its_parts_without_mnist_too(chapter: str) -> None:
    app = visit_map(chapter=chapter)
    assert subheaders(app) == SECTIONS[chapter]
    assert not app.error


def test_the_map_is_that_of_the_autoencoder_that_is_chosen() -> None:
    app = visit_map()
    flat = sent(app, "latent_pad")
    assert (flat["name"], flat["takes"], len(flat["centres"])) == ("vae2d", False, 10)
    change(app, "map_of", "20 numbers")
    shadow = sent(app, "latent_pad")
    assert (shadow["name"], shadow["takes"]) == ("vae", True)
    assert shadow["places"] != flat["places"]
    assert shadow["decoder"] != flat["decoder"]
    share = sum(load_map("vae").plane.explained)
    assert f"**{share * 100:.1f} %** of the variance" in said(app)


def test_the_diamond_stands_where_the_digit_above_is_encoded() -> None:
    app = visit_map(own_digit="1")
    across, up = encode(load_autoencoder("vae2d").model, own_digit(1)).mean[0].tolist()
    left, top = (across / 4 + 1) * 50, (1 - up / 4) * 50
    assert f"--yours-x:{left:.2f}%;--yours-y:{top:.2f}%" in diamond(app)
    assert diamond(visit_map(own_digit="0")) != diamond(app)


def test_the_sliders_are_ordered_by_what_they_carry() -> None:
    numbers = sent(visit_sliders(), "latent_walk")["numbers"]
    kl = load_autoencoder("vae").card.kl_per_dimension
    assert [kl[number["index"]] for number in numbers] == sorted(kl, reverse=True)
    assert numbers[0]["share"] == 1
    assert numbers[0]["carries"] == f"{max(kl):.2f} nats"


def test_the_address_restores_the_place() -> None:
    app = visit_sliders(z=PLACE)
    assert code(app) == [1.5, -0.75, *[0] * 17, 3]
    assert widget(app, "z").value == PLACE
    assert code(visit_sliders()) == [0] * 20


@pytest.mark.parametrize("text", ["1_2", "rubbish", "_".join(["nan"] * 20)])
def test_an_address_with_no_code_gets_a_sentence_and_may_be_corrected(text: str) -> None:
    app = visit_sliders(z=text)
    assert "A code is 20 numbers" in app.warning[0].value
    assert code(app) == [0] * 20
    assert widget(app, "z").value == text
    change(app, "z", PLACE)
    assert not app.warning
    assert code(app)[0] == 1.5


def test_numbers_beyond_the_sliders_are_brought_to_their_ends() -> None:
    assert code(visit_sliders(z=" ".join(["7", "-1e9", *["0.11"] * 18]))) == [3, -3, *[0.1] * 18]


def test_the_sliders_start_from_the_digit_above_when_asked() -> None:
    app = visit_sliders(own_digit="4")
    press(app, "z_from_digit")
    mean = encode(load_autoencoder("vae").model, own_digit(4)).mean[0].clamp(-3, 3)
    torch.testing.assert_close(torch.tensor(code(app)), mean, rtol=0, atol=0.0251)


def test_what_is_large_is_the_same_at_each_rerun() -> None:
    app = visit_sliders()
    before = [sent(app, key) for key in ("latent_keeper", "latent_pad")]
    change(app, "z", PLACE)
    assert [sent(app, key) for key in ("latent_keeper", "latent_pad")] == before


@pytest.mark.usefixtures("without_mnist")
def test_the_page_works_without_mnist() -> None:
    app = visit_sliders(digit_from="My drawing", z=PLACE)
    assert "**The digit:**" in said(app)
    assert code(app)[0] == 1.5
    assert len(sent(app, "latent_pad")["labels"]) > 10_000


@pytest.mark.parametrize(("view", "key"), [("map", "vae2d"), ("sliders", "vae")])
def test_missing_weights_get_a_sentence_and_the_other_parts_stay(
    view: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"ui.map_of_digits.{view}.shared_autoencoder", not_here)
    app = visit_sliders()
    assert set(errors(app)) == {f"The weights of {key} are not here."}
    assert subheaders(app) == SECTIONS["numbers"]
    assert sent(app, "latent_walk" if view == "map" else "latent_pad")


def test_weights_that_cannot_be_loaded_get_a_sentence_and_the_map_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process, "load_autoencoder", all_but("vae", process.load_autoencoder))
    app = visit_idea()
    assert set(errors(app)) == {"The weights of vae are not here."}
    assert sent(app, "latent_pad")["name"] == "vae2d"


# From your drawing


def test_the_digit_comes_back_from_its_mean_and_other_samples_can_be_had() -> None:
    app = visit_idea(own_digit="4")
    mean = encode(VAE.model, own_digit(4)).mean
    before = html(app)
    assert png(decode(VAE.model, mean)[0]) in before
    press(app, "code_seed_button")
    assert html(app) != before


def test_walk_from_here_opens_the_sliders_at_the_digits_mean() -> None:
    app = visit_idea(own_digit="7")
    press(app, "walk_from_here")
    assert subheaders(app) == SECTIONS["numbers"]
    mean = encode(VAE.model, own_digit(7)).mean[0].clamp(-3, 3)
    torch.testing.assert_close(torch.tensor(code(app)), mean, rtol=0, atol=0.0251)
    assert app.query_params["z"] == widget(app, "z").value


def test_a_blank_canvas_and_a_scribble_say_so() -> None:
    blank = visit_idea(digit_from="My drawing")
    assert "Your canvas is blank" in said(blank)
    no_ink = visit("map_of_digits", {"drawing": drawing_of(NO_INK)}, chapter="Idea")
    assert "Your canvas is blank" in said(no_ink)
    scribble = visit("map_of_digits", {"drawing": drawing_of(SCRIBBLE)}, chapter="Idea")
    assert "blank" not in said(scribble)
    change(scribble, "Read on", "numbers")
    assert "unlike any test digit" in said(scribble)


# Is it a digit at all?


def test_a_usual_digit_comes_out_well_and_its_error_is_what_is_left_of_the_surprise() -> None:
    app, image = visit_sliders(own_digit="7"), own_digit(7)
    at_mean, redraw = (float(f(VAE.model, image)) for f in (error_at_mean, redraw_error))
    entropy = float(pixel_entropy(image))
    assert f"{at_mean:.1f} − {entropy:.1f} = {redraw:.1f} **" in said(app)
    assert f"this picture: {redraw:.1f}" in html(app)
    assert "comes out as well as digits do" in said(app)
    assert "reconstruction error" not in said(app) + html(app)


# Between two digits


def test_the_way_leads_from_one_end_to_the_other_as_strip_and_as_animation() -> None:
    app = visit_idea(own_digit="5", way_steps="7")
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
    app = visit_idea(way_from=kind, way_to="Random sample")
    key = {"Test digit": "test", "Random sample": "seed", "Mean of a digit": "mean"}[kind]
    before = html(app)
    change(app, f"way_from_{key}", 9)
    assert html(app) != before
    assert "way_from_" not in said(app)


def test_the_same_place_at_both_ends_is_a_way_too() -> None:
    app = visit_idea(way_from="Random sample", way_from_seed="2", way_to="Random sample")
    assert gif(prior_samples(VAE.model, 1, 2).expand(10, -1, -1)) in html(app)


# What is predicted


def guessed(app: AppTest) -> str:
    """The answers to the last question that has been guessed, with their marks."""
    return [part for part in html_parts(app) if "guessed" in part and "<span" in part][-1]


def test_the_way_from_1_to_6_leads_through_an_8() -> None:
    app = visit_map(map_of="20 numbers")
    change(app, "guess_lies_between", 1)
    assert "an 8 ✓" in guessed(app)
    assert "a 0 ✗" in guessed(app)
    assert sent(app, "latent_pad")["name"] == "vae2d"
    assert "reads on this way: a 1, then an 8, then a 6." in said(app)
    assert "in the middle of the 1s (lower left) and move slowly to the right" in said(app)
    one, six = class_centres(load_map("vae2d"))[[1, 6]]
    assert one.max() < 0, "it is the lower left"
    assert six[0] > one[0], "it is to the right"


def test_what_lies_between_follows_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    class ReadsOnly:
        def __init__(self, digit: int) -> None:
            self.digit = digit

        def probabilities(self, images: torch.Tensor) -> Any:
            return torch.eye(10)[self.digit].expand(len(images), 10).numpy()

    app = visit_map()
    change(app, "guess_lies_between", 0)
    for digit, right in ((1, "none but 1 and 6"), (0, "a 0"), (4, "another digit")):
        reader = ReadsOnly(digit)
        monkeypatch.setattr(f"{QUESTIONS}.shared_reader", lambda _, reader=reader: reader)
        assert f"{right} ✓" in guessed(run(app))


def test_the_lengths_on_the_two_ways_are_those_that_the_answer_names() -> None:
    ends = [standard_normal(1, VAE.model.latent_dim, seed)[0] for seed in (1, 2)]
    line, arc = (way_between(VAE.model, *ends, 10, spherical=on) for on in (False, True))
    app = visit_idea(way="spherical")
    change(app, "guess_middle_of_the_way", 0)
    assert "nearer than at both ends ✓" in guessed(app)
    assert gif(line.images) in html(app)
    text = said(app)
    assert f"begins with {line.lengths[0]:.1f}, is {line.lengths.min():.1f}" in text
    assert f"between {arc.lengths.max():.1f} and {arc.lengths.min():.1f} all the way" in text
    change(app, "way_to_seed", 1)
    assert "as far as at the ends ✓" in guessed(app), "from a place to itself"


def test_at_temperature_0_each_roll_is_the_same_8() -> None:
    app = visit_sliders(z=PLACE)
    change(app, "guess_cold", 0)
    assert "the same picture each time ✓" in guessed(app)
    assert code(app) == [0] * 20
    reader = load_reader("deep_cnn_pen")
    middle = decode(VAE.model, torch.zeros(1, 20))[:, None]
    assert int(reader.probabilities(middle).argmax()) == 8
    assert "which is read as an 8" in said(app)
    hot = torch.stack([random_code(20, seed, 1.5) for seed in range(1, 21)])
    kinds = set(reader.probabilities(decode(VAE.model, hot)[:, None]).argmax(axis=1).tolist())
    assert f"{len(kinds)} at 1.5" in said(app)


def test_what_the_cold_does_follows_the_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    app = change(visit_sliders(), "guess_cold", 0)
    monkeypatch.setattr(
        f"{QUESTIONS}.random_code", lambda _, seed, __: standard_normal(1, 20, seed)[0]
    )
    assert "three different digits ✓" in guessed(run(app))
