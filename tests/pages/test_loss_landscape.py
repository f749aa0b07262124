"""The page of the loss landscape, as a visitor without a browser sees it."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.errors import LayerImpossible
from mnist_core.inside.learning.landscape_study import load_landscape
from mnist_core.latent.generate import generate_digits
from mnist_core.models.recipes import Recipe
from mnist_core.training.run import Run
from tests.ui.visitor import (
    change,
    charts,
    go_to,
    html_parts,
    press,
    said,
    sent,
    visit,
    wait_until,
)
from ui.loss_landscape import questions
from ui.loss_landscape.questions import ANSWERS, find_which_is_lower
from ui.loss_landscape.slice import widest_gap
from ui.loss_landscape.yours import CELLS, UNFIT, measured


@pytest.fixture
def app() -> AppTest:
    return visit("loss_landscape")


def trained(network: str, steps: int) -> Run:
    digits = generate_digits(120)
    loss = "vae" if network == "vae" else "cross_entropy"
    run = Run(network, Recipe(loss, "sgd", 0.1, batch_size=30, epochs=2), digits, digits)
    while run.step_count < steps:
        run.work()
    return run


def test_the_training_is_drawn_with_both_losses(app: AppTest) -> None:
    (path,) = sent(app, "slice_map")["fixed"]
    study = load_landscape().path
    assert path["places"] == [list(place) for place in study.places]
    assert path["losses"] == list(study.on_plane)
    assert path["table"]["loss of the network"] == list(study.on_path)
    assert "669 706 weights" in said(app)


def test_a_random_slice_has_no_path_and_says_why(app: AppTest) -> None:
    change(app, "Two directions", "1")
    data = sent(app, "slice_map")
    assert data["fixed"] == []
    assert data["x"] == [-1, 1]
    assert "so no path is drawn" in said(app)
    other = sent(visit("loss_landscape", slice="0"), "slice_map")
    assert other["values"] != data["values"]


def test_the_question_is_answered_by_the_study(app: AppTest) -> None:
    change(app, "guess_slice_or_network", 2)
    path = load_landscape().path
    moment = widest_gap(path)
    right = 0 if path.on_plane[moment] < path.on_path[moment] else 2
    (revealed,) = [part for part in html_parts(app) if "guessed" in part and "<span" in part]
    assert f"{ANSWERS[right]} ✓" in revealed
    assert f"{path.on_path[moment]:.3f}" in said(app)


def test_a_network_on_its_slice_would_be_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "SAME", 10.0)
    assert find_which_is_lower()[0] == 1


def test_what_is_said_of_both_losses_is_counted() -> None:
    path = load_landscape().path
    lower = [a < b for a, b in zip(path.on_plane, path.on_path, strict=True)]
    app = visit("loss_landscape", chapter="idea", slice="0")
    assert f"at {sum(lower)} of its {len(lower)} moments" in " ".join(said(app).split())
    losses = [loss for row in load_landscape().random_slices[0].losses for loss in row]
    assert f"from {min(losses):.4f} to {max(losses):.4f}" in said(app)


def test_both_losses_are_charted() -> None:
    app = visit("loss_landscape", chapter="numbers")
    assert len(charts(app)) == 1
    assert "mnist_core.shipping.studies.landscape" in said(app)


def test_without_a_training_the_page_says_where_to_begin_one() -> None:
    app = visit("loss_landscape", chapter="experts")
    assert "There is no training in this session yet" in said(app)


def test_a_training_of_one_s_own_gets_its_slice() -> None:
    data = measured(trained("softmax_regression", 6))
    (path,) = data["fixed"]
    assert data["columns"] == CELLS
    assert data["moments"][-1] == "step 6"
    assert path["losses"][-1] == pytest.approx(path["table"]["loss of the network"][-1], abs=1e-4)


def test_the_training_of_the_session_is_offered_and_looked_at() -> None:
    app = visit("train", net="softmax_regression", training_digits="100")
    player = app.session_state["runs"].current
    for _ in range(3):
        press(app, "One batch")
        wait_until(lambda: bool(player.watch()) and player.is_at_rest, within_s=60)
    go_to(app, "loss_landscape")
    change(app, "Read on", "experts")
    assert "3 steps" in said(app)
    press(app, "Look at its landscape")
    assert sent(app, "own_slice")["moments"] == ["step 0", "step 1", "step 2", "step 3"]


@pytest.mark.parametrize(("network", "steps"), [("vae", 3), ("softmax_regression", 0)])
def test_a_training_without_a_slice_gets_a_sentence(network: str, steps: int) -> None:
    with pytest.raises(LayerImpossible, match=re.escape(UNFIT) if network == "vae" else "."):
        measured(trained(network, steps))
