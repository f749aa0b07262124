import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from mnist_core.training.timeline import (
    FIRST_SPACING,
    LEAST_MOMENTS,
    MAX_BYTES,
    MAX_MOMENTS,
    Moment,
    Timeline,
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
def test_moments_stay_few_and_evenly_spaced_and_the_first_stays_for_good(
    steps: int, first: int
) -> None:
    timeline = filled(Timeline(), first + steps, first=first)
    kept = steps_of(timeline)
    assert len(kept) <= MAX_MOMENTS
    assert kept[0] == first
    assert {b - a for a, b in itertools.pairwise(kept[1:])} <= {timeline.spacing}
    assert all(step % timeline.spacing == 0 for step in kept[1:])
    assert first + steps - kept[-1] < 2 * timeline.spacing
    assert timeline.spacing == FIRST_SPACING or len(kept) >= MAX_MOMENTS // 2 - 1


@given(numbers=st.integers(1, 2000), steps=st.integers(0, 1000))
def test_moments_stay_within_the_memory_that_they_are_given(numbers: int, steps: int) -> None:
    timeline = filled(Timeline(max_bytes=8_000), steps, numbers)
    least = LEAST_MOMENTS * 4 * numbers
    assert timeline.size_bytes <= max(8_000, least)
    assert timeline.size_bytes == len(timeline.moments) * 4 * numbers


def test_large_moments_are_at_least_a_few() -> None:
    timeline = Timeline(max_bytes=1)
    assert timeline.limit_for(10**9) == LEAST_MOMENTS
    assert 1 < len(filled(timeline, 500).moments) <= LEAST_MOMENTS


def test_what_came_after_a_step_can_be_forgotten_and_is_kept_anew() -> None:
    timeline = filled(Timeline(), 100)
    timeline.forget_after(50)
    assert steps_of(timeline) == [0, 8, 16, 24, 32, 40, 48]
    assert not timeline.is_due(48)
    assert not timeline.is_due(51)
    assert timeline.is_due(56)


def test_several_timelines_share_memory_by_thinning_the_largest() -> None:
    small, large = filled(Timeline(), 200, 10), filled(Timeline(), 300, 1000)
    before = steps_of(small)
    share_memory([small, large], 60_000)
    assert small.size_bytes + large.size_bytes <= 60_000
    assert steps_of(small) == before
    assert steps_of(large)[0] == 0
    share_memory([small, large], 1)
    assert all(1 < len(timeline.moments) <= LEAST_MOMENTS for timeline in (small, large))


# In a run


def test_a_long_run_keeps_few_moments_and_bounded_memory() -> None:
    run = quick_run(train=6, batch_size=2, epochs=10_000)
    run.test_every = 10**6
    run.timeline = Timeline(max_bytes=10 * 31_408, max_moments=8)
    run._keep_moment()
    first = weights_of(run.trainer.model)
    while run.step_count < 1500:
        run.work()
        assert run.timeline.size_bytes <= 10 * 31_408
        assert len(run.timeline.moments) <= 8
    kept = steps_of(run.timeline)
    assert kept[0] == 0
    assert len(kept) >= 4
    assert {b - a for a, b in itertools.pairwise(kept)} == {run.timeline.spacing}
    assert_close(run.timeline.moments[0].state, first, rtol=0, atol=0)


def test_a_run_s_moments_are_what_the_weights_were_and_no_later_step_changes_them() -> None:
    run, seen = quick_run("convnet", train=24), {}
    seen[0] = weights_of(run.trainer.model)
    while run.step_count < 24:
        run.work()
        if not run.is_testing or run.step_count not in seen:
            seen[run.step_count] = weights_of(run.trainer.model)
    assert steps_of(run.timeline) == [0, 8, 16, 24]
    for kept in run.timeline.moments:
        assert_close(kept.state, seen[kept.step], rtol=0, atol=0)
        assert kept.samples == 8 * kept.step


@pytest.mark.parametrize("key", ["mlp", "deep_cnn", "resnet18_transfer"])
def test_the_default_memory_holds_a_number_of_moments_of_every_network(key: str) -> None:
    run = quick_run(key, train=8)
    assert run.timeline.limit_for(run.now().size_bytes) >= 8
    assert run.timeline.max_bytes == MAX_BYTES
