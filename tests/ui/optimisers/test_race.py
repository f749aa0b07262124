"""The paths that the browser draws are those of mnist_core."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.testing import assert_close

from mnist_core.experiments.descent.optimisers import OPTIMISERS, path
from mnist_core.experiments.descent.race import surface_of
from mnist_core.experiments.descent.surfaces import RAVINE_DEGREES, SURFACES
from ui.optimisers.helps import MOST, clipped
from ui.optimisers.race import FITTING_RATES, NAMES, TITLES

RACE = Path(__file__).resolve().parents[3] / "ui" / "optimisers" / "race.js"
STEPS, KAPPA, BETA = 60, 12.0, 0.8
ASK = """
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const plain = ({key, places, losses, gradients, lost, memories}) =>
  ({key, places, losses, gradients, lost, memories});
console.log(JSON.stringify(asked.map(({data, start}) => walkFrom(data, start).map(plain))));
"""


def in_the_browser(asked: list[dict[str, Any]]) -> list[dict[str, dict[str, Any]]]:
    """For each start all paths by their names, as race.js computes them."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not here")
    done = subprocess.run(
        [node, "-e", RACE.read_text() + ASK],
        input=json.dumps(asked), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return [{one["key"]: one for one in paths} for paths in json.loads(done.stdout)]


def asked(surface: str, start: list[float], rate: float) -> dict[str, Any]:
    data = {"surface": surface, "kappa": KAPPA, "degrees": RAVINE_DEGREES, "rate": rate,
            "beta": BETA, "steps": STEPS}  # fmt: skip
    return {"data": data, "start": start}


def test_the_browser_goes_the_paths_of_the_core_on_every_surface() -> None:
    places = torch.rand(len(SURFACES), 2, generator=torch.Generator().manual_seed(4))
    starts = [((2 * place - 1) * SURFACES[key].reach).double() for key, place in
              zip(SURFACES, places, strict=True)]  # fmt: skip
    found = in_the_browser(
        [asked(key, start.tolist(), FITTING_RATES[key] / 3)
         for key, start in zip(SURFACES, starts, strict=True)]
    )  # fmt: skip
    for key, start, paths in zip(SURFACES, starts, found, strict=True):
        surface = surface_of(key, KAPPA)
        for name in paths:
            beta = {"beta": BETA} if "momentum" in name or name == "nesterov" else {}
            rate = 1.0 if name == "adadelta" else FITTING_RATES[key] / 3
            states = path(OPTIMISERS[name].at(rate, **beta), surface.gradient, start, STEPS)
            weights = torch.stack([state.weights for state in states])
            near = {"rtol": 1e-9, "atol": 1e-9}
            assert not paths[name]["lost"], (key, name)
            assert_close(torch.tensor(paths[name]["places"], dtype=torch.float64), weights, **near)
            losses = torch.tensor(paths[name]["losses"], dtype=torch.float64)
            assert_close(losses, surface.value(weights), **near)
            assert paths[name]["memories"][-1].keys() == states[-1].memory.keys()
            for memory, value in states[-1].memory.items():
                ours = torch.tensor(paths[name]["memories"][-1][memory], dtype=torch.float64)
                assert_close(ours, value, **near)


def test_a_path_that_leaves_the_picture_for_good_ends_there() -> None:
    ((paths),) = in_the_browser([asked("valley", [-2.0, 1.0], 1.0)])
    assert paths["sgd"]["lost"]
    assert len(paths["sgd"]["places"]) < STEPS
    assert not paths["adam"]["lost"]


def test_every_racer_has_a_path() -> None:
    (paths,) = in_the_browser([asked("saddle", [1.0, 1.0], 0.1)])
    assert set(NAMES) <= paths.keys()
    assert {*NAMES, "lbfgs"} == TITLES.keys()


def test_a_clipped_step_is_no_longer_than_the_limit() -> None:
    rate = FITTING_RATES["valley"]
    surface = surface_of("valley", 30)
    states = path(clipped(OPTIMISERS["sgd"].at(rate)), surface.gradient, surface.start, 20)
    lengths = [float(state.change.norm()) for state in states[1:] if state.change is not None]
    assert max(lengths) == pytest.approx(rate * MOST, rel=1e-5)
    assert min(lengths) < rate * MOST
