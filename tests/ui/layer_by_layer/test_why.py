"""Why this answer, exciting patches, changed digits, two networks: the views and their figures."""

import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from mnist_core.data.mnist import Digits
from mnist_core.inside.fields import Field
from mnist_core.models.build import freeze
from mnist_core.models.convnet import ConvNet
from tests.core.tiny import tiny_digits
from ui.layer_by_layer import patches as patches_view
from ui.layer_by_layer.why_figures import (
    PatchLook,
    explained_map,
    explained_with_scale,
    full_limit,
    legend,
    outline,
    paired_bars,
    patch_grid,
)
from ui.shared.figures.pixel_maps import Look
from ui.shared.session.networks import Network

SIDE = 28

# Figures


def edges(svg: str) -> set[tuple[str, str, str]]:
    return set(re.findall(r"M(\d+) (\d+)([hv])1", svg))


def test_the_outline_goes_round_the_ink() -> None:
    image = np.zeros((SIDE, SIDE), np.float32)
    image[3, 5], image[0, 27] = 1.0, 0.9
    image[10, 10] = 0.5  # not more ink than paper
    square = {("5", "3", "h"), ("5", "4", "h"), ("5", "3", "v"), ("6", "3", "v")}
    corner = {("27", "0", "h"), ("27", "1", "h"), ("27", "0", "v"), ("28", "0", "v")}
    assert edges(outline(image)) == square | corner


def test_an_explained_map_has_its_values_and_the_outline_above_them() -> None:
    values = np.zeros((SIDE, SIDE), np.float32)
    values[2, 3], values[4, 5] = 2.0, -1.0
    ink = np.zeros((SIDE, SIDE), np.float32)
    ink[7, 7] = 1
    svg = explained_map(values, 2.0, ink, Look("a map"))
    assert svg.index("<image") < svg.index('<path d="M7 7h1')
    (source,) = re.findall(r'href="data:image/png;base64,([^"]+)"', svg)
    pixels = np.array(Image.open(io.BytesIO(base64.b64decode(source))).convert("RGBA"))
    assert pixels[2, 3, 3] == 255
    assert pixels[4, 5, 3] == pytest.approx(128, abs=2)
    assert pixels[0, 0, 3] == 0
    assert pixels[2, 3, 0] > pixels[2, 3, 2]  # orange
    assert pixels[4, 5, 2] > pixels[4, 5, 0]  # blue


def test_a_scale_cuts_nothing_off_and_is_written_down() -> None:
    values = np.zeros((SIDE, SIDE), np.float32)
    values[0, 0] = -3.25
    assert full_limit(values, values / 2) == 3.25
    assert full_limit(np.full((2, 2), np.nan, np.float32)) > 0
    assert full_limit(values / 1000, least=0.01) == 0.01
    assert "+3.2" in explained_with_scale(values, values, Look("a map"), "of something")


def test_a_patch_is_cut_out_of_its_picture_and_marked_in_it() -> None:
    image = np.zeros((SIDE, SIDE), np.float32)
    look = PatchLook(image, Field(-2, 20, 10, 12), "2.50", "test digit 4, activation 2.50")
    html = patch_grid([look] * 9)
    assert html.count('viewBox="20 -2 12 10"') == 9
    assert html.count('<rect x="20" y="-2" width="12" height="10"') == 9
    assert html.count('aria-label="test digit 4, activation 2.50"') == 9


def test_paired_bars_say_both_probabilities() -> None:
    first, second = np.eye(10)[3] * 0.75, np.eye(10)[4] * 0.5
    html = paired_bars(first, second)
    assert "3: 75.0 % and 0," in html
    assert "4: 0 and 50.0 %," in html
    assert "width:75.00%" in html


def test_a_name_in_a_legend_cannot_be_markup() -> None:
    assert "&lt;b&gt;" in legend("<b>", "other")


# Views


def page() -> None:
    import streamlit as st

    from mnist_core.pictures.own_digits import own_digit
    from ui.layer_by_layer.change import change_digit
    from ui.layer_by_layer.compare import show_comparison
    from ui.layer_by_layer.patches import show_patches
    from ui.layer_by_layer.why import show_why
    from ui.shared.digit.choose import LessonDigit
    from ui.shared.session.networks import session_networks, shipped_networks

    networks = shipped_networks() | session_networks()
    network = networks[st.session_state.get("network", "convnet")]
    digit = change_digit(LessonDigit(own_digit(5), "a 5"), network)
    st.write(f"Looked at: {digit.says}")
    show_why(network, digit)
    layer = st.session_state.get("layer", "features.3")
    show_patches(network, layer, st.session_state.get("channel", 2))
    show_comparison(networks, digit)


@pytest.fixture(autouse=True)
def few_test_digits(monkeypatch: pytest.MonkeyPatch) -> Digits:
    """In the place of MNIST."""
    digits = tiny_digits(10_000)
    monkeypatch.setattr(patches_view, "mnist_is_here", lambda: True)
    monkeypatch.setattr(patches_view, "shared_test_digits", lambda: digits)
    return digits


def opened(**state: object) -> AppTest:
    app = AppTest.from_function(page, default_timeout=60)
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption, *app.info))


def test_a_slider_changes_the_digit_that_all_look_at_and_reset_undoes_it() -> None:
    app = opened()
    before = words(app)
    assert "Looked at: a 5\n" in before
    (turn,) = [slider for slider in app.slider if slider.label.startswith("Turn")]
    turn.set_value(30).run()
    assert "Looked at: a 5, turned" in words(app)
    (attack,) = [slider for slider in app.slider if slider.label.startswith("Attack")]
    attack.set_value(0.3).run()
    assert not app.exception
    assert "turned, attacked with ε = 0.30" in words(app)
    assert "The network reads **5**" in before
    assert "The network reads **5**" not in words(app)
    (reset,) = [button for button in app.button if button.label == "Reset"]
    reset.click().run()
    assert words(app) == before


def test_another_digit_can_be_explained() -> None:
    app = opened()
    assert "The maps explain its score for **5**" in words(app)
    app = opened(why="3")
    assert "and 3 with" in words(app)
    assert "The maps explain its score for **3**" in words(app)


def test_a_wider_window_costs_more() -> None:
    def lost(app: AppTest) -> str:
        return next(c.value for c in app.caption if c.value.startswith("Covering"))

    assert lost(opened(window=1)) != lost(opened(window=9))


def test_a_network_without_convolutions_has_a_sentence_in_the_place_of_grad_cam() -> None:
    assert "no convolution" in words(opened(network="mlp", layer="features.2"))


@pytest.mark.parametrize(
    ("layer", "channel", "says"),
    [
        ("features.3", 2, "10 000 test digits"),
        ("features.2", 2, "after its ReLU"),
        ("features.4", 2, "after its ReLU"),
        ("features.8", 63, "10 000 test digits"),
        ("head", 9, "10 000 test digits"),
        ("standardise", 0, "choose a later one"),
        ("features.6", 4000, "Flatten only puts"),
    ],
)
def test_every_layer_has_its_patches_or_a_sentence(layer: str, channel: int, says: str) -> None:
    assert says in words(opened(layer=layer, channel=channel))


def test_patches_come_from_our_own_digits_where_mnist_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))
    assert "digits drawn by this program" in words(opened())


def own_network(diverged: bool = False) -> Network:
    torch.manual_seed(0)
    model = freeze(ConvNet())
    if diverged:
        model.head.weight.data.fill_(torch.nan)
    return Network("0123", "Yours 1: Small CNN", model)


def test_a_network_of_the_session_reads_some_test_digits_at_once() -> None:
    app = opened(networks={"0123": own_network()}, network="0123")
    assert "first 300" in words(app)
    (kept,) = app.session_state["patches_found"].values()
    assert set(kept) == {"features.1", "features.3", "features.8", "head"}


def test_a_network_that_has_diverged_has_a_sentence() -> None:
    app = opened(networks={"0123": own_network(diverged=True)}, network="0123", first="0123")
    assert words(app).count("training of this network diverged") == 2


def test_a_damaged_patch_file_is_said_and_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load_missing(key: str) -> None:
        return load(key, tmp_path)

    load = patches_view.load_patches
    monkeypatch.setattr(patches_view, "load_patches", load_missing)
    app = opened()
    assert "is missing" in app.warning[0].value
    assert "first 300" in words(app)


def test_two_networks_are_compared_and_either_can_be_another() -> None:
    app = opened()
    assert "They agree" in words(app)
    assert "965 610" in words(app)
    (second,) = [box for box in app.selectbox if box.label == "Second network"]
    second.select("mlp").run()
    assert not app.exception
    assert "669 706" in words(app)
