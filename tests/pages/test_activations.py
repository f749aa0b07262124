"""The lesson on activations and initialisation, as a visitor without a browser sees it."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.errors import WeightsUnusable
from mnist_core.experiments.activation_curves import curve
from mnist_core.experiments.deep_stack import STACKED, Fate, Journey, Scales
from mnist_core.layers.activations import ACTIVATIONS
from mnist_core.layers.initialisation import INITIALISATIONS
from ui.activations.curves_figures import function_chart
from ui.activations.deep_stack_figures import say_fate, scales_chart
from ui.activations.eigenvalues_figures import matrix_latex, say_length
from ui.activations.equal_weights_figures import losses_chart

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def app() -> AppTest:
    return open_lesson()


def open_lesson(**parameters: str) -> AppTest:
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    for name, value in parameters.items():
        app.query_params[name] = value
    app.switch_page("pages/activations.py").run()
    assert not app.exception
    return app


def choose(app: AppTest, label: str, value: object) -> AppTest:
    widgets = [*app.selectbox, *app.slider, *app.toggle]
    (widget,) = [widget for widget in widgets if widget.label == label]
    widget.set_value(value).run()  # type: ignore[arg-type]
    assert not app.exception
    return app


def spoken(app: AppTest) -> str:
    return "\n".join(part.value for part in [*app.markdown, *app.caption, *app.warning])


def formulas(app: AppTest) -> str:
    return "\n".join(part.value for part in app.latex)


def pictures(app: AppTest) -> str:
    """All that is shown through `ui.pictures`."""
    parts = app.get("bidi_component")
    return "\n".join(json.loads(part.proto.json).get("html", "") for part in parts)


def charts(app: AppTest) -> list[bytes]:
    return [chart.proto.SerializeToString() for chart in app.get("vega_lite_chart")]


def test_the_page_opens_with_all_its_parts(app: AppTest) -> None:
    assert [part.value for part in app.subheader] == [
        "One function and its slope",
        "Softmax: from ten sums to ten probabilities",
        "A deep stack",
        "The same layer again and again: eigenvalues",
        "All weights equal",
        "Try this",
    ]
    assert len(charts(app)) == 3
    assert spoken(app).count("*You should see:*") == 3
    assert "It does not" in spoken(app), "PyTorch does not begin with Xavier's rule"


@pytest.mark.parametrize("title", ["Tanh", "ReLU", "Leaky ReLU", "ELU", "Maxout"])
def test_each_function_has_its_curve_and_its_formula(app: AppTest, title: str) -> None:
    before, drawn = formulas(app), charts(app)[0]
    choose(app, "Activation function", title)
    assert formulas(app) != before
    assert charts(app)[0] != drawn
    assert f"With {title}, " in spoken(app)


def test_the_slider_says_value_and_slope(app: AppTest) -> None:
    choose(app, "z", 0.0)
    assert "$f(0.0) = 0.5000$ and $f'(0.0) = 0.2500$" in spoken(app)
    choose(choose(app, "Activation function", "Leaky ReLU"), "z", -2.0)
    choose(app, "a, the slope below 0", 0.2)
    assert "$f(-2.0) = -0.4000$ and $f'(-2.0) = 0.2000$" in spoken(app)
    choose(choose(app, "Activation function", "Maxout"), "w₁", -1.0)
    assert "$f(-2.0) = 2.0000$ and $f'(-2.0) = -1.0000$" in spoken(app)


def test_softmax_follows_the_temperature_and_ignores_what_is_added_to_all(app: AppTest) -> None:
    def bars() -> str:
        found = [part.value for part in app.get("html") if "probability-bars" in part.value]
        return str(found[0])

    before, listed = bars(), spoken(app)
    choose(app, "Add to all ten logits", 20)
    assert bars() == before
    assert spoken(app) != listed
    choose(app, "Temperature T", 10.0)
    assert bars() != before


def test_the_stack_says_what_vanishes_and_what_explodes(app: AppTest) -> None:
    assert "the gradient vanishes" in spoken(app)
    choose(app, "Depth (layers)", 50)
    assert "the computer cannot tell the digits apart at all" in spoken(app)
    choose(app, "Activation between the layers", "ReLU")
    choose(app, "Initialisation", "He")
    assert "the gradient keeps its size" in spoken(app)
    choose(app, "Initialisation", "Too large (1)")
    assert "the gradient explodes" in spoken(app)
    assert "not a number" in spoken(app)
    choose(app, "Initialisation", "All equal")
    assert "All units of the last layer say the same" in spoken(app)


@pytest.mark.parametrize("start", [rule.title for rule in INITIALISATIONS.values()])
@pytest.mark.parametrize("depth", ["1", "50"])
def test_the_softmax_stack_opens_from_a_link_at_any_depth(depth: str, start: str) -> None:
    app = open_lesson(stack_depth=depth, stack_activation="Softmax", stack_start=start)
    assert "On the way back, the gradient" in spoken(app)
    assert STACKED["softmax"] == "Softmax"


def test_other_weights_are_drawn_when_asked(app: AppTest) -> None:
    before = charts(app)[1]
    (button,) = [button for button in app.button if button.label == "Draw other weights"]
    button.click().run()
    assert charts(app)[1] != before


def test_eigenvalues_are_raised_to_the_power(app: AppTest) -> None:
    choose(choose(choose(app, "λ₁", 0.5), "λ₂", -1.5), "t, how often", 2)
    assert "= **0.25**" in spoken(app)
    assert "= **2.25**" in spoken(app)
    assert "0.250" in formulas(app)
    choose(app, "A complex pair (turns)", True)
    assert "no direction stays where it is" in spoken(app)
    choose(choose(app, "|λ|, the size of both", 1.5), "t, how often", 50)
    assert "far outside" in pictures(app)


def test_the_eigenvalues_of_a_layer_follow_its_rule(app: AppTest) -> None:
    def largest() -> float:
        return float(re.findall(r"Largest \|λ\|: <b>([\d.]+)</b>", pictures(app))[0])

    assert largest() == pytest.approx(1, rel=0.1)
    choose(app, "Weights of the layer", "He")
    assert largest() == pytest.approx(1.414, rel=0.1)


def test_equal_units_stay_equal_at_every_step(app: AppTest) -> None:
    assert "different units: <b>1</b> of 16" in pictures(app)
    assert "greatest difference: <b>0</b>" in pictures(app)
    assert "different units: <b>16</b> of 16" in pictures(app)
    before = pictures(app)
    choose(app, "Steps of training", 20)
    assert "After 20 steps the loss is" in spoken(app)
    assert pictures(app) != before
    assert "different units: <b>1</b> of 16" in pictures(app)


def test_it_works_without_mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))
    app = open_lesson(stack_activation="ReLU")
    assert "**The digit:** " in spoken(app)
    assert "test digit" not in spoken(app)
    assert len(charts(app)) == 3


def test_without_the_networks_weights_it_says_so_and_shows_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(key: str) -> None:
        raise WeightsUnusable(f"The weights of {key} are not here. Get them again.")

    monkeypatch.setattr("ui.activations.softmax.shared_reader", missing)
    monkeypatch.setattr("ui.activations.curves.shared_reader", missing)
    app = open_lesson()
    assert "The weights of mlp are not here" in spoken(app)
    assert "The weights of convnet are not here" in spoken(app)
    assert len(charts(app)) == 3


# Figures


def test_charts_change_nothing_but_their_data() -> None:
    activation = ACTIVATIONS["tanh"]
    drawn = curve(activation)
    first = function_chart(drawn, 1.0, activation.at(1.0), None)
    second = function_chart(drawn, -2.0, activation.at(-2.0), np.ones(64, dtype=np.int64))
    assert (first.spec, first.alt) == (second.spec, second.alt)
    assert first.data["here"]["z"].tolist() != second.data["here"]["z"].tolist()
    equal, random = losses_chart([2.3, 2.0], [2.4, 0.1], 2.303, 0), losses_chart(
        [2.3, 2.0], [2.4, 0.1], 2.303, 1
    )  # fmt: skip
    assert (equal.spec, equal.alt) == (random.spec, random.alt)
    assert random.data["now"]["loss"].tolist() == [2.0, 0.1]


def test_a_zero_has_no_place_on_a_logarithmic_scale() -> None:
    size = torch.tensor([1.0, 0.0], dtype=torch.float64)
    table = scales_chart(Scales(size, size, size)).data["layers"]
    assert np.isnan(table["value"]).tolist() == [False, True] * 3
    assert table["layer"].tolist() == [1, 2] * 3


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0, "0"), (1.0, "1"), (0.0123, "0.0123"), (1.26e-12, "1.3·10⁻¹²"), (3e38, "3.0·10³⁸")],
)
def test_numbers_are_said_as_people_write_them(value: float, said: str) -> None:
    assert say_length(value).replace("\u00a0", "") == said


def test_the_fate_of_a_signal_is_a_sentence() -> None:
    assert say_fate("It", Journey(0.0, 0.0)) == "**It is exactly zero.**"
    assert say_fate("It", Journey(0.001, 0.5)).startswith("**It vanishes:** on average each layer")
    assert "**0.5**" in say_fate("It", Journey(0.001, 0.5))
    assert Journey(1e5, 2.0).fate is Fate.EXPLODES


def test_a_matrix_is_written_with_powers_of_ten_only_where_it_must_be() -> None:
    assert matrix_latex(np.array([[0.5, 0.0], [1.0, -2.0]])) == (
        r"\begin{pmatrix} 0.500 & 0.000 \\ 1.000 & -2.000 \end{pmatrix}"
    )
    assert r"10^{8}" in matrix_latex(np.array([[2.5e8]]))
