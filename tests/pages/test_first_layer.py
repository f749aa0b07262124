"""The page on first-layer weights; it needs no MNIST."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.inside.first_layer import FirstLayer, ranked, squared_norms, use_of_units, vote
from mnist_core.models.vae import VAE
from mnist_core.pictures.own_digits import own_digit
from mnist_core.shipping.run_folder import FIRST_LAYER_STEPS
from mnist_core.weights import load_trained
from tests.ui.visitor import change, flip, html_parts, picture, run, said, subheaders, visit, widget
from ui.first_layer import moments
from ui.first_layer.figures import signed

OURS = "Drawn by the program"
CONVOLUTIONAL = ["convnet", "deep_cnn", "deep_cnn_pen"]
pytestmark = pytest.mark.usefixtures("without_mnist")


def test_without_mnist_and_without_a_drawing_the_page_is_whole() -> None:
    app = visit("first_layer")
    assert not app.error
    assert not app.warning
    parts = {
        "idea": ["How the templates vote on your digit", "Kernels and what they respond to"],
        "numbers": ["512 filters"],
        "experts": ["The strokes that a VAE draws with"],
    }
    for chapter, headings in parts.items():
        change(app, "Read on", chapter)
        assert subheaders(app) == headings
        walks = 1 + (chapter != "experts")
        assert said(app).count("**After training: the shipped weights**") == walks


@pytest.mark.parametrize(
    ("key", "shown", "chapter"),
    [
        ("template_moment", "templates", ""),
        ("unit_moment", "units", "numbers"),
        ("kernel_moment", "kernels", "idea"),
    ],
)
def test_every_slider_walks_from_random_numbers_to_the_shipped_weights(
    key: str, shown: str, chapter: str
) -> None:
    app = visit("first_layer", chapter=chapter)
    seen = {picture(app, shown)}
    for moment, says in ((0, "Before training: random numbers"), (3, "After 100 batches")):
        change(app, key, moment)
        assert f"**{says}**" in said(app)
        assert picture(app, shown) not in seen
        seen.add(picture(app, shown))


def test_the_colours_have_one_scale_for_all_moments_unless_it_is_switched_off() -> None:
    app = visit("first_layer")

    def limit() -> float:
        found = re.search(r"\+([\d.]+)</span>", picture(app, "templates"))
        assert found
        return float(found[1])

    at_the_end = limit()
    change(app, "template_moment", 0)
    assert limit() == at_the_end
    flip(app, "templates_one_scale")
    assert limit() < at_the_end / 10


def test_the_votes_are_the_logits_of_the_shipped_network() -> None:
    app = visit("first_layer", digit_from=OURS, own_digit="3", chapter="idea")
    model = load_trained("softmax_regression").model
    shown = picture(app, "votes")
    for logit in model(own_digit(3))[0].tolist():
        assert f"z {signed(logit)}" in shown
    found = vote(model, own_digit(3))
    assert f"Σ {signed(float(found.sums[3]))}" in shown


def units_shown(app: AppTest) -> list[int]:
    return [int(number) for number in re.findall(r"no\. (\d+)", picture(app, "units"))]


def test_units_are_sorted_by_their_use_for_the_digit_or_by_their_norm() -> None:
    model = load_trained("mlp").model
    use = use_of_units(model, own_digit(3))
    app = visit("first_layer", digit_from=OURS, own_digit="3", chapter="numbers")
    assert units_shown(app) == ranked(use.use)[:64].tolist()
    assert f"{use.active} of the 512 units" in said(app)
    change(app, "units_by", "squared norm")
    change(app, "units_page", 8)
    weight = next(p for p in model.parameters() if p.shape == (512, 784))
    assert units_shown(app) == ranked(squared_norms(weight))[-64:].tolist()


def test_another_digit_is_seen_by_other_units() -> None:
    three, one = (
        units_shown(visit("first_layer", digit_from=OURS, own_digit=digit, chapter="numbers"))
        for digit in ("3", "1")
    )
    assert three != one


@pytest.mark.parametrize("key", CONVOLUTIONAL)
def test_the_kernels_of_every_network_walk_through_its_training(key: str) -> None:
    app = visit("first_layer", chapter="idea")
    change(app, "kernels_of", key)
    last = len(FIRST_LAYER_STEPS)
    assert widget(app, "kernel_moment").max == last
    seen = set()
    for moment, says in (
        (0, "Before training"),
        (last - 1, "After 3 000 batches"),
        (last, "shipped"),
    ):
        change(app, "kernel_moment", moment)
        assert says in said(app)
        seen.add(picture(app, "kernels"))
    assert len(seen) == 3


def test_moments_of_another_training_are_called_that() -> None:
    app = visit("first_layer", chapter="idea")
    assert "second training" not in said(app)
    for key in CONVOLUTIONAL:
        change(app, "kernels_of", key)
        assert ("second training" in said(app)) == (key in moments.TRAINED_AGAIN)


def test_missing_moments_get_a_sentence_and_leave_before_and_after(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(moments, "FIRST_LAYER_DIR", tmp_path)
    app = visit("first_layer", chapter="numbers")
    assert "mlp.safetensors is missing" in said(app)
    before = picture(app, "units")
    change(app, "unit_moment", 0)
    assert picture(app, "units") != before


def test_without_a_vae_there_is_a_sentence_that_says_where_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(moments, "WEIGHTS_DIR", tmp_path)
    app = visit("first_layer", chapter="experts")
    assert "There is no VAE here yet" in said(app)


def test_a_vae_that_the_visitor_trains_shows_its_strokes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(moments, "WEIGHTS_DIR", tmp_path)
    vae = VAE()
    with torch.no_grad():
        vae.decoder[2].weight[:, 123] *= 100
    run = SimpleNamespace(trainer=SimpleNamespace(model=vae), step_count=1200)
    runs = SimpleNamespace(names=["VAE"], players=[SimpleNamespace(run=run)])
    monkeypatch.setattr(moments, "session_runs", lambda: runs)
    app = visit("first_layer", chapter="experts")
    assert widget(app, "columns_of").value == "Your run: VAE, 1 200 batches"

    def strokes() -> list[str]:
        return [part for part in html_parts(app) if "columns on this page" in part]

    before = strokes()
    change(app, "columns_page", 2)
    assert strokes() != before


def guessed(app: AppTest) -> str:
    """The answers to the last question that has been guessed, with their marks."""
    return [part for part in html_parts(app) if "guessed" in part and "<span" in part][-1]


def test_how_large_the_first_templates_are_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit("first_layer")
    change(app, "guess_first_templates", 0)
    assert "less than a tenth ✓" in guessed(app)
    assert "about as large ✗" in guessed(app)
    assert "**Before training: random numbers**" in said(app)
    ends = [FirstLayer(0, torch.arange(9.0)), FirstLayer(None, 5 * torch.arange(9.0))]
    monkeypatch.setattr("ui.first_layer.questions.shared_ends", lambda key: ends)
    run(app)
    assert "about a fifth ✓" in guessed(app)


def test_what_the_last_units_are_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit("first_layer", chapter="numbers")
    change(app, "guess_last_units", 0)
    assert "pale noise ✓" in guessed(app)
    assert widget(app, "units_by").value == "squared norm"
    assert widget(app, "units_page").value == 8
    alike = [FirstLayer(None, torch.ones(512, 784))]
    monkeypatch.setattr("ui.first_layer.questions.shared_ends", lambda key: alike)
    run(app)
    assert "clear strokes, like the first ✓" in guessed(app)


def test_what_a_blue_kernel_responds_to_is_measured_on_the_digit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = visit("first_layer", chapter="idea", kernels_of="deep_cnn")
    change(app, "guess_blue_kernel", 0)
    assert "on the paper round it ✓" in guessed(app)
    assert "on your digit ✗" in guessed(app)
    assert widget(app, "kernels_of").value == "convnet"
    model = load_trained("convnet").model
    first = next(m for m in model.modules() if isinstance(m, torch.nn.Conv2d))
    of_ink = [FirstLayer(None, -first.weight.detach())]
    monkeypatch.setattr("ui.first_layer.questions.shared_ends", lambda key: of_ink)
    run(app)
    assert "on your digit ✓" in guessed(app)
