import json
import math
import re
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from mnist_core.evaluation.expected import expected_course
from mnist_core.training.history import STEP_COLUMNS, LayerLook, TestResult
from mnist_core.training.player import Playing, View
from mnist_core.training.run import Progress
from mnist_core.training.timeline import Moment
from mnist_core.training.trainer import LayerChange
from tests.ui.visitor import visit_part
from ui.shared.figures.charts import LiveChart
from ui.train import curves_figures
from ui.train.chart_rows import spikes_kept
from ui.train.lines_figures import gradient_chart, race_chart

LAYERS = ("1. Conv 3×3, 1 → 16", "2. Linear 4608 → 64", "3. Linear 64 → 10")
Chart = Callable[[View], LiveChart | None]
EXPECTED = expected_course(False, 640)


def view(steps: int, vae: bool = False, tests: int = 3, dead: bool = False) -> View:
    step = np.arange(1, steps + 1, dtype=np.float64)
    noise = np.random.default_rng(0).random(steps)
    loss = 2.3 * np.exp(-step / 100) + 0.2 * noise
    nothing = np.full(steps, np.nan)
    columns = {
        "step": step, "samples": step * 64, "loss": loss,
        "accuracy": nothing if vae else 1 - loss / 3,
        "learning_rate": step * 0 + 0.1, "batch_size": step * 0 + 64,
        "reconstruction": loss * 100 if vae else nothing, "kl": noise * 20 if vae else nothing,
    }  # fmt: skip
    assert tuple(columns) == STEP_COLUMNS
    at = [max(1, steps * (i + 1) // tests) for i in range(tests)] if steps else []
    results = tuple(
        TestResult(s, s * 64, 0.5, math.nan, 100.0, 20.0)
        if vae
        else TestResult(s, s * 64, 0.5, 0.9, math.nan, math.nan)
        for s in at
    )
    looks = tuple(
        LayerLook(s, tuple(LayerChange(name, 0.0 if dead else 0.1, 1e-3) for name in LAYERS))
        for s in range(1, steps + 1, 20)
    )
    state = {"log_var_head.weight" if vae else "head.weight": torch.zeros(1)}
    progress = Progress(steps, steps * 64, 0.0, 0.0, 0.0, None)
    now = Moment(steps, steps * 64, state)
    return View(Playing.PLAYING, progress, columns, results, looks, now, (), None)


def loss_chart(view: View, **how: Any) -> LiveChart:
    return curves_figures.loss_chart(view, EXPECTED, **how)


def accuracy_chart(view: View) -> LiveChart | None:
    return curves_figures.accuracy_chart(view, EXPECTED)


def vae_terms_chart(view: View) -> LiveChart | None:
    return curves_figures.vae_terms_chart(view, EXPECTED)


def races(what: str, **scales: bool) -> Chart:
    return lambda v: race_chart({"MLP": v, "Small CNN": v}, what, **scales)  # type: ignore[arg-type]


CHARTS: dict[str, Chart] = {
    "loss": loss_chart,
    "loss with a floor": lambda v: loss_chart(v, floor=0.33, floor_label="label smoothing"),
    "loss on log axes": lambda v: loss_chart(v, log_x=True, log_y=True),
    "accuracy": accuracy_chart,
    "gradients": lambda v: gradient_chart(v, "gradient_norm", LAYERS),
    "updates": lambda v: gradient_chart(v, "update_ratio", LAYERS),
    "race": races("training_loss"),
    "race on log axes": races("test_loss", log_x=True, log_y=True),
    "race of accuracies": races("test_accuracy"),
}


def drawn(chart: LiveChart | None) -> LiveChart:
    assert chart is not None
    return chart


def named_tables(spec: Any) -> set[str]:
    """Names of all tables that a specification asks for."""
    if isinstance(spec, list):
        return set().union(*map(named_tables, spec))
    if not isinstance(spec, dict):
        return set()
    own = {spec["data"]["name"]} if "name" in spec.get("data", {}) else set()
    return own.union(*map(named_tables, spec.values()))


# Charts that are redrawn in place


@pytest.mark.parametrize("name", CHARTS)
def test_only_data_changes_while_a_training_goes_on(name: str) -> None:
    early, late = (drawn(CHARTS[name](view(steps))) for steps in (0, 5000))
    assert json.dumps(early.spec) == json.dumps(late.spec)
    assert early.alt == late.alt
    assert {t: set(c) for t, c in early.data.items()} == {t: set(c) for t, c in late.data.items()}


def test_only_data_changes_while_an_autoencoder_trains() -> None:
    early, late = (drawn(vae_terms_chart(view(steps, vae=True))) for steps in (0, 900))
    assert (early.spec, early.alt) == (late.spec, late.alt)


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("steps", [0, 1, 2, 300, 50_000])
def test_tables_are_few_rows_of_equal_length_and_never_empty(name: str, steps: int) -> None:
    chart = drawn(CHARTS[name](view(steps)))
    assert named_tables(chart.spec) == set(chart.data)
    for columns in chart.data.values():
        rows = {len(values) for values in columns.values()}
        assert len(rows) == 1
        assert 1 <= rows.pop() <= 400


def test_charts_of_a_long_training_take_little_time() -> None:
    long = view(50_000)
    drawing = [lambda chart=chart: drawn(chart(long)).with_data() for chart in CHARTS.values()]
    for draw in drawing:
        draw()
    seconds = []
    for _ in range(5):
        start = time.process_time()
        for draw in drawing:
            draw()
        seconds.append(time.process_time() - start)
    assert min(seconds) < 0.05  # measured: 0.01


def test_streamlit_takes_every_chart() -> None:
    def page() -> None:
        import streamlit as st

        from tests.ui.train.test_figures import CHARTS, vae_terms_chart, view

        charts = [chart(view(steps)) for chart in CHARTS.values() for steps in (0, 60)]
        for chart in [*charts, vae_terms_chart(view(60, vae=True))]:
            assert chart is not None
            st.vega_lite_chart(spec=chart.with_data(), alt=chart.alt)

    protos = [element.proto for element in visit_part(page).get("vega_lite_chart")]
    assert len(protos) == 2 * len(CHARTS) + 1
    assert all(proto.alt and len(proto.datasets) >= 1 for proto in protos)
    assert all("datasets" not in json.loads(proto.spec) for proto in protos)


# What they show


def test_spikes_stay_when_a_long_line_is_thinned() -> None:
    values = np.random.default_rng(0).random(50_000)
    values[[123, 31_000]] = 9.0, -9.0
    kept = spikes_kept(values, 400)
    assert len(kept) <= 400
    assert {123, 31_000} <= set(kept.tolist())
    assert (np.diff(kept) > 0).all()


def test_thinned_points_stay_where_they_are_when_a_few_more_come() -> None:
    values = np.random.default_rng(0).random(30_050)
    before, after = spikes_kept(values[:30_000], 400), spikes_kept(values, 400)
    assert np.array_equal(before[:-2], after[: len(before) - 2])


def test_short_lines_are_not_thinned() -> None:
    assert spikes_kept(np.zeros(400), 400).tolist() == list(range(400))
    assert spikes_kept(np.zeros(0), 400).tolist() == []


def test_log_axis_gets_no_loss_that_it_cannot_show() -> None:
    run = view(300)
    run.steps["loss"][[3, 50]] = 0.0, np.inf
    on_log = loss_chart(run, log_y=True).data
    assert len(on_log["batches"]["loss"]) == 298
    assert (on_log["batches"]["loss"] > 0).all()
    assert np.isfinite(on_log["smoothed"]["training"]).all()
    assert len(loss_chart(run).data["batches"]["loss"]) == 299


def test_last_test_stands_beside_each_point_for_the_tooltip() -> None:
    smooth = loss_chart(view(90)).data["smoothed"]
    tested = smooth["samples"] >= 30 * 64
    assert np.isnan(smooth["test"][~tested]).all()
    assert (smooth["test"][tested] == 0.5).all()


def test_floor_is_drawn_with_its_label() -> None:
    spec = json.dumps(CHARTS["loss with a floor"](view(5)).spec)  # type: ignore[union-attr]
    assert '"datum": 0.33' in spec
    assert "label smoothing" in spec


def test_floor_of_nothing_is_left_out_of_a_log_axis() -> None:
    assert '"datum": 0.0' in json.dumps(loss_chart(view(5), floor=0.0).spec)
    assert '"datum": 0.0' not in json.dumps(loss_chart(view(5), log_y=True, floor=0.0).spec)


def test_accuracies_are_percentages_on_an_axis_from_0_to_100() -> None:
    chart = drawn(accuracy_chart(view(300)))
    assert chart.data["tests"]["test"] == pytest.approx([90, 90, 90])
    assert '"domain": [0, 100]' in json.dumps(chart.spec)


@pytest.mark.parametrize("steps", [0, 10])
def test_each_kind_of_network_has_its_own_second_chart(steps: int) -> None:
    assert accuracy_chart(view(steps, vae=True)) is None
    assert vae_terms_chart(view(steps, vae=True)) is not None
    assert accuracy_chart(view(steps)) is not None
    assert vae_terms_chart(view(steps)) is None


@pytest.mark.parametrize("vae", [False, True])
def test_before_there_is_data_a_grey_line_says_so_and_no_axis_jumps_when_data_come(
    vae: bool,
) -> None:
    second = vae_terms_chart if vae else accuracy_chart
    for make in (loss_chart, second):
        before, after = (drawn(make(view(steps, vae=vae))) for steps in (0, 9))
        assert before.data["frame"].keys() == {"samples", "value"}
        for name, corners in before.data["frame"].items():
            expected = before.data["expected"][name]
            assert (corners.min(), corners.max()) == (expected.min(), expected.max())
            assert (corners == after.data["frame"][name]).all(), "the axes hold the same corners"
        assert "about so" in before.data["expected"]["said"]
        assert np.isnan(after.data["expected"]["value"]).all()
        assert set(after.data["expected"]["said"]) == {""}


def test_dead_gradients_stand_at_the_bottom_of_the_log_axis_and_are_said() -> None:
    run = view(60)
    dead = LayerLook(61, tuple(LayerChange(name, 0.0, 0.0) for name in LAYERS[:1]))
    alive = tuple(LayerChange(name, 0.1, 1e-3) for name in LAYERS[1:])
    object.__setattr__(run, "looks", (*run.looks, LayerLook(61, (*dead.layers, *alive))))
    chart = gradient_chart(run, "gradient_norm", LAYERS)
    lines = chart.data["lines"]
    assert (lines["value"] > 0).all()
    assert lines["measured"].min() == 0
    assert lines["value"].min() <= 0.01
    assert chart.says == "The latest gradient norm is exactly 0 in: 1. Conv 1→16."


def test_gradients_that_are_all_dead_can_be_drawn() -> None:
    lines = gradient_chart(view(60, dead=True), "gradient_norm", LAYERS).data["lines"]
    assert np.isfinite(np.log10(lines["value"])).all()


def test_each_run_of_a_race_has_its_line_and_its_dash() -> None:
    runs = {"MLP": view(50), "Small CNN": view(400), "nothing yet": view(0)}
    chart = race_chart(runs, "training_loss")
    assert set(chart.data["lines"]["line"]) == {"MLP", "Small CNN"}
    line = chart.spec["layer"][0]["encoding"]
    assert line["color"]["scale"]["domain"] == list(runs)
    assert len({str(dash) for dash in line["strokeDash"]["scale"]["range"]}) == 3


def test_race_without_runs_is_an_empty_chart() -> None:
    assert len(race_chart({}, "test_accuracy").data["lines"]["value"]) == 1


def test_latest_values_are_said() -> None:
    assert loss_chart(view(0)).says == "No digit seen yet."
    said = loss_chart(view(20_000)).says
    assert re.fullmatch(r"After 1 280 000 digits: smoothed loss 0\.\d+, test loss 0\.5\.", said), (
        said
    )
