"""The lesson on batch normalisation as its visitor finds it."""

import re
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.errors import WeightsUnusable
from mnist_core.reading import load_reader

ROOT = Path(__file__).resolve().parents[2]


def open_batch_norm(**parameters: str) -> AppTest:
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    for name, value in parameters.items():
        app.query_params[name] = value
    app.switch_page("pages/batch_norm.py").run()
    assert not app.exception
    return app


def move(app: AppTest, label: str, value: float) -> AppTest:
    (slider,) = [slider for slider in app.slider if slider.label == label]
    slider.set_value(value).run()
    assert not app.exception
    return app


def row(app: AppTest, begins: str) -> list[float]:
    """The numbers in a row of one of the page's tables."""
    (line,) = [
        line
        for part in app.markdown
        for line in part.value.splitlines()
        if line.replace("*", "").startswith(f"| {begins}")
    ]
    cells = line.replace("*", "").replace("−", "-").split("|")[2:-1]
    return [float(re.sub(r"[^\d.-]", "", cell)) for cell in cells]


def histograms(app: AppTest) -> list[str]:
    return [part.proto.body for part in app.get("html") if "Histogram: " in part.proto.body]


def pictures(app: AppTest, key: str) -> str:
    return "".join(str(part.proto) for part in app.get("bidi_component") if key in part.proto.id)


def test_in_training_the_mean_and_variance_after_it_are_those_of_the_sliders():
    app = open_batch_norm()
    assert row(app, "after it |") == pytest.approx([0, 1], abs=0.002)
    first = histograms(app)[0]
    move(app, "Spread γ", 2.0)
    move(app, "Mean β", 1.0)
    assert row(app, "after it |") == pytest.approx([1, 4], abs=0.005)
    assert histograms(app)[0] != first
    app.segmented_control(key="norm_mode").set_value("eval").run()
    mean, variance = row(app, "after it |")
    assert abs(mean - 1) > 0.01
    assert abs(variance - 4) > 0.1
    assert "**running averages, used**" in "".join(part.value for part in app.markdown)


def test_the_learned_numbers_can_be_put_on_the_sliders():
    app = open_batch_norm()
    (button,) = [b for b in app.button if b.label.startswith("Use what the network has learned")]
    learned = [
        float(number) for number in re.findall(r"= (-?[\d.]+)", button.label.replace("−", "-"))
    ]
    button.click().run()
    values = {slider.label: slider.value for slider in app.slider}
    assert [values["Spread γ"], values["Mean β"]] == pytest.approx(learned, abs=0.006)


def test_a_batch_of_one_after_a_linear_layer_gets_sentences_until_it_is_evaluation():
    app = open_batch_norm(norm_layer="4")
    app.selectbox(key="norm_layer").set_value(4).run()
    move(app, "Pictures in the batch", 1)
    said = [warning.value for warning in app.warning]
    assert any("A single number has no spread" in text for text in said)
    assert any("take more pictures per batch" in text for text in said)
    page = "".join(part.value for part in app.markdown)
    assert "Expected more than 1 value per channel when training" in page
    assert "refused" in page
    app.segmented_control(key="norm_mode").set_value("eval").run()
    assert len(row(app, "after it |")) == 2
    move(app, "Pictures in the batch", 8)
    assert not app.warning


def test_alone_after_a_convolution_the_digit_has_places_and_the_company_matters():
    app = open_batch_norm()
    before = pictures(app, "norm_company")
    assert "with 31 others" in before
    move(app, "Pictures in the batch", 4)
    assert "with 3 others" in pictures(app, "norm_company")
    assert pictures(app, "norm_company") != before
    assert "has 196 places" in "".join(part.value for part in app.markdown)


@pytest.mark.parametrize("bias", [-5.0, 3.0])
def test_the_bias_moves_what_goes_in_and_the_output_stands_still_in_training(bias: float):
    app = open_batch_norm()
    move(app, "Bias b", bias)
    assert row(app, "before the normalisation") == pytest.approx([abs(bias)])
    assert row(app, "after it, in training")[0] < 1e-5
    assert row(app, "after it, in evaluation")[0] > 0.5


def test_a_layer_with_fewer_channels_takes_the_last_one():
    app = open_batch_norm()
    app.selectbox(key="norm_layer").set_value(4).run()
    move(app, "Channel", 500)
    app.selectbox(key="norm_layer").set_value(0).run()
    assert not app.exception
    (channel,) = [slider for slider in app.slider if slider.label == "Channel"]
    assert channel.value == 31


def test_the_momentum_moves_the_running_averages():
    app = open_batch_norm()
    before = pictures(app, "norm_running")
    move(app, "Momentum m", 0.5)
    assert pictures(app, "norm_running") != before


def test_the_lesson_leaves_the_shared_network_as_it_is():
    model = load_reader("deep_cnn_pen").model
    before = {name: value.clone() for name, value in model.state_dict().items()}
    app = open_batch_norm()
    move(app, "Bias b", 4.0)
    move(app, "Momentum m", 0.9)
    assert not model.training
    for name, value in model.state_dict().items():
        torch.testing.assert_close(value, before[name], atol=0, rtol=0)


@pytest.mark.parametrize("generated", [True, False])
def test_the_lesson_works_without_mnist(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, generated: bool
):
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))
    if not generated:
        monkeypatch.setattr("ui.batch_norm.channel.quiet_test_digits", lambda: None)
    app = open_batch_norm()
    company = "generated digits from" if generated else "digits that this program draws"
    assert any(company in part.value for part in app.caption)
    assert row(app, "after it |") == pytest.approx([0, 1], abs=0.002)
    assert row(app, "after it, in training")[0] < 1e-5


def test_unusable_weights_get_a_sentence(monkeypatch: pytest.MonkeyPatch):
    def refuse(key: str) -> None:
        raise WeightsUnusable("The weights are not here.")

    app = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    monkeypatch.setattr("ui.batch_norm.channel.shared_reader", refuse)
    app.switch_page("pages/batch_norm.py").run()
    assert not app.exception
    assert app.error[0].value == "The weights are not here."
