"""The Dropout page; it needs no MNIST."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.errors import WeightsUnusable
from mnist_core.inside.dropout import predict_with_masks
from mnist_core.pictures.own_digits import own_digit
from mnist_core.weights import load_trained
from ui.shared import process as runtime

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def without_mnist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))


def open_dropout(**parameters: str) -> AppTest:
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    for name, value in parameters.items():
        app.query_params[name] = value
    app.switch_page("pages/dropout.py").run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    """All HTML, that of the pictures included."""
    plain = [part.value for part in app.get("html")]
    pictures = [part.proto.SerializeToString().decode(errors="ignore")
                for part in app.get("bidi_component")]  # fmt: skip
    return "\n".join([*plain, *pictures])


def spoken(app: AppTest) -> str:
    return "\n".join(part.value for part in [*app.markdown, *app.caption, *app.error])


def figure(app: AppTest, name: str) -> str:
    found = re.search(f'data-name="{name}".*?tabular-nums">(.*?)</div>', shown(app), re.DOTALL)
    assert found, name
    return found[1]


def slide(app: AppTest, key: str, value: object) -> None:
    widgets = [w for w in [*app.slider, *app.select_slider] if w.key == key]
    widgets[0].set_value(value).run()
    assert not app.exception


def flip(app: AppTest, key: str) -> None:
    toggle = next(w for w in app.toggle if w.key == key)
    toggle.set_value(not toggle.value).run()
    assert not app.exception


def press(app: AppTest, key: str) -> None:
    next(b for b in app.button if b.key == f"{key}_button").click().run()
    assert not app.exception


def test_without_mnist_and_without_a_drawing_the_page_is_whole() -> None:
    app = open_dropout()
    assert not app.error
    assert [part.value for part in app.subheader] == [
        "A digit that falls apart",
        "Single places or whole maps",
        "Train mode and eval mode",
        "Two conventions, one expectation",
        "How sure is the network? Ask it a hundred times",
        "Try this",
    ]
    assert "you have not drawn one yet, so this is" in spoken(app)
    assert "4761" not in spoken(app), "test digits are named only where they can be chosen"


def test_the_answers_are_those_of_the_shipped_network_with_a_hundred_masks() -> None:
    app = open_dropout(
        digit_from="Drawn by the program",
        own_digit="8",
        spread_as_trained="false",
        spread_rate="0.8",
    )
    model = load_trained("convnet").model
    spread = predict_with_masks(model, own_digit(8), 0, rate=0.8)
    assert figure(app, "Answer in eval mode") == str(spread.answer) == "8"
    assert figure(app, "Masks that agree") == f"{spread.counts[8]} of 100"
    assert 1 < spread.counts[8] < 99
    assert all(f"{count} of 100" in shown(app) for count in spread.counts.tolist())


def test_other_masks_and_a_higher_rate_change_the_answers() -> None:
    app = open_dropout(digit_from="Drawn by the program", own_digit="8")
    entropy = "Entropy of the mean"
    assert float(figure(app, entropy).split()[0]) < 0.5
    flip(app, "spread_as_trained")
    slide(app, "spread_rate", 0.9)
    before = figure(app, entropy)
    assert float(before.split()[0]) > 2.5
    press(app, "spread_seed")
    assert figure(app, entropy) != before


def in_sums_table(app: AppTest) -> list[float]:
    (table,) = [part.value for part in app.get("html") if "<table" in part.value]
    cells = re.findall(r"<td[^>]*>([−\d.]+)", table)
    return [float(cell.replace("−", "-")) for cell in cells]


def test_more_masks_bring_the_means_nearer_to_the_expectation() -> None:
    app = open_dropout(digit_from="Drawn by the program", own_digit="3")

    def off() -> float:
        mean, exact, original_mean, original_exact = in_sums_table(app)
        return abs(mean - exact) + abs(original_mean - original_exact)

    slide(app, "mean_over", 1)
    few = off()
    slide(app, "mean_over", 1000)
    assert off() < few / 3
    assert torch.isfinite(torch.tensor(in_sums_table(app))).all()


@pytest.mark.parametrize("key", ["maps_rate", "modes_rate", "mean_rate"])
def test_every_rate_changes_its_pictures_and_may_be_0_or_nearly_1(key: str) -> None:
    app = open_dropout()
    seen = {shown(app)}
    for rate in (0.0, 0.9):
        slide(app, key, rate)
        assert shown(app) not in seen
        seen.add(shown(app))


@pytest.mark.parametrize("key", ["dropped_seed", "maps_seed", "modes_seed", "mean_seed"])
def test_every_throw_of_the_dice_changes_the_pictures(key: str) -> None:
    app = open_dropout()
    before = shown(app)
    press(app, key)
    assert shown(app) != before


def test_the_whole_network_in_train_mode_is_said_to_refuse_one_picture() -> None:
    app = open_dropout()
    flip(app, "all_in_training")
    assert "Expected more than 1 value per channel" in spoken(app)
    assert "standard deviations" in spoken(app)


@pytest.mark.parametrize("failing", ["convnet", "softmax_regression", "deep_cnn_pen"])
def test_weights_that_cannot_be_loaded_get_a_sentence_and_the_rest_stays(
    monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    load: Callable[[str], object] = runtime.load_reader

    def broken(key: str) -> object:
        if key == failing:
            raise WeightsUnusable(f"The weights of {key} are damaged.")
        return load(key)

    monkeypatch.setattr(runtime, "load_reader", broken)
    app = open_dropout()
    assert f"The weights of {failing} are damaged." in spoken(app)
    assert "Try this" in [part.value for part in app.subheader]
    assert "Train mode and eval mode" in [part.value for part in app.subheader]
