"""The Evaluate page on bars instead of digits, and with a network that reads them in no time."""

import base64
import json
import re

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from streamlit.testing.v1 import AppTest
from torch import Tensor, nn

from mnist_core.data.mnist import Digits
from mnist_core.errors import DataUnavailable
from mnist_core.evaluation.metrics import confusion, predict_logits, rank_mistakes, summarise
from mnist_core.evaluation.robustness import CHANGES, Point
from mnist_core.evaluation.two_networks import side_by_side
from mnist_core.evaluation.wrong_labels import AGREED
from mnist_core.experiments.weighted_draws import weighted_test
from mnist_core.models.deep_cnn import DeepCNN
from mnist_core.weights import load_card
from mnist_core.words import a_digit, finely, in_percent, spaced
from tests.ui.odd_networks import ODD
from tests.ui.visitor import (
    ROOT,
    buttons,
    change,
    errors,
    figure,
    go_to,
    html,
    not_here,
    press,
    run,
    run_with,
    said,
    sent,
    visit,
    widget,
)
from ui.evaluate.measured import measured_of
from ui.evaluate.reading import on_generated
from ui.evaluate.why import ask_why
from ui.shared.figures.colours import WRONG
from ui.shared.session.networks import Network
from ui.shared.tour.stops import WHY_THIS_ANSWER

COUNT = 500
SAMPLE = 100
"""Of those, for the curves."""


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


class Shaky(Columns):
    """Reads like `Columns`, but takes bars in a noisy corner for the next digit."""

    def forward(self, images_01: Tensor) -> Tensor:
        logits = super().forward(images_01)
        noisy = images_01[:, 0, 0, 0] > 0.12
        return torch.where(noisy[:, None], logits.roll(1, dims=1), logits)


STUB = Network("stub", "Stub", Columns(), temperature=0.8)
OTHER = Network("other", "Other stub", Columns(0.02))
TRACEABLE = Network("convnet", "One of the shipped", DeepCNN())
LOGITS = predict_logits(STUB.model, DIGITS.images)


@pytest.fixture
def all_in_one_step(monkeypatch) -> None:
    monkeypatch.setattr("ui.evaluate.measured.STEP_S", 60.0)


@pytest.fixture
def digits_here(monkeypatch, all_in_one_step) -> None:
    monkeypatch.setenv("MNIST_DIR", "/somewhere")
    monkeypatch.setattr("ui.shared.process.load_mnist", lambda split: DIGITS)
    monkeypatch.setattr("ui.evaluate.measured.SAMPLE", SAMPLE)


def evaluate(*networks: Network, opened: str = "", **session: object) -> AppTest:
    """The page in a session that has these networks, the first chosen.

    opened: the names of the parts that are not folded
    """
    own = {network.key: network for network in networks}
    start = {"networks": own, "evaluated": networks[0].key, "folds_open": opened_at_first(opened)}
    return visit("evaluate", start | session)


def opened_at_first(names: str) -> frozenset[str]:
    return frozenset(names.split())


def unfold(app: AppTest, name: str) -> AppTest:
    return run_with(app, **{f"open_{name}": True})


def folds(app: AppTest) -> list[str]:
    """The titles of the page's parts."""
    return [part.label for part in app.expander]


def captions(app: AppTest) -> list[str]:
    """Of the gallery's pictures."""
    return re.findall(r"Test digit (\d+: is \d, read as \d)", html(app))


def group(app: AppTest, name: str) -> list[int]:
    """The test digits in one of the galleries of two networks."""
    shown = [part for part in app.get("bidi_component") if part.key == f"group_{name}"]
    found = "".join(json.loads(part.proto.json)["html"] for part in shown)
    return [int(index) for index in re.findall(r"Test digit (\d+): ", found)]


def chart(app: AppTest, alt: str) -> dict:
    """What is drawn in the chart whose text for those who cannot see it begins so."""
    (found,) = [one for one in app.get("plotly_chart") if one.proto.alt.startswith(alt)]
    return json.loads(found.proto.spec)


def decoded(numbers: dict[str, str]) -> list[float]:
    """Of an array as plotly sends it."""
    return np.frombuffer(base64.b64decode(numbers["bdata"]), numbers["dtype"]).tolist()


# What is said of a network


@pytest.mark.usefixtures("digits_here")
def test_the_headline_is_what_the_core_computes():
    app = evaluate(STUB)
    summary = summarise(LOGITS, DIGITS.labels, STUB.temperature)
    assert 0 < summary.wrong < COUNT / 2, "or the stub is of no use"
    assert f"{summary.accuracy * 100:.2f} %" in html(app)
    assert f">{summary.wrong}<" in html(app)
    unfold(app, "sure")
    own = f"($T = {STUB.temperature:.2f}$): ECE {summary.ece * 100:.2f} %, loss {summary.loss:.4f}"
    assert f"With the network's own {own}" in said(app)


@pytest.mark.usefixtures("digits_here")
def test_the_rest_is_folded_and_not_computed_before_it_is_opened(monkeypatch):
    def too_early(*_: object) -> None:
        raise AssertionError("nobody has asked for it")

    with monkeypatch.context() as patch:
        for computed in (
            "mistakes.confusion", "against.read_on", "ceiling.ceiling", "each_digit.confusion",
            "confidence.calibration", "wrong_test.weighted_test", "robustness.next_change",
        ):  # fmt: skip
            patch.setattr(f"ui.evaluate.{computed}", too_early)
        app = evaluate(STUB, OTHER)
        assert folds(app) == [
            "What is mistaken for what",
            "A against B",
            "The ceiling: labels that are wrong",
            "Which digits are hard",
            "Is it right as often as it is sure?",
            "A mistake: testing on drawn digits",
            "What does it take to fool it?",
            "The code that just ran",
        ]
        assert not app.get("plotly_chart")
    assert "Raise the temperature" not in said(app)
    assert "Raise the temperature" in said(unfold(app, "sure"))


@pytest.mark.usefixtures("digits_here")
def test_a_part_is_found_as_it_was_left():
    app = evaluate(STUB)
    change(unfold(app, "mistakes"), "is_digit", "4")
    go_to(go_to(app, "draw"), "evaluate")
    assert captions(app), "still open"
    assert all("is 4" in caption for caption in captions(app))
    run_with(app, open_mistakes=False)
    go_to(go_to(app, "draw"), "evaluate")
    assert not captions(app)


@pytest.mark.usefixtures("digits_here")
def test_another_network_gets_other_figures():
    app = evaluate(STUB, OTHER, opened="sure")
    before = said(app)
    change(app, "evaluated", "Other stub")
    summary = summarise(predict_logits(OTHER.model, DIGITS.images), DIGITS.labels)
    assert f"{summary.loss:.4f}" in said(app)
    assert f"{summary.loss:.4f}" not in before


@pytest.mark.usefixtures("digits_here")
def test_the_gallery_shows_the_worst_mistakes_first_and_then_the_next_ones():
    app = evaluate(STUB, opened="mistakes")
    ranking = rank_mistakes(LOGITS, DIGITS.labels, STUB.temperature)
    expected = [
        f"{index}: is {label}, read as {read}"
        for index, label, read in zip(
            ranking.indices.tolist(), ranking.labels.tolist(), ranking.read.tolist(), strict=True
        )
    ]
    assert captions(app) == expected[:20]
    run_with(app, gallery_page=2)
    assert captions(app) == expected[20:40]


@pytest.mark.usefixtures("digits_here")
def test_under_each_picture_stands_by_what_they_are_in_order():
    app = evaluate(STUB, opened="mistakes")
    ranking = rank_mistakes(LOGITS, DIGITS.labels, STUB.temperature).page(0, 20)
    printed = [
        f"is <b>{label}</b>: {finely(p)}<br>"
        for label, p in zip(ranking.labels.tolist(), ranking.p_label.tolist(), strict=True)
    ]
    assert re.findall(r"is <b>\d</b>: [^<]*<br>", html(app)) == printed
    assert len(set(printed)) > 10, "or the order could not be seen"
    assert "the lowest first" in said(app)


@pytest.mark.usefixtures("digits_here")
def test_what_is_right_is_plain_with_a_tick_and_what_is_wrong_red():
    app = evaluate(STUB, opened="mistakes")
    wrong = re.findall(rf'read as <b style="color:{re.escape(WRONG)}">\d ✗</b>', html(app))
    assert len(wrong) == 20
    assert "✓" not in html(app)
    change(app, "is_digit", "5")
    change(app, "read_as", "5")
    assert len(re.findall(r"read as <b>5</b> ✓", html(app))) == 20
    assert f"color:{WRONG}" not in html(app)


@pytest.mark.usefixtures("digits_here")
def test_the_gallery_follows_the_chosen_cell():
    app = evaluate(STUB, opened="mistakes", gallery_page=2)
    counts = confusion(LOGITS, DIGITS.labels).counts
    assert 0 < counts[4, 5] <= 20
    change(app, "is_digit", "4")
    assert all("is 4" in caption for caption in captions(app))
    change(app, "read_as", "5")
    assert len(captions(app)) == counts[4, 5]
    assert all(caption.endswith("is 4, read as 5") for caption in captions(app))
    change(app, "is_digit", "5")
    assert all(caption.endswith("is 5, read as 5") for caption in captions(app))
    assert f"{counts[5, 5]} read right, the least sure first" in said(app)
    change(app, "read_as", "0")
    assert counts[5, 0] == 0
    assert captions(app) == []
    assert "nothing of this kind happened" in said(app)


@pytest.mark.usefixtures("digits_here")
def test_a_link_with_the_gallery_s_filter_opens_its_part_and_shows_those_pictures():
    start = {"networks": {STUB.key: STUB}, "evaluated": STUB.key}
    app = visit("evaluate", start, is_digit="4", read_as="5")
    assert captions(app)
    assert all("is 4, read as 5" in caption for caption in captions(app))
    assert app.query_params == {"is_digit": "4", "read_as": "5"}
    assert sent(app, "link_part_mistakes")["says"] == {}
    run_with(app, open_mistakes=False)
    assert sent(app, "link_part_mistakes")["says"] == {"is_digit": "4", "read_as": "5"}
    assert "the address" not in said(app).lower()


def test_a_filter_that_cannot_be_is_refused_before_any_digit_is_read():
    assert "The address says `is_digit=12`" in said(visit("evaluate", is_digit="12"))


@pytest.mark.usefixtures("digits_here")
def test_another_network_starts_with_all_its_mistakes():
    app = evaluate(STUB, OTHER, opened="mistakes")
    change(app, "is_digit", "4")
    change(app, "evaluated", "Other stub")
    assert app.session_state["is_digit"] == -1
    assert len({caption.split("is ")[1][0] for caption in captions(app)}) > 1


@pytest.mark.usefixtures("digits_here")
def test_the_temperature_moves_the_calibration_and_nothing_else():
    app = evaluate(STUB, opened="mistakes sure")
    assert app.slider[0].value == STUB.temperature
    pictures, diagram, matrix = html(app), chart(app, "How often"), chart(app, "Confusion")
    change(app, "Temperature", 3.0)
    ece = summarise(LOGITS, DIGITS.labels, 3.0).ece
    assert f"ECE {ece * 100:.2f} %" in said(app)
    assert chart(app, "How often") != diagram
    assert chart(app, "Confusion") == matrix
    assert html(app) == pictures


# Curves


def measure_all(app: AppTest) -> AppTest:
    press(app, "Measure the curves")
    for _ in range(60):
        if "Stop measuring" not in buttons(app):
            return app
        run(app)
    raise AssertionError("the curves must be complete at some time")


@pytest.mark.usefixtures("digits_here")
def test_the_curves_are_measured_on_request_and_kept():
    app = evaluate(STUB, opened="fool")
    assert chart(app, "Accuracy against: Turned")["data"] == []
    measure_all(app)
    for measured in CHANGES.values():
        data = chart(app, f"Accuracy against: {measured.title}")["data"]
        (line,) = [trace for trace in data if trace.get("name") == "Stub"]
        assert decoded(line["x"]) == pytest.approx(measured.values)
    assert "Measure the curves" not in buttons(app)
    again = evaluate(STUB, opened="fool")
    noise = "Accuracy against: Noise"
    assert chart(again, noise) == chart(app, noise), "the next visitor need not wait"


@pytest.mark.usefixtures("digits_here")
def test_measuring_can_be_stopped_and_goes_on_where_it_was(monkeypatch):
    app = evaluate(STUB, opened="fool")
    monkeypatch.setattr("ui.evaluate.measured.STEP_S", 0.0)
    run(press(app, "Measure the curves"))
    press(app, "Stop measuring")
    measured = measured_of("stub").curves
    known = dict(measured)
    assert known.keys() == {"rotation"}
    run(app)
    assert measured == known, "stopped is stopped"
    monkeypatch.setattr("ui.evaluate.measured.STEP_S", 60.0)
    press(app, "Measure the curves")
    assert measured["rotation"][0] == Point(-90, measured["rotation"][0].right, SAMPLE)
    assert len(measured["rotation"]) == len(CHANGES["rotation"].values)


@pytest.mark.usefixtures("digits_here")
def test_two_networks_are_compared_in_one_plot():
    app = evaluate(STUB, OTHER, opened="fool")
    change(app, "compared", ["other"])
    measure_all(app)
    shifted = "Accuracy against: Shifted"
    names = [trace["name"] for trace in chart(app, shifted)["data"] if "name" in trace]
    assert names == ["Stub", "Other stub"]
    change(app, "compared", [])
    assert "Other stub" not in json.dumps(chart(app, shifted))


@pytest.mark.usefixtures("digits_here")
def test_the_changed_digit_can_be_chosen():
    app = evaluate(STUB, opened="fool")
    before = html(app)
    change(app, "changed_digit", 17)
    assert html(app) != before
    shown = re.findall(r'alt="(Turned|Shifted|Thicker or thinner strokes|Noise), ', html(app))
    assert len(shown) == sum(len(change.values) for change in CHANGES.values())


# A against B


@pytest.mark.usefixtures("digits_here")
def test_two_networks_stand_side_by_side_with_the_core_s_counts():
    shaky = Network("shaky", "Shaky", Shaky())
    app = run(evaluate(STUB, shaky, opened="against", against="shaky"))
    shaky_logits = predict_logits(shaky.model, DIGITS.images)
    temperatures = (STUB.temperature, shaky.temperature)
    found = side_by_side(LOGITS, shaky_logits, DIGITS.labels, temperatures)
    for name, title in (
        ("both_right", "Both right"),
        ("only_first", "Only A right"),
        ("only_second", "Only B right"),
        ("both_wrong", "Both wrong"),
    ):
        expected = getattr(found, name)
        assert len(expected) > 0, "or the stubs are of no use"
        assert f"## {title}: {spaced(len(expected))}" in said(app)
        assert group(app, name) == expected.indices[:8].tolist()
        assert f"is <b>{expected.labels[0]}</b>: {finely(expected.p_label[0].item())}" in html(app)
    for name, network in (("A", STUB), ("B", shaky)):
        right = summarise(predict_logits(network.model, DIGITS.images), DIGITS.labels).accuracy
        assert f"**{name}**: {network.title}, **{in_percent(right)}** read right" in said(app)
        assert chart(app, f"Confusion matrix of {name}:")["data"]
    run_with(app, page_of_both_right=2)
    assert group(app, "both_right") == found.both_right.indices[8:16].tolist()


@pytest.mark.usefixtures("digits_here")
def test_b_reads_only_as_much_as_a_has_read(monkeypatch):
    monkeypatch.setattr("ui.evaluate.measured.STEP_S", 0.0)
    app = press(evaluate(STUB, OTHER, against="other"), "Stop")
    count = len(measured_of("stub").logits)
    unfold(app, "against")
    while len(measured_of("other").logits) < count:
        run(app)
    assert len(measured_of("other").logits) < COUNT
    run(app)
    found = re.findall(r"## [\w ]+: (\d+)", said(app))
    assert sum(map(int, found)) == count


@pytest.mark.usefixtures("digits_here")
def test_digits_that_a_network_has_no_answer_for_stand_in_no_group():
    app = run(evaluate(STUB, ODD, opened="against", against="odd"))
    unanswered = summarise(predict_logits(ODD.model, DIGITS.images), DIGITS.labels).unanswered
    assert f"{unanswered} of the digits stand in none of the four groups" in said(app)
    found = re.findall(r"## [\w ]+: (\d+)", said(app))
    assert sum(map(int, found)) == COUNT - unanswered


# Why this answer?


@pytest.mark.usefixtures("digits_here")
def test_a_picture_opens_the_explanation_with_that_digit_and_network(monkeypatch):
    monkeypatch.setattr("ui.shared.digit.test_digits.mnist_is_here", lambda: True)
    app = evaluate(STUB, opened="mistakes")
    assert 'data-pick="' in html(app)
    assert (ROOT / WHY_THIS_ANSWER.file).is_file()
    run_with(app, **asked(TRACEABLE, 17))
    assert [title.value for title in app.title] == [WHY_THIS_ANSWER.question]
    assert f"test digit 17 ({a_digit(int(DIGITS.labels[17]))})" in said(app)
    assert widget(app, "traced").value == "convnet"
    assert not app.session_state["why_asked"]


def test_a_network_that_cannot_be_traced_leaves_the_choice_as_it_was():
    assert "traced" not in asked(STUB, 3)
    assert asked(on_generated(TRACEABLE), 3)["traced"] == "convnet"


def asked(network: Network, index: int) -> dict[str, object]:
    """What a click on a picture changes in the session."""
    with pytest.MonkeyPatch.context() as patch:
        session: dict[str, object] = {}
        patch.setattr("ui.shared.state.st.session_state", session)
        ask_why(network, index)
    return session


# The ceiling


@pytest.mark.usefixtures("digits_here")
def test_before_one_of_the_doubtful_labels_has_been_read_the_page_says_so():
    assert min(AGREED) > COUNT
    assert "has not read any of them yet" in said(evaluate(STUB, opened="in_doubt"))


@pytest.mark.usefixtures("digits_here")
def test_the_doubtful_labels_are_shown_with_the_score_without_them(monkeypatch):
    wrong = rank_mistakes(LOGITS, DIGITS.labels).indices[:2].tolist()
    right = int((LOGITS.argmax(dim=1) == DIGITS.labels).nonzero()[0])
    doubted = dict.fromkeys(sorted([*wrong, right]), 2)
    monkeypatch.setattr("mnist_core.evaluation.wrong_labels.AGREED", doubted)
    monkeypatch.setattr("ui.evaluate.ceiling.AGREED", doubted)
    app = evaluate(STUB, opened="in_doubt")
    count = summarise(LOGITS, DIGITS.labels).wrong
    assert figure(app, "accuracy as published") == in_percent(1 - count / COUNT)
    assert figure(app, "without these 3") == in_percent(1 - (count - 2) / (COUNT - 3))
    assert figure(app, "the ceiling") == in_percent(1 - 3 / COUNT)
    assert f"Of the network's {count} mistakes, **2** are among these 3" in said(app)
    for index in doubted:
        label, read = int(DIGITS.labels[index]), int(LOGITS[index].argmax())
        assert f"Test digit {index}: label {label}, read as {read}" in html(app)
        assert f"label <b>{label}</b><br>people: 2 of 5<br>network: <b>{read}</b>" in html(app)


# Reading in steps


@pytest.mark.usefixtures("digits_here")
def test_reading_can_be_stopped_and_goes_on(monkeypatch):
    monkeypatch.setattr("ui.evaluate.measured.STEP_S", 0.0)
    app = evaluate(STUB)
    assert "Stop" in buttons(app)
    assert "What is mistaken for what" not in folds(app), "not before all is read"
    press(app, "Stop")
    assert "Stopped after" in said(app)
    assert "What is mistaken for what" in folds(app)
    count = len(measured_of("stub").logits)
    assert 0 < count < COUNT
    partly = summarise(LOGITS[:count], DIGITS.labels[:count], STUB.temperature)
    assert f"wrong of {count}" in html(app)
    unfold(app, "sure")
    assert f"{partly.loss:.4f}" in said(app)
    monkeypatch.setattr("ui.evaluate.measured.STEP_S", 60.0)
    press(app, "Go on")
    assert "Stopped" not in said(app)
    assert f"wrong of {COUNT:,}".replace(",", " ") in html(app)


@pytest.mark.usefixtures("digits_here")
def test_what_one_visitor_has_had_read_the_next_one_finds(monkeypatch):
    evaluate(STUB)
    monkeypatch.setattr("ui.evaluate.measured.iterate_logits", None)
    app = evaluate(STUB)
    assert "What is mistaken for what" in folds(app)


# Networks come and go


@pytest.mark.usefixtures("digits_here")
def test_a_network_that_has_gone_gives_way_to_a_shipped_one():
    app = evaluate(STUB, OTHER, opened="fool", compared=["other"], evaluation_stopped=True)
    run_with(app, networks={})
    assert widget(app, "evaluated").value == "deep_cnn_pen"


@pytest.mark.usefixtures("digits_here")
def test_a_compared_network_that_has_gone_is_no_longer_compared():
    app = evaluate(STUB, OTHER, opened="fool")
    change(app, "compared", ["other"])
    run_with(app, networks={"stub": STUB})
    assert widget(app, "compared").value == []


@pytest.mark.usefixtures("digits_here")
@pytest.mark.parametrize("in_url", ["Stub", "stub", "<script>", ""])
def test_a_link_to_a_network_of_another_session_opens_the_default(in_url):
    app = visit("evaluate", {"evaluation_stopped": True}, evaluated=in_url)
    assert widget(app, "evaluated").value == "deep_cnn_pen"


@pytest.mark.usefixtures("digits_here")
def test_networks_of_the_same_name_can_be_told_apart():
    twin = Network("twin", "Stub", Columns(0.02))
    app = evaluate(STUB, twin, opened="sure")
    assert widget(app, "evaluated").options[-2:] == ["Stub (1)", "Stub (2)"]
    change(app, "evaluated", "Stub (2)")
    assert app.session_state["evaluated"] == "twin"
    loss = summarise(predict_logits(twin.model, DIGITS.images), DIGITS.labels).loss
    assert f"{loss:.4f}" in said(app)


@pytest.mark.usefixtures("digits_here")
def test_without_shipped_weights_the_own_networks_are_still_there(monkeypatch):
    monkeypatch.setattr("ui.shared.process.load_reader", not_here)
    app = evaluate(STUB)
    assert errors(app) == ["The weights of deep_cnn are not here."]
    assert "What is mistaken for what" in folds(app)


# Without MNIST


def test_a_folder_of_mnist_that_is_empty_gets_a_sentence(without_mnist):
    app = visit("evaluate")
    assert str(without_mnist) in app.warning[0].value
    assert "no person wrote them" in app.info[0].value
    assert not any("ceiling" in title for title in folds(app)), "their labels are MNIST's alone"


@pytest.mark.usefixtures("without_mnist", "all_in_one_step")
def test_generated_digits_are_evaluated_to_the_end(monkeypatch):
    monkeypatch.setattr("ui.shared.digit.test_digits.shared_generated_test", lambda: DIGITS)
    app = run(visit("evaluate", {"evaluated": "softmax_regression"}))
    assert "What does it take to fool it?" in folds(app)


def test_without_mnist_a_download_is_offered(monkeypatch, tmp_path):
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setattr("mnist_core.data.mnist.DEFAULT_ROOT", tmp_path)
    app = visit("evaluate")
    assert "not on this machine" in said(app)

    def no_network(progress):
        raise DataUnavailable("No mirror answered. Check the network.")

    monkeypatch.setattr("ui.shared.digit.test_digits.download_mnist", no_network)
    press(app, "Download MNIST (11 MB)")
    assert "Check the network" in app.error[0].value


@pytest.mark.mnist
@pytest.mark.usefixtures("all_in_one_step")
def test_a_shipped_network_is_said_to_be_as_accurate_as_its_card_says():
    app = run(visit("evaluate", {"evaluated": "softmax_regression"}))
    accuracy = load_card("softmax_regression").mnist_test_accuracy
    assert f"{accuracy * 100:.2f} %" in html(app)
    assert f">{round(10_000 * (1 - accuracy))}<" in html(app)


@pytest.mark.usefixtures("digits_here")
def test_a_test_on_drawn_digits_stands_beside_the_right_one():
    app = evaluate(STUB, opened="drawn")
    is_right = LOGITS.argmax(dim=1) == DIGITS.labels
    losses = F.cross_entropy(LOGITS / STUB.temperature, DIGITS.labels.long(), reduction="none")
    before = ""
    for seed in (0, 1):
        test = weighted_test(is_right, losses, seed)
        accuracies = f"| **{in_percent(test.accuracy)}** | {in_percent(test.drawn_accuracy)} |"
        assert f"| accuracy {accuracies}" in said(app)
        assert f"| mean loss (nats) | {test.loss:.4f} | {test.drawn_loss:.4f} |" in said(app)
        assert f"| digits looked at | all | {in_percent(test.looked_at)} |" in said(app)
        assert f"90 – 100 %: {float(test.looks[-1]):.1%}".replace("%", " %")[-6:] in html(app)
        assert said(app) != before
        before = said(app)
        press(app, "Draw again")


# Digits without an answer


@pytest.mark.usefixtures("digits_here")
def test_digits_for_which_the_network_has_no_numbers_are_wrong_and_in_no_picture() -> None:
    app = evaluate(ODD, opened="mistakes each_digit sure drawn fool")
    logits = predict_logits(ODD.model, DIGITS.images)
    summary = summarise(logits, DIGITS.labels)
    assert 0 < summary.unanswered < COUNT
    assert f"For {summary.unanswered} of the digits the network has no answer" in said(app)
    assert f"loss {summary.loss:.4f}" in said(app)
    text = said(app) + html(app) + "".join(str(part.proto) for part in app.get("plotly_chart"))
    assert not re.search(r"\bnan\b", text.replace("NaN", ""))


@pytest.mark.usefixtures("digits_here")
def test_a_network_without_any_answer_is_only_said_to_have_none() -> None:
    model = Columns(float("nan"))
    app = evaluate(Network("none", "None", model))
    assert "For every digit the network has no answer" in said(app)
    assert "What is mistaken for what" not in folds(app)
    assert not re.search(r"\bnan\b", said(app) + html(app), re.IGNORECASE)
