"""Present: the page for a projector, and a new group in front of it."""

from mnist_core.data.origin import origin_of
from mnist_core.models.registry import ARCHITECTURES
from mnist_core.pictures.own_digits import DIGITS
from mnist_core.training.run import Run
from tests.core.tiny import tiny_digits
from tests.ui.visitor import buttons, drawing_of, flip, go_to, html_parts, press, visit, widget
from ui.shared.session.data import TrainingData
from ui.shared.session.runs import SessionRuns


def is_large(html: list[str]) -> bool:
    return any("--canvas-side: 480px" in part and "font-size: 150%" in part for part in html)


def test_present_stands_in_the_address_and_stays_from_page_to_page() -> None:
    app = visit("pooling", present="1")
    assert widget(app, "Present").value is True
    assert is_large(html_parts(app))
    go_to(app, "dropout")
    assert is_large(html_parts(app))
    assert "present" in app.query_params
    flip(app, "Present")
    assert not is_large(html_parts(app))
    assert "New group" not in buttons(app)


def test_clear_and_new_group_take_the_drawing_and_the_second_the_runs_but_no_setting() -> None:
    app = visit("pooling", {"drawing": drawing_of(DIGITS[3])}, present="1", pool_kernel="3")
    press(app, "clear_for_class")
    assert not app.session_state["drawing"].objects
    train, test = tiny_digits(64), tiny_digits(10, seed=1)
    runs = SessionRuns()
    runs.begin(
        Run("mlp", ARCHITECTURES["mlp"].source_recipe, train, test),
        TrainingData(train, test, origin_of("mnist", train, test)),
    )
    app.session_state["drawing"] = drawing_of(DIGITS[3])
    app.session_state["runs"] = runs
    press(app, "New group")
    assert not app.session_state["drawing"].objects
    assert not runs.players
    assert app.query_params["pool_kernel"] == "3"
    assert widget(app, "Kernel k").value == 3
