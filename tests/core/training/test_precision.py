import time
from typing import Any

import pytest
import torch
from torch.testing import assert_close

from mnist_core.models.recipes import Recipe
from mnist_core.models.registry import ARCHITECTURES, MODELS
from mnist_core.training import precision
from mnist_core.training.precision import bfloat16_speed_up, faster_precision
from mnist_core.training.trainer import Trainer
from tests.core.trainings import quick_recipe, quick_run


@pytest.mark.parametrize(
    ("speed_up", "expected"),
    [(0.1, "float32"), (1.0, "float32"), (1.149, "float32"), (1.15, "bfloat16"), (3, "bfloat16")],
)
def test_bfloat16_is_chosen_where_it_is_worth_it(
    speed_up: float, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "bfloat16_speed_up", lambda *_: speed_up)
    assert faster_precision("mlp", quick_recipe("mlp")) == expected


def test_the_speed_up_is_the_ratio_of_the_times_of_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    step = Trainer.step

    def timed(trainer: Trainer, watch: bool = False) -> Any:
        result = step(trainer, watch)
        now[0] += 0.2 if trainer.recipe.precision == "bfloat16" else 0.7
        return result

    monkeypatch.setattr(Trainer, "step", timed)
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])
    assert_close(bfloat16_speed_up("mlp", quick_recipe("mlp")), 3.5)


@pytest.mark.parametrize("key", sorted(ARCHITECTURES | MODELS))
def test_every_network_and_recipe_can_be_measured_and_no_shared_number_is_drawn(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "STEPS", 1)
    recipe: Recipe = quick_recipe(MODELS[key].architecture if key in MODELS else key)
    before = torch.get_rng_state()
    assert bfloat16_speed_up(key, recipe) > 0
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("key", ["mlp", "convnet", "deep_cnn", "vae"])
def test_a_network_trained_in_bfloat16_learns_about_the_same(key: str) -> None:
    losses = {}
    for kind in ("float32", "bfloat16"):
        run = quick_run(key, precision=kind, learning_rate=1e-3, optimizer="adam", train=64)
        run.advance_to(24)
        losses[kind] = run.history.column("loss")[-1]
        assert {p.dtype for p in run.trainer.model.parameters()} == {torch.float32}
    assert losses["bfloat16"] != losses["float32"]
    assert_close(losses["bfloat16"], losses["float32"], rtol=0.3, atol=0.1)
