import itertools
import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.testing import assert_close

from mnist_core.training.timeline import (
    HEAVY_NUMBERS,
    LEAST_MOMENTS,
    LEAST_OF_HEAVY,
    LEAST_OF_MANY,
    MAX_BYTES,
    MAX_MOMENTS,
    Moment,
    Timeline,
    copied_apart,
    copied_to_disk,
    share_memory,
)
from tests.core.trainings import quick_run, weights_of


def moment(step: int, numbers: int = 10) -> Moment:
    return Moment(step, 32 * step, {"weight": torch.full((numbers,), float(step))})


def filled(timeline: Timeline, steps: int, numbers: int = 10, first: int = 0) -> Timeline:
    for step in range(first, steps + 1):
        if timeline.is_due(step):
            timeline.add(moment(step, numbers))
    return timeline


def steps_of(timeline: Timeline) -> list[int]:
    return [moment.step for moment in timeline.moments]


def test_a_moment_knows_the_memory_of_its_tensors() -> None:
    state = {"a": torch.zeros(3, 5), "b": torch.zeros(7, dtype=torch.float64)}
    assert Moment(1, 32, state).size_bytes == 3 * 5 * 4 + 7 * 8


@given(steps=st.integers(0, 3000), first=st.integers(0, 50))
def test_moments_are_many_in_the_first_batches_and_the_first_stays_for_good(
    steps: int, first: int
) -> None:
    kept = steps_of(filled(Timeline(), first + steps, first=first))
    assert len(kept) <= MAX_MOMENTS
    assert len(kept) >= min(steps + 1, MAX_MOMENTS - 1)
    assert kept[0] == first
    assert kept == sorted(set(kept))
    assert first + steps - kept[-1] <= max(1, 0.12 * steps)
    for before, after in itertools.pairwise(step - first for step in kept[1:]):
        assert after <= max(before + 2, 1.6 * before), "no gap in the learning is left unseen"


@pytest.mark.parametrize(
    ("numbers", "least"),
    [(10, LEAST_MOMENTS), (300_000, LEAST_MOMENTS), (HEAVY_NUMBERS + 1, LEAST_OF_HEAVY),
     (3_000_000, LEAST_OF_HEAVY)],
)  # fmt: skip
def test_powers_of_two_are_near_a_moment_of_any_network(numbers: int, least: int) -> None:
    timeline = Timeline()
    for step in range(5000):
        if timeline.is_due(step):
            tensor = torch.empty(numbers, dtype=torch.float16, device="meta")
            timeline.add(Moment(step, step, {"weight": tensor}))
    kept = steps_of(timeline)
    assert len(kept) >= least
    for power in range(12):
        nearest = min(abs(power - math.log2(max(step, 1))) for step in kept)
        assert nearest < 9 / least + 0.35


@given(numbers=st.integers(1, 2000), steps=st.integers(0, 1000))
def test_moments_stay_within_the_memory_that_they_are_given(numbers: int, steps: int) -> None:
    timeline = filled(Timeline(max_bytes=8_000), steps, numbers)
    least = LEAST_MOMENTS * 4 * numbers
    assert timeline.size_bytes <= max(8_000, least)
    assert timeline.size_bytes == len(timeline.moments) * 4 * numbers


def test_many_numbers_are_kept_in_half_the_memory_unless_they_would_be_lost() -> None:
    weight = torch.randn(800, 800)
    state = {"weight": weight, "bias": torch.randn(800), "large": torch.full((2, 2), 1e9)}
    exact = Moment(1, 32, state)
    light = exact.to_look_at()
    assert light.size_bytes == exact.size_bytes - 2 * weight.numel()
    assert_close(light.state["weight"].float(), weight, rtol=1e-3, atol=1e-6)
    assert torch.equal(light.state["bias"], state["bias"])
    assert torch.equal(light.state["large"], state["large"])
    assert moment(3).to_look_at().state["weight"].dtype == torch.float32


def test_what_came_after_a_step_can_be_forgotten_and_is_kept_anew() -> None:
    timeline = filled(Timeline(), 100)
    before = [step for step in steps_of(timeline) if step <= 50]
    timeline.forget_after(50)
    assert steps_of(timeline) == before
    assert not timeline.is_due(before[-1])
    assert timeline.is_due(60)


def test_several_timelines_share_memory_by_thinning_the_largest() -> None:
    small, large = filled(Timeline(), 200, 10), filled(Timeline(), 300, 1000)
    before = steps_of(small)
    share_memory([small, large], 60_000)
    assert small.size_bytes + large.size_bytes <= 60_000
    assert steps_of(small) == before
    assert steps_of(large)[0] == 0
    share_memory([small, large], 1)
    assert all(len(timeline.moments) == LEAST_OF_MANY for timeline in (small, large))


# In a run


def test_a_long_run_keeps_few_moments_and_bounded_memory() -> None:
    run = quick_run(train=6, batch_size=2, epochs=10_000)
    run.test_every = 10**6
    run.timeline = Timeline(max_bytes=30 * 31_408, max_moments=28)
    run._keep_moment()
    first = weights_of(run.trainer.model)
    while run.step_count < 1500:
        run.work()
        assert run.timeline.size_bytes <= 30 * 31_408
        assert len(run.timeline.moments) <= 28
    kept = steps_of(run.timeline)
    assert kept[0] == 0
    assert len(kept) >= 24
    assert_close(run.timeline.moments[0].state, first, rtol=0, atol=0)


def test_a_run_s_moments_are_what_the_weights_were_and_no_later_step_changes_them() -> None:
    run, seen = quick_run("softmax_regression", train=24), {}
    seen[0] = weights_of(run.trainer.model)
    while run.step_count < 24:
        run.work()
        if not run.is_testing or run.step_count not in seen:
            seen[run.step_count] = weights_of(run.trainer.model)
    assert steps_of(run.timeline) == list(range(25))
    for kept in run.timeline.moments:
        assert_close(kept.state, seen[kept.step], rtol=0, atol=0)
        assert kept.samples == 8 * kept.step


@pytest.mark.parametrize("key", ["mlp", "convnet", "deep_cnn", "cvae", "resnet18_transfer"])
def test_of_every_network_a_number_of_moments_is_kept_and_more_only_within_the_memory(
    key: str,
) -> None:
    run = quick_run(key, train=8)
    moment = run.now().to_look_at()
    limit = run.timeline.limit_for(moment)
    least = LEAST_MOMENTS if moment.numbers <= 300_000 else LEAST_OF_HEAVY
    assert limit >= least
    assert limit == least or limit * moment.size_bytes <= run.timeline.max_bytes == MAX_BYTES
    assert limit * moment.size_bytes <= 32 * 2**20


def test_a_run_can_be_looked_back_at_where_its_moments_are_light() -> None:
    run = quick_run("mlp", train=24)
    run.work()
    kept = run.timeline.moments[1]
    exact, model = weights_of(run.trainer.model), run.model_at(kept)
    assert kept.size_bytes < 0.51 * run.now().size_bytes
    assert_close(weights_of(model), exact, rtol=1e-3, atol=1e-6)


# Copies


TYPES = (torch.float32, torch.float16, torch.float64, torch.int64, torch.uint8)


@given(
    shapes=st.lists(st.lists(st.integers(0, 3), max_size=3), max_size=6),
    kind=st.sampled_from(TYPES),
    copied=st.sampled_from((copied_apart, copied_to_disk)),
)
def test_copies_are_alike_and_stay_so(
    shapes: list[list[int]],
    kind: torch.dtype,
    copied: Callable[[dict[str, Tensor]], dict[str, Tensor]],
) -> None:
    tensors = {str(n): (100 * torch.rand(shape)).to(kind) for n, shape in enumerate(shapes)}
    tensors["odd"] = torch.rand(3).to(kind)
    tensors["last channel first"] = torch.rand(2, 3, 4, 4).to(memory_format=torch.channels_last)
    before = {name: value.clone() for name, value in tensors.items()}
    copies = copied(tensors)
    for value in tensors.values():
        value.zero_()
    assert_close(copies, before, rtol=0, atol=0)
    assert list(copies) == list(before)


def test_copies_for_the_disk_are_kept_in_memory_where_no_file_can_be_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full() -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("mnist_core.training.timeline.TemporaryFile", full)
    value = torch.rand(5)
    assert_close(copied_to_disk({"value": value}), {"value": value}, rtol=0, atol=0)
