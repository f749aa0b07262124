import math
from collections.abc import Callable
from typing import get_args

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.optim import lr_scheduler

from mnist_core.models.recipes import ScheduleName
from mnist_core.training.helps.schedules import (
    FALL,
    FALLS,
    LEFT,
    SCHEDULES,
    WARM_UP,
    schedule_factor,
)

Scheduler = Callable[[torch.optim.Optimizer, int], lr_scheduler.LRScheduler]
THEIRS: dict[str, Scheduler] = {
    "constant": lambda o, t: lr_scheduler.ConstantLR(o, factor=1),
    "steps_down": lambda o, t: lr_scheduler.StepLR(o, t // FALLS, FALL),
    "exponential": lambda o, t: lr_scheduler.ExponentialLR(o, LEFT ** (1 / t)),
    "linear": lambda o, t: lr_scheduler.LinearLR(o, 1, 0, t),
    "cosine": lr_scheduler.CosineAnnealingLR,
}


@pytest.mark.filterwarnings("ignore:Detected call of .lr_scheduler.step")
@pytest.mark.parametrize("name", THEIRS)
@pytest.mark.parametrize("steps", [3, 30, 300])
def test_schedules_are_torch_s(name: str, steps: int) -> None:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = THEIRS[name](optimizer, steps)
    for step in range(steps):
        found = SCHEDULES[name](step / steps)
        assert found == pytest.approx(optimizer.param_groups[0]["lr"], abs=1e-9)
        scheduler.step()


def test_every_schedule_but_the_one_with_its_own_tests_is_compared_with_torch() -> None:
    assert SCHEDULES.keys() == THEIRS.keys() | {"warm_up_cosine"}


@given(name=st.sampled_from(sorted(SCHEDULES)), progress=st.floats(0, 3))
def test_a_factor_is_a_share_and_stays_after_the_end(name, progress) -> None:
    factor = SCHEDULES[name](progress)
    assert 0 <= factor <= 1
    if progress >= 1:
        assert factor == SCHEDULES[name](1.0)


@given(rest=st.floats(0, 1))
def test_after_its_rise_it_is_the_cosine(rest) -> None:
    found = SCHEDULES["warm_up_cosine"](WARM_UP + rest * (1 - WARM_UP))
    assert found == pytest.approx(SCHEDULES["cosine"](rest), abs=1e-9)


@pytest.mark.parametrize("name", get_args(ScheduleName))
def test_every_schedule_of_a_recipe_is_one(name: ScheduleName) -> None:
    assert math.isfinite(schedule_factor(name, 0.5))
    assert schedule_factor(name, 0.5) == SCHEDULES[name](0.5)
