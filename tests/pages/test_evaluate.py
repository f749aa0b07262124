"""The Evaluate page on bars instead of digits, and with a network that reads them in no time."""

import base64
import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import Tensor, nn

from mnist_core.data.mnist import Digits
from mnist_core.errors import DataUnavailable, WeightsUnusable
from mnist_core.evaluation.metrics import (
    Confusion,
    confusion,
    predict_logits,
    rank_mistakes,
    summarise,
)
from mnist_core.evaluation.robustness import CHANGES, Point
from mnist_core.weights import load_card
from ui.evaluate.figures import confusion_figure, curves_figure, misses_figure, say_cell
from ui.evaluate.measured import measured_of
from ui.shared.session.networks import Network

ROOT = Path(__file__).resolve().parents[2]
COUNT = 1000


def bars() -> Digits:
    """Upright bars in noise: label k is a bar around column 2 k + 4."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.randint(0, 10, (COUNT,), generator=generator)
    images = 60 * torch.rand(COUNT, 28, 28, generator=generator)
    moved = torch.randn(COUNT, generator=generator).round().long()
    for image, column in zip(images, (2 * labels + 4 + moved).clamp(0, 26).tolist(), strict=True):
        image[4:24, column : column + 2] = 255
    return Digits(images.to(torch.uint8), labels.to(torch.uint8))


class Columns(nn.Module):
    """Reads the bar's place; `sharpness` says how sure it is of it."""

    def __init__(self, sharpness: float = 0.1) -> None:
        super().__init__()
        self.sharpness = nn.Parameter(torch.tensor(sharpness), requires_grad=False)

    def forward(self, images_01: Tensor) -> Tensor:
        columns = images_01.sum(dim=(1, 2))
        return self.sharpness * (columns[:, 4:24:2] + columns[:, 5:25:2])


DIGITS = bars()
STUB = Network("stub", "Stub", Columns(), temperature=0.8)
OTHER = Network("other", "Other stub", Columns(0.02))
LOGITS = predict_logits(STUB.model, DIGITS.images)


@pytest.fixture
def digits_here(monkeypatch) -> None:
    monkeypatch.setenv("MNIST_DIR", "/somewhere")
    monkeypatch.setattr("ui.shared.process.load_mnist", lambda split: DIGITS)


def open_page(*networks: Network, choose: str | None = "stub", **state) -> AppTest:
    """The page in a session that has these networks, the first chosen."""
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    app.session_state["networks"] = {network.key: network for network in networks or (STUB,)}
    if choose:
        app.session_state["evaluated"] = choose
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    return app.switch_page("pages/evaluate.py").run()


def all_text(app: AppTest) -> str:
    return "\n".join(
        part.value for part in [*app.markdown, *app.caption, *app.error, *app.info, *app.subheader]
    )


def html(app: AppTest) -> str:
    return "\n".join(part.proto.body for part in app.get("html"))


def captions(app: AppTest) -> list[str]:
    """Of the gallery's pictures."""
    return re.findall(r"Test digit (\d+: is \d, read as \d)", html(app))


def chart(app: AppTest, number: int) -> dict:
    """What is drawn in one of the page's charts, in the order in which they stand there."""
    return json.loads(app.get("plotly_chart")[number].proto.spec)


def decoded(numbers: dict[str, str]) -> list[float]:
    """Of an array as plotly sends it."""
    return np.frombuffer(base64.b64decode(numbers["bdata"]), numbers["dtype"]).tolist()


def click(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def labels_of(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


# What is said of a network


@pytest.mark.usefixtures("digits_here")
def test_the_headline_is_what_the_core_computes():
    app = open_page()
    assert not app.exception
    summary = summarise(LOGITS, DIGITS.labels, STUB.temperature)
    assert 0 < summary.wrong < COUNT / 2, "or the stub is of no use"
    for figure in (
        f"{summary.accuracy * 100:.2f} %",
        f">{summary.wrong}<",
        f"{summary.loss:.4f}",
        f"{summary.ece * 100:.2f} %",
    ):
        assert figure in html(app)


@pytest.mark.usefixtures("digits_here")
def test_another_network_gets_other_figures():
    app = open_page(STUB, OTHER)
    before = html(app)
    app.selectbox(key="evaluated").select("Other stub").run()
    assert not app.exception
    summary = summarise(predict_logits(OTHER.model, DIGITS.images), DIGITS.labels)
    assert f"{summary.loss:.4f}" in html(app)
    assert f"{summary.loss:.4f}" not in before


@pytest.mark.usefixtures("digits_here")
def test_the_gallery_shows_the_worst_mistakes_first_and_then_the_next_ones():
    app = open_page()
    ranking = rank_mistakes(LOGITS, DIGITS.labels, STUB.temperature)
    expected = [
        f"{index}: is {label}, read as {read}"
        for index, label, read in zip(
            ranking.indices.tolist(), ranking.labels.tolist(), ranking.read.tolist(), strict=True
        )
    ]
    assert captions(app) == expected[:20]
    app.session_state["gallery_page"] = 2
    app.run()
    assert captions(app) == expected[20:40]


@pytest.mark.usefixtures("digits_here")
def test_the_gallery_follows_the_chosen_cell():
    app = open_page(gallery_page=2)
    counts = confusion(LOGITS, DIGITS.labels).counts
    assert 0 < counts[4, 5] <= 20
    app.selectbox(key="is_digit").select("4").run()
    assert all("is 4" in caption for caption in captions(app))
    app.selectbox(key="read_as").select("5").run()
    assert not app.exception
    assert len(captions(app)) == counts[4, 5]
    assert all(caption.endswith("is 4, read as 5") for caption in captions(app))
    app.selectbox(key="is_digit").select("5").run()
    assert all(caption.endswith("is 5, read as 5") for caption in captions(app))
    assert f"{counts[5, 5]} read right, the least sure first" in all_text(app)
    app.selectbox(key="read_as").select("0").run()
    assert counts[5, 0] == 0
    assert captions(app) == []
    assert "nothing of this kind happened" in all_text(app)


@pytest.mark.usefixtures("digits_here")
def test_another_network_starts_with_all_its_mistakes():
    app = open_page(STUB, OTHER)
    app.selectbox(key="is_digit").select("4").run()
    app.selectbox(key="evaluated").select("Other stub").run()
    assert app.session_state["is_digit"] == -1
    assert len({caption.split("is ")[1][0] for caption in captions(app)}) > 1


@pytest.mark.usefixtures("digits_here")
def test_the_temperature_moves_the_calibration_and_nothing_else():
    app = open_page()
    assert app.slider[0].value == STUB.temperature
    headline, diagram, matrix = html(app), chart(app, 2), chart(app, 0)
    app.slider[0].set_value(3.0).run()
    assert not app.exception
    ece = summarise(LOGITS, DIGITS.labels, 3.0).ece
    assert f"ECE {ece * 100:.2f} %" in all_text(app)
    assert chart(app, 2) != diagram
    assert chart(app, 0) == matrix
    assert html(app) == headline


# Curves


def measure_all(app: AppTest) -> AppTest:
    click(app, "Measure the curves")
    for _ in range(60):
        if "Stop measuring" not in labels_of(app):
            return app
        app.run()
    raise AssertionError("the curves must be complete at some time")


@pytest.mark.usefixtures("digits_here")
def test_the_curves_are_measured_on_request_and_kept():
    app = open_page()
    assert chart(app, 3)["data"] == []
    measure_all(app)
    assert not app.exception
    for number, change in enumerate(CHANGES.values(), start=3):
        (line,) = [trace for trace in chart(app, number)["data"] if trace.get("name") == "Stub"]
        assert decoded(line["x"]) == pytest.approx(change.values)
    assert "Measure the curves" not in labels_of(app)
    again = open_page()
    assert chart(again, 6) == chart(app, 6), "the next visitor need not wait"


@pytest.mark.usefixtures("digits_here")
def test_measuring_can_be_stopped_and_goes_on_where_it_was(monkeypatch):
    app = open_page()
    monkeypatch.setattr("ui.evaluate.measured.STEP_S", 0.0)
    click(app, "Measure the curves").run()
    click(app, "Stop measuring")
    measured = measured_of("stub").curves
    known = dict(measured)
    assert known.keys() == {"rotation"}
    app.run()
    assert measured == known, "stopped is stopped"
    monkeypatch.setattr("ui.evaluate.measured.STEP_S", 5.0)
    click(app, "Measure the curves")
    assert measured["rotation"][0] == Point(-90, measured["rotation"][0].right, COUNT)
    assert len(measured["rotation"]) == len(CHANGES["rotation"].values)


@pytest.mark.usefixtures("digits_here")
def test_two_networks_are_compared_in_one_plot():
    app = open_page(STUB, OTHER)
    app.multiselect(key="compared").select("Other stub").run()
    measure_all(app)
    names = [trace["name"] for trace in chart(app, 4)["data"] if "name" in trace]
    assert names == ["Stub", "Other stub"]
    app.multiselect(key="compared").set_value([]).run()
    assert "Other stub" not in json.dumps(chart(app, 4))


@pytest.mark.usefixtures("digits_here")
def test_the_changed_digit_can_be_chosen():
    app = open_page()
    before = html(app)
    app.number_input(key="changed_digit").set_value(17).run()
    assert not app.exception
    assert html(app) != before
    shown = re.findall(r'alt="(Turned|Shifted|Thicker or thinner strokes|Noise), ', html(app))
    assert len(shown) == sum(len(change.values) for change in CHANGES.values())


# Reading in steps


@pytest.mark.usefixtures("digits_here")
def test_reading_can_be_stopped_and_goes_on(monkeypatch):
    monkeypatch.setattr("ui.evaluate.measured.STEP_S", 0.0)
    app = open_page()
    assert "Stop" in labels_of(app)
    assert "What is mistaken for what" not in all_text(app), "not before all is read"
    click(app, "Stop")
    assert "Stopped after" in all_text(app)
    assert "What is mistaken for what" in all_text(app)
    count = len(measured_of("stub").logits)
    assert 0 < count < COUNT
    partly = summarise(LOGITS[:count], DIGITS.labels[:count], STUB.temperature)
    assert f"wrong of {count}" in html(app)
    assert f"{partly.loss:.4f}" in html(app)
    monkeypatch.setattr("ui.evaluate.measured.STEP_S", 5.0)
    click(app, "Go on")
    assert not app.exception
    assert "Stopped" not in all_text(app)
    assert f"wrong of {COUNT:,}".replace(",", " ") in html(app)


@pytest.mark.usefixtures("digits_here")
def test_what_one_visitor_has_had_read_the_next_one_finds(monkeypatch):
    open_page()
    monkeypatch.setattr("ui.evaluate.measured.iterate_logits", None)
    app = open_page()
    assert not app.exception
    assert "What is mistaken for what" in all_text(app)


# Networks come and go


@pytest.mark.usefixtures("digits_here")
def test_a_network_that_has_gone_gives_way_to_a_shipped_one():
    app = open_page(STUB, OTHER, compared=["other"], evaluation_stopped=True)
    app.session_state["networks"] = {}
    app.run()
    assert not app.exception
    assert app.selectbox(key="evaluated").value == "deep_cnn_pen"


@pytest.mark.usefixtures("digits_here")
def test_a_compared_network_that_has_gone_is_no_longer_compared():
    app = open_page(STUB, OTHER)
    app.multiselect(key="compared").select("Other stub").run()
    app.session_state["networks"] = {"stub": STUB}
    app.run()
    assert not app.exception
    assert app.multiselect(key="compared").value == []


@pytest.mark.usefixtures("digits_here")
@pytest.mark.parametrize("in_url", ["Stub", "stub", "<script>", ""])
def test_a_link_to_a_network_of_another_session_opens_the_default(in_url):
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    app.session_state["evaluation_stopped"] = True
    app.run()
    app.query_params["evaluated"] = in_url
    app.switch_page("pages/evaluate.py").run()
    assert not app.exception
    assert app.selectbox(key="evaluated").value == "deep_cnn_pen"


@pytest.mark.usefixtures("digits_here")
def test_networks_of_the_same_name_can_be_told_apart():
    twin = Network("twin", "Stub", Columns(0.02))
    app = open_page(STUB, twin)
    assert app.selectbox(key="evaluated").options[-2:] == ["Stub (1)", "Stub (2)"]
    app.selectbox(key="evaluated").select("Stub (2)").run()
    assert app.session_state["evaluated"] == "twin"
    loss = summarise(predict_logits(twin.model, DIGITS.images), DIGITS.labels).loss
    assert f"{loss:.4f}" in html(app)


@pytest.mark.usefixtures("digits_here")
def test_without_shipped_weights_the_own_networks_are_still_there(monkeypatch):
    def fail(key):
        raise WeightsUnusable("deep_cnn.safetensors is missing. Get it again.")

    monkeypatch.setattr("ui.shared.process.load_reader", fail)
    app = open_page()
    assert not app.exception
    assert [error.value for error in app.error] == [
        "deep_cnn.safetensors is missing. Get it again."
    ]
    assert "What is mistaken for what" in all_text(app)


# Without MNIST


def test_a_folder_of_mnist_that_is_empty_gets_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))
    app = open_page(choose=None)
    assert not app.exception
    assert str(tmp_path) in app.warning[0].value
    assert "no person wrote them" in app.info[0].value
    assert "Try it" in all_text(app)


def test_without_mnist_a_download_is_offered(monkeypatch, tmp_path):
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setattr("mnist_core.data.mnist.DEFAULT_ROOT", tmp_path)
    app = open_page(choose=None)
    assert not app.exception
    assert "not on this machine" in all_text(app)

    def no_network(progress):
        raise DataUnavailable("No mirror answered. Check the network.")

    # AppTest runs the page's file alone at first, and a click does not outlive starting again.
    monkeypatch.setattr("ui.shared.process.open_through_app", lambda: None)
    monkeypatch.setattr("ui.shared.digit.test_digits.download_mnist", no_network)
    click(app, "Download MNIST (11 MB)")
    assert not app.exception
    assert "Check the network" in app.error[0].value


@pytest.mark.mnist
def test_a_shipped_network_is_said_to_be_as_accurate_as_its_card_says():
    app = open_page(choose="deep_cnn")
    for _ in range(200):
        if "Stop" not in labels_of(app):
            break
        app.run()
    accuracy = load_card("deep_cnn").mnist_test_accuracy
    assert f"{accuracy * 100:.2f} %" in html(app)
    assert f">{round(10_000 * (1 - accuracy))}<" in html(app)


# Figures


def test_a_cell_is_said_in_words():
    assert say_cell(4, 9, 12) == "A 4 read as 9: 12 times"
    assert say_cell(8, 3, 1) == "An 8 read as 3: once"


def test_the_matrix_colours_mistakes_only_and_frames_the_chosen_cells():
    found = confusion(LOGITS, DIGITS.labels)
    plain, framed = confusion_figure(found, None, None), confusion_figure(found, 4, None)
    coloured = torch.tensor(plain.data[0].z)
    assert (coloured.isnan() == (found.mistakes == 0)).all()
    assert len(framed.layout.shapes) == len(plain.layout.shapes) + 1
    frame = framed.layout.shapes[-1]
    assert (frame.y0, frame.y1, frame.x0, frame.x1) == (3.5, 4.5, -0.5, 9.5)
    assert plain.data[1].customdata[49] == [4, 9]
    assert plain.data[1].hovertext[49] == say_cell(4, 9, int(found.counts[4, 9]))


def test_digits_that_never_came_leave_a_gap():
    counts = torch.zeros(10, 10, dtype=torch.int64)
    counts[3, 3], counts[3, 5] = 3, 1
    figure = misses_figure(Confusion(counts))
    assert list(figure.layout.xaxis.ticktext[3:5]) == ["<b>3</b><br>75.0", "<b>4</b><br>–"]
    assert figure.data[0].y[3] == pytest.approx(0.25)
    assert figure.data[1].y[5] == 1


def test_the_band_of_a_curve_is_one_standard_error_to_each_side():
    curve = (Point(0, 900, 1000), Point(0.05, 500, 1000))
    band, line = curves_figure(CHANGES["noise"], {"A": curve}).data
    assert list(line.y) == [0.9, 0.5]
    error = [point.standard_error for point in curve]
    expected = [0.9 + error[0], 0.5 + error[1], 0.5 - error[1], 0.9 - error[0]]
    assert list(band.y) == pytest.approx(expected)
