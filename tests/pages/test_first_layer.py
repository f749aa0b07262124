"""The page on first-layer weights; it needs no MNIST."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.inside.first_layer import ranked, squared_norms, use_of_units, vote
from mnist_core.models.vae import VAE
from mnist_core.pictures.own_digits import own_digit
from mnist_core.weights import load_trained
from ui.first_layer import moments as first_layer_view
from ui.first_layer.figures import signed
from ui.shared.session.runs import SessionRuns

ROOT = Path(__file__).resolve().parents[2]
OURS = "Drawn by the program"


@pytest.fixture(autouse=True)
def without_mnist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))


def open_first_layer(**parameters: str) -> AppTest:
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    for name, value in parameters.items():
        app.query_params[name] = value
    app.switch_page("pages/first_layer.py").run()
    assert not app.exception
    return app


def picture(app: AppTest, key: str) -> str:
    """The HTML of one picture."""
    parts = [part.proto.SerializeToString().decode(errors="ignore")
             for part in app.get("bidi_component")]  # fmt: skip
    (found,) = [part for part in parts if re.search(rf"-{key}\b", part)]
    for character in "−Σ":
        found = found.replace(json.dumps(character)[1:-1], character)
    return found


def spoken(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.error, *app.warning, *app.info]
    return "\n".join(part.value for part in parts)


def slide(app: AppTest, key: str, value: int) -> None:
    next(w for w in app.slider if w.key == key).set_value(value).run()
    assert not app.exception


def choose(app: AppTest, key: str, value: str) -> None:
    next(w for w in app.get("button_group") if w.key == key).set_value(value).run()
    assert not app.exception


def test_without_mnist_and_without_a_drawing_the_page_is_whole() -> None:
    app = open_first_layer()
    assert not app.error
    assert not app.warning
    assert [part.value for part in app.subheader] == [
        "Ten templates",
        "512 filters",
        "Kernels and what they respond to",
        "The strokes that a VAE draws with",
        "Try this",
    ]
    assert spoken(app).count("**After training: the shipped weights**") == 3


@pytest.mark.parametrize(
    ("key", "shown"),
    [("template_moment", "templates"), ("unit_moment", "units"), ("kernel_moment", "kernels")],
)
def test_every_slider_walks_from_random_numbers_to_the_shipped_weights(
    key: str, shown: str
) -> None:
    app = open_first_layer()
    seen = {picture(app, shown)}
    for moment, says in ((0, "Before training: random numbers"), (3, "After 100 batches")):
        slide(app, key, moment)
        assert f"**{says}**" in spoken(app)
        assert picture(app, shown) not in seen
        seen.add(picture(app, shown))


def test_the_colours_have_one_scale_for_all_moments_unless_it_is_switched_off() -> None:
    app = open_first_layer()

    def limit() -> float:
        found = re.search(r"\+([\d.]+)</span>", picture(app, "templates"))
        assert found
        return float(found[1])

    at_the_end = limit()
    slide(app, "template_moment", 0)
    assert limit() == at_the_end
    next(t for t in app.toggle if t.key == "templates_one_scale").set_value(False).run()
    assert limit() < at_the_end / 10


def test_the_votes_are_the_logits_of_the_shipped_network() -> None:
    app = open_first_layer(digit_from=OURS, own_digit="3")
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
    app = open_first_layer(digit_from=OURS, own_digit="3")
    assert units_shown(app) == ranked(use.use)[:64].tolist()
    assert f"{use.active} of the 512 units" in spoken(app)
    choose(app, "units_by", "norm")
    slide(app, "units_page", 8)
    weight = next(p for p in model.parameters() if p.shape == (512, 784))
    assert units_shown(app) == ranked(squared_norms(weight))[-64:].tolist()


def test_another_digit_is_seen_by_other_units() -> None:
    three, one = (
        units_shown(open_first_layer(digit_from=OURS, own_digit=digit)) for digit in ("3", "1")
    )
    assert three != one


def test_a_network_without_moments_shows_before_and_after_and_where_to_watch_one() -> None:
    app = open_first_layer()
    slide(app, "kernel_moment", 5)
    choose(app, "kernels_of", "deep_cnn")
    assert "drawn again from the seed" in spoken(app)
    assert "**After training: the shipped weights**" in spoken(app)
    slide(app, "kernel_moment", 0)
    assert "**Before training: random numbers**" in spoken(app)
    assert "kernel 31" in picture(app, "kernels")


def test_missing_moments_get_a_sentence_and_leave_before_and_after(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(first_layer_view, "FIRST_LAYER_DIR", tmp_path)
    app = open_first_layer()
    assert "mlp.safetensors is missing" in spoken(app)
    before = picture(app, "units")
    slide(app, "unit_moment", 0)
    assert picture(app, "units") != before


def test_without_a_vae_there_is_a_sentence_that_says_where_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(first_layer_view, "WEIGHTS_DIR", tmp_path)
    app = open_first_layer()
    assert "There is no VAE here yet" in spoken(app)


def test_a_vae_that_the_visitor_trains_shows_its_strokes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(first_layer_view, "WEIGHTS_DIR", tmp_path)
    vae = VAE()
    with torch.no_grad():
        vae.decoder[2].weight[:, 123] *= 100
    run = SimpleNamespace(trainer=SimpleNamespace(model=vae), step_count=1200)
    runs = SimpleNamespace(names=["VAE"], players=[SimpleNamespace(run=run)])
    monkeypatch.setattr(first_layer_view, "session_runs", lambda: runs)
    app = open_first_layer()
    (box,) = [box for box in app.selectbox if box.key == "columns_of"]
    assert box.value == "Your run: VAE, 1 200 batches"
    strokes = [part.value for part in app.get("html") if "columns on this page" in part.value]
    slide(app, "columns_page", 2)
    assert strokes != [p.value for p in app.get("html") if "columns on this page" in p.value]


def test_the_session_has_the_runs_that_are_looked_at() -> None:
    runs = SessionRuns()
    assert runs.names == []
    assert runs.players == []
