"""Why this answer: saliency, Grad-CAM and occlusion."""

from streamlit.testing.v1 import AppTest

from tests.ui.looked_into import own_network
from tests.ui.visitor import said, visit_part


def part() -> None:
    import streamlit as st

    from mnist_core.inside.saliency import probabilities_of
    from mnist_core.pictures.own_digits import own_digit
    from ui.shared.inside.answer import is_an_answer
    from ui.shared.session.networks import session_networks, shipped_networks
    from ui.why_this_answer.glance import choose_explained, show_maps
    from ui.why_this_answer.ways import show_ways

    networks = shipped_networks() | session_networks()
    network, image = networks[st.session_state.get("network", "convnet")], own_digit(5)
    probabilities = probabilities_of(network.model, image, network.temperature)
    if is_an_answer(probabilities):
        asked = choose_explained(probabilities)
        show_maps(network, image, probabilities, asked)
        show_ways(network, image, asked)


def test_another_digit_can_be_explained() -> None:
    assert "The maps explain its score for **5**" in said(visit_part(part))
    app = visit_part(part, why="3")
    assert "and 3 with" in said(app)
    assert "The maps explain its score for **3**" in said(app)


def test_a_wider_window_costs_more() -> None:
    def lost(app: AppTest) -> str:
        return next(c.value for c in app.caption if c.value.startswith("Covering"))

    assert lost(visit_part(part, window=1)) != lost(visit_part(part, window=9))


def test_a_network_without_convolutions_has_a_sentence_in_the_place_of_grad_cam() -> None:
    assert "no convolution" in said(visit_part(part, network="mlp"))


def test_a_network_that_has_diverged_has_a_sentence() -> None:
    app = visit_part(part, networks={"0123": own_network(diverged=True)}, network="0123")
    assert "training of this network diverged" in said(app)
