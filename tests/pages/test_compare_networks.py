"""“Compare networks”, as its visitor finds it."""

from streamlit.testing.v1 import AppTest

from mnist_core.inside.saliency import probabilities_of
from mnist_core.pictures.changes import move
from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import load_reader
from tests.ui.visitor import change, html_parts, picture, said, visit, widget
from ui.compare_networks.questions import MOVED_PX, WHICH


def visit_lesson(**address: str) -> AppTest:
    three = {"digit_from": "Drawn by the program", "own_digit": "3"}
    return visit("compare_networks", **(three | address))


def guessed(app: AppTest) -> str:
    return next(part for part in html_parts(app) if "guessed" in part and "<span" in part)


def reads_on(key: str) -> bool:
    before, after = (
        int(probabilities_of(load_reader(key).model, image).argmax())
        for image in (own_digit(8), move(own_digit(8), MOVED_PX, 0))
    )
    return before == after


def test_both_answers_stand_above_the_chapters_and_the_numbers_in_one() -> None:
    app = visit_lesson()
    assert "The first reads **3**" in said(app)
    assert "965 610" not in said(app)
    change(app, "Read on", "numbers")
    assert "965 610" in said(app)


def test_the_idea_shows_what_each_listens_to_and_follows_the_choice() -> None:
    app = visit_lesson(chapter="idea")
    before = picture(app, "compared_saliency")
    assert before.count("Saliency: ") == 3
    change(app, "Second network", "mlp")
    assert picture(app, "compared_saliency") != before


def test_who_reads_on_follows_both_networks_and_the_digit_moves() -> None:
    app = change(visit_lesson(own_digit="8"), "guess_who_reads_on", 3)
    found = []
    for first, second in (("deep_cnn_pen", "softmax_regression"), ("softmax_regression", "mlp")):
        change(app, "First network", first)
        change(app, "Second network", second)
        right = {(True, True): 0, (True, False): 1, (False, True): 2, (False, False): 3}
        found.append(right[reads_on(first), reads_on(second)])
        assert f"{WHICH[found[-1]]} ✓" in guessed(app)
    assert len(set(found)) == 2
    assert widget(app, "right").value == MOVED_PX
