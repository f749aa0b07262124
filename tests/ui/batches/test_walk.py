"""The paths that the browser draws are those of mnist_core."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.testing import assert_close

from mnist_core.experiments.descent.line_in_batches import COUNT, fit, orders, points

WALK = Path(__file__).resolve().parents[3] / "ui" / "batches" / "walk.js"
RATE, EPOCHS, SIZE = 0.2, 3, 8
START = torch.tensor([0.3, 1.1], dtype=torch.float64)
ASK = """
const {data, start} = JSON.parse(require("fs").readFileSync(0, "utf8"));
const said = (path) => ({...path, said: path.numbers(5)});
console.log(JSON.stringify(walkFrom(data, start).map(said)));
"""


def in_the_browser(rate: float, by_seen: bool, steps: int) -> dict[str, dict[str, Any]]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not here")
    lists = {"full": orders(COUNT, epochs=2 * EPOCHS), "few": orders(SIZE, epochs=EPOCHS)}
    sent = {key: [[one.tolist() for one in epoch] for epoch in all_] for key, all_ in lists.items()}
    data = {"points": torch.cat(points(), dim=1).tolist(), "orders": sent, "rate": rate,
            "by_seen": by_seen, "steps": steps}  # fmt: skip
    done = subprocess.run(
        [node, "-e", WALK.read_text() + ASK],
        input=json.dumps({"data": data, "start": START.tolist()}),
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return {path["key"]: path for path in json.loads(done.stdout)}


def test_the_browser_goes_the_paths_of_the_core() -> None:
    paths = in_the_browser(RATE, False, 10)
    for key, size, epochs in (("full", COUNT, 2 * EPOCHS), ("few", SIZE, EPOCHS)):
        expected = fit(START, orders(size, epochs=epochs), RATE)
        places = torch.tensor(paths[key]["places"], dtype=torch.float64)
        assert_close(places, torch.stack([one.state.weights for one in expected]))
        seen = [one / COUNT for one in paths[key]["seen"]]
        assert seen == pytest.approx([one.epoch for one in expected])
    assert paths["few"]["said"]["epochs done"] == 5 * SIZE / COUNT


def test_by_points_seen_the_full_batch_waits_until_all_are() -> None:
    paths = in_the_browser(RATE, True, 2 * EPOCHS * COUNT // SIZE)
    reached = paths["full"]["reached"]
    per_epoch = COUNT // SIZE
    assert reached[per_epoch - 1 : per_epoch + 1] == [0, 1]
    assert reached[-1] == 2 * EPOCHS


def test_a_path_that_diverges_ends() -> None:
    assert in_the_browser(50.0, False, 10)["full"]["lost"]
