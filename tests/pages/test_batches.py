"""The page of the batches, as a visitor without a browser sees it."""

import math

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.experiments.descent.digits_in_batches import as_line, descend
from mnist_core.experiments.descent.line_in_batches import COUNT, EPOCHS, points
from mnist_core.experiments.descent.noise import predicted_noise, spread
from mnist_core.experiments.regression.linear import least_squares
from tests.ui.visitor import change, charts, html_parts, said, sent, visit
from ui.batches.digits import digits
from ui.batches.noise import noise_of
from ui.batches.questions import FEW, MANY
from ui.batches.walk import gradients_at_start


@pytest.fixture
def app() -> AppTest:
    return visit("batches")


def test_three_descents_are_sent_with_the_best_line(app: AppTest) -> None:
    data = sent(app, "walk_map")
    assert [len(data["orders"][key][0]) for key in ("full", "few", "one")] == [1, 8, COUNT]
    assert len(data["orders"]["few"]) == EPOCHS
    best = least_squares(*points())
    assert data["minima"] == [pytest.approx([float(best.weight), float(best.bias)])]
    assert (data["moments"][-1], data["steps"]) == (f"{EPOCHS:.1f} epochs", EPOCHS * COUNT // 8)


def test_by_steps_the_batch_size_sets_how_many_there_are(app: AppTest) -> None:
    change(app, "Compare by", "Steps")
    change(app, "Points in a batch, n", 16)
    data = sent(app, "walk_map")
    assert data["moments"][-1] == f"step {EPOCHS * COUNT // 16}"
    assert data["paths"][1]["title"] == "16 points"


def test_an_address_brings_the_start_and_refuses_what_is_no_place() -> None:
    assert sent(visit("batches", batch_start="0 1"), "walk_map")["start"] == [0, 1]
    app = visit("batches", batch_start="9 9")
    assert "The address says `batch_start=9 9`" in said(app)
    assert sent(app, "walk_map")["start"] == sent(visit("batches"), "walk_map")["start"]


def test_the_question_is_answered_by_the_law(app: AppTest) -> None:
    change(app, "guess_noise_shrinks", 0)
    gradients = gradients_at_start()
    few, many = (predicted_noise(spread(gradients), COUNT, n, False) for n in (FEW, MANY))
    (revealed,) = [part for part in html_parts(app) if "guessed" in part and "<span" in part]
    assert "half ✓" in revealed
    assert f"{many / few:.2f} of it is left" in said(app)


def test_measured_noise_is_close_to_the_law() -> None:
    found = noise_of(gradients_at_start(), 400)
    assert found.predicted[False][-1] == 0
    assert found.measured[False][-1] == pytest.approx(0, abs=1e-12)
    assert 0 < found.off_percent < 15


def test_the_noise_is_charted_for_the_line_and_for_digits() -> None:
    app = visit("batches", chapter="numbers")
    line = charts(app)[-1]
    assert "64 points" in said(app)
    change(app, "Gradients of", "Ten digits")
    assert charts(app)[-1] != line
    assert "7 850 numbers" in said(app)


def test_unshuffled_batches_end_elsewhere_and_a_falling_rate_ends_nearest() -> None:
    app = visit("batches", chapter="idea", batch_rate="0.3")
    data = sent(app, "orders")
    (best,) = data["minima"]
    ends = {one["key"]: one["places"][-1] for one in data["fixed"]}
    off = {key: abs(w - best[0]) + abs(b - best[1]) for key, (w, b) in ends.items()}
    assert off["falling"] < off["plain"] < off["unshuffled"]


def test_the_loader_is_shown_and_run_with_the_page_s_settings() -> None:
    app = visit("batches", chapter="experts", batch_points="16")
    assert f"{EPOCHS * COUNT // 16} steps in {EPOCHS} epochs" in said(app)
    assert any("DataLoader(Points()" in block.value for block in app.code)
    app = visit("batches", chapter="experts", batch_rate="10")
    assert "diverged" in said(app)


def test_the_same_descents_run_on_digits_with_the_page_s_settings() -> None:
    app = visit("batches", chapter="idea")
    data = sent(app, "digit_paths")
    assert [line["title"] for line in data["paths"]] == ["All 128 digits", "8 digits", "1 digit"]
    full, few, one = (path["losses"] for path in data["fixed"])
    assert full[0] == few[0] == one[0] == pytest.approx(math.log(10))
    assert full[-1] > few[-1] > one[-1]
    assert f"{one[-1]:.3f} with 1 digit at a time" in said(app)
    assert len(full) == data["steps"] + 1 == len(data["moments"])
    app = visit("batches", chapter="idea", batch_points="16", batch_rate="0.3")
    other = sent(app, "digit_paths")
    assert other["paths"][1]["title"] == "16 digits"
    assert other["fixed"][0]["losses"] != full


def test_single_digits_lead_to_weights_that_read_all_of_them() -> None:
    x, y = digits()
    last = as_line(descend(x, y, 1, 0.1)[-1], x.shape[1])
    assert torch.equal(last.at(x).argmax(dim=1), y)
