"""The pooling lesson as its visitor finds it."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.errors import WeightsUnusable

ROOT = Path(__file__).resolve().parents[2]


def open_pooling(**parameters: str) -> AppTest:
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    for name, value in parameters.items():
        app.query_params[name] = value
    app.switch_page("pages/pooling.py").run()
    assert not app.exception
    return app


def move(app: AppTest, label: str, value: int) -> AppTest:
    (slider,) = [slider for slider in app.slider if slider.label == label]
    slider.set_value(value).run()
    assert not app.exception
    return app


def pictures(app: AppTest, key: str) -> str:
    found = [part for part in app.get("bidi_component") if key in part.proto.id]
    return "".join(str(part.proto) for part in found)


def bars(app: AppTest) -> list[str]:
    return [part.proto.body for part in app.get("html") if "Change by the shift" in part.proto.body]


def formula(app: AppTest) -> str:
    return next(part.value for part in app.get("latex") if "n + 2p" in part.value)


def test_the_formula_has_the_numbers_of_the_settings_filled_in():
    app = open_pooling()
    assert r"\frac{28 + 2\cdot 0 - 1\cdot(2-1) - 1}{2} \right\rfloor + 1= 14" in formula(app)
    move(app, "Kernel k", 3)
    move(app, "Stride s", 1)
    assert "= 26" in formula(app)
    app.toggle(key="pool_ceil").set_value(True).run()
    assert r"\lceil" in formula(app)


def test_moving_the_window_shows_another_place_and_a_setting_other_maps():
    app = open_pooling()
    first = pictures(app, "pool_walk")
    assert "row 4, column 8 is marked" in first
    move(app, "Position of the window", 70)
    second = pictures(app, "pool_walk")
    assert "row 5, column 0 is marked" in second
    move(app, "Kernel k", 3)
    assert pictures(app, "pool_walk") not in (first, second)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"pool_kernel": "3", "pool_padding": "2"}, "A padding of 2 is too much for a kernel of 3"),
        ({"pool_kernel": "8", "pool_dilation": "5"}, "The window reaches over 36 cells"),
    ],
)
def test_impossible_settings_get_a_sentence_and_the_rest_of_the_page_stays(
    settings: dict[str, str], says: str
):
    app = open_pooling(**settings)
    assert says in app.warning[0].value
    assert len(bars(app)) == 2
    move(app, "Kernel k", 4)
    if "pool_dilation" in settings:
        move(app, "Dilation d", 1)
    assert not app.warning
    assert "is marked" in pictures(app, "pool_walk")


def test_fewer_windows_than_before_leave_the_last_one_marked():
    app = open_pooling()
    move(app, "Position of the window", 195)
    move(app, "Stride s", 8)
    assert "row 3, column 3 is marked" in pictures(app, "pool_walk")


def test_a_shift_changes_the_bars_and_without_one_nothing_changes():
    app = open_pooling(shift_right="0")
    assert "The picture: 0.0 %, Convolution 1: 0.0 %, Max pooling 1: 0.0 %" in bars(app)[0]
    move(app, "Pixels to the right", 2)
    assert "The picture: 0.0 %" not in bars(app)[0]
    before = bars(app)[1]
    move(app, "Cells on each side", 4)
    assert "max pooling 4×4" in bars(app)[1]
    assert bars(app)[1] != before


def test_the_lesson_works_without_mnist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))
    app = open_pooling()
    said = [part.value for part in app.markdown if part.value.startswith("**The digit:**")]
    assert "test digit" not in said[0]
    assert "is marked" in pictures(app, "pool_walk")
    assert len(bars(app)) == 2


def test_unusable_weights_get_a_sentence_and_the_windows_still_move(
    monkeypatch: pytest.MonkeyPatch,
):
    def refuse(key: str) -> None:
        raise WeightsUnusable("The weights are not here.")

    monkeypatch.setattr("ui.pooling.shift.shared_reader", refuse)
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    app.switch_page("pages/pooling.py").run()
    assert not app.exception
    assert app.error[0].value == "The weights are not here."
    move(app, "Position of the window", 70)
    assert "row 5, column 0 is marked" in pictures(app, "pool_walk")
