"""The pictures that excite a unit most."""

from pathlib import Path

import pytest

from tests.core.tiny import tiny_digits
from tests.ui.looked_into import own_network
from tests.ui.visitor import said, visit_part
from ui.shared.inside import patches


def part() -> None:
    import streamlit as st

    from ui.shared.inside.patches import show_patches
    from ui.shared.session.networks import session_networks, shipped_networks

    networks = shipped_networks() | session_networks()
    state = {"network": "convnet", "layer": "features.3", "channel": 2} | st.session_state.to_dict()
    show_patches(networks[state["network"]], state["layer"], state["channel"])


@pytest.fixture
def few_test_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the place of MNIST."""
    digits = tiny_digits(10_000)
    monkeypatch.setattr(patches, "mnist_is_here", lambda: True)
    monkeypatch.setattr(patches, "shared_test_digits", lambda: digits)


@pytest.mark.usefixtures("few_test_digits")
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
    assert says in said(visit_part(part, layer=layer, channel=channel))


@pytest.mark.usefixtures("without_mnist")
def test_patches_come_from_our_own_digits_where_mnist_is_not() -> None:
    assert "digits drawn by this program" in said(visit_part(part))


@pytest.mark.usefixtures("few_test_digits")
def test_a_network_of_the_session_reads_some_test_digits_at_once() -> None:
    app = visit_part(part, networks={"0123": own_network()}, network="0123")
    assert "first 300" in said(app)
    (kept,) = app.session_state["patches_found"].values()
    assert set(kept) == {"features.1", "features.3", "features.8", "head"}


@pytest.mark.usefixtures("few_test_digits")
def test_a_damaged_patch_file_is_said_and_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = patches.load_patches
    monkeypatch.setattr(patches, "load_patches", lambda key: load(key, tmp_path))
    app = visit_part(part)
    assert "is missing" in app.warning[0].value
    assert "first 300" in said(app)
