"""“Why this answer?”, as its visitor finds it."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.data.mnist import to_images_01
from mnist_core.inside.attack import attack, under_attack
from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import load_reader
from mnist_core.words import percent
from tests.ui.looked_into import own_network
from tests.ui.visitor import change, html_parts, picture, press, run_with, said, visit, widget
from ui.shared.digit import test_digits
from ui.why_this_answer.questions import STEPS


def visit_lesson(**address: str) -> AppTest:
    three = {"digit_from": "Drawn by the program", "own_digit": "3"}
    return visit("why_this_answer", **(three | address))


def test_three_maps_explain_the_answer_and_two_where_there_is_no_convolution() -> None:
    app = visit_lesson()
    assert re.findall(r'aria-label="([^"]*) Map for 3"', picture(app, "explained")) == [
        "Would more ink here help?", "What if this were missing?", "Where does it look?",
    ]  # fmt: skip
    change(app, "Network", "mlp")
    assert picture(app, "explained").count(" Map for 3") == 2
    change(app, "What speaks for", "8")
    assert picture(app, "explained").count(" Map for 8") == 2


def test_a_changed_digit_is_explained_as_it_is_now() -> None:
    app = visit_lesson()
    before = picture(app, "explained")
    change(app, "Move to the right (pixels)", 2)
    assert picture(app, "explained") != before
    assert "Shown: a 3 drawn by this program, moved." in said(app)


def test_the_idea_shows_the_digits_that_the_score_likes_best() -> None:
    app = visit_lesson(chapter="idea", why="8")
    assert [one.value for one in app.subheader] == ["What looks most like an 8 to it"]
    before = picture(app, "patches")
    change(app, "What speaks for", "1")
    assert picture(app, "patches") != before


def test_a_network_whose_training_diverged_gets_a_sentence() -> None:
    app = visit_lesson()
    run_with(app, networks={"0123": own_network(diverged=True)})
    change(app, "Network", "0123")
    assert "training of this network diverged" in said(app)


def test_maps_without_anything_in_them_are_said_to_be_empty() -> None:
    assert "All maps are empty" in said(visit_lesson(epsilon="0.3"))
    assert "All maps are empty" not in said(visit_lesson())


# Under attack


def test_an_attacked_digit_of_which_none_stands_out_is_not_said_to_be_read() -> None:
    text = said(visit_lesson(epsilon="0.2"))
    assert "The network is **not sure** that this is a digit: none of the ten stands out." in text
    assert "The network reads" not in text
    address = {"digit_from": "Drawn by the program", "own_digit": "3", "epsilon": "0.2"}
    text = said(visit("compare_networks", **address, first="deep_cnn_pen", second="deep_cnn"))
    assert "The first is **not sure** that this is a digit" in text
    assert "<b>not sure</b>" in picture(visit_lesson(epsilon="0.2"), "changes")
    assert "The network reads **3**" in said(visit_lesson())


def test_the_network_trained_on_mnist_alone_is_offered_beside_it() -> None:
    app = visit_lesson(epsilon="0.3", chapter="experts")
    alone = load_reader("deep_cnn")
    attacked = attack(alone.model, own_digit(3), 0.3)
    (probabilities,) = alone.probabilities(attacked)
    text = re.sub("<[^>]*>", "", said(app))
    assert f"the *Deep CNN* reads **{probabilities.argmax()}**" in text
    press(app, "Look into the Deep CNN")
    assert widget(app, "Network").value == "deep_cnn"


@pytest.mark.usefixtures("without_mnist")
def test_many_digits_are_attacked_and_the_table_says_what_became_of_them() -> None:
    digits = test_digits.generate_digits(test_digits.TEST_COUNT, test_digits.TEST_SEED)
    images_01, labels = to_images_01(digits.images[:100]), digits.labels[:100].long()
    app = visit_lesson(epsilon="0.2", attack_many="true")
    for key in ("deep_cnn", "deep_cnn_pen"):
        reader = load_reader(key)
        found = under_attack(reader.model, images_01, labels, 0.2, reader.temperature)
        assert percent(found.surely_wrong or found.unsure) in said(app)
    assert "Of the first 100 generated digits" in said(app)


# What is guessed


def guessed(app: AppTest) -> str:
    """The answers to the last question that has been guessed, with their marks."""
    return [part for part in html_parts(app) if "guessed" in part and "<span" in part][-1]


def test_what_a_window_costs_follows_the_network_and_the_digit_explained() -> None:
    app = change(visit_lesson(), "guess_window_costs", 1)
    seen = said(app)
    assert "At the worst place" in seen
    assert "✓" in guessed(app)
    change(app, "What speaks for", "9")  # whose probability is nearly 0 already
    assert "less than 10 points of 100 ✓" in guessed(app)
    change(app, "What speaks for", "its answer")
    change(app, "Network", "mlp")
    assert said(app).split("At the worst place")[1] != seen.split("At the worst place")[1]


def test_when_it_falls_is_tried_on_the_network_that_is_shown() -> None:
    app = change(visit_lesson(chapter="experts"), "guess_when_it_falls", 3)
    for key in ("deep_cnn_pen", "mlp"):
        change(app, "Network", key)
        model = load_reader(key).model
        after = [int(model(attack(model, own_digit(3), step)).argmax()) for step in STEPS]
        fell = next((f"by {s:g}" for s, d in zip(STEPS, after, strict=True) if d != 3), None)
        assert f"{fell or '0.3 is not enough'} ✓" in guessed(app)
    assert widget(app, "epsilon").value == STEPS[-1]
