import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from mnist_core.pictures.strokes import FloatArray, Strokes
from mnist_core.shipping import pen_styles
from mnist_core.shipping.pen_styles import (
    BAR_SHARE,
    FLAG_SHARE,
    SLASH_SHARE,
    UNLIFTED_SHARE,
    at_another_speed,
    cross,
    flag,
    join_otherwise,
    slash,
    vary_hand,
    vary_stroke,
    vary_style,
    without_lifting,
)

seeds = st.integers(0, 2**32 - 1)


def random(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def line(*corners: tuple[float, float], per_side: int = 30) -> FloatArray:
    """Straight from corner to corner, with as many points as a pen gives."""
    points = np.array(corners)
    t = np.arange(1, per_side + 1)[:, None] / per_side
    sides = [a + t * (b - a) for a, b in itertools.pairwise(points)]
    return np.concatenate([points[:1], *sides]).astype(np.float32)


def zero() -> Strokes:
    angle = np.linspace(0, 2 * math.pi, 60)
    return [np.stack([0.3 + 0.3 * np.sin(angle), 0.5 - 0.5 * np.cos(angle)], 1).astype(np.float32)]


def one() -> Strokes:
    return [line((0.1, 0), (0, 1))]


def four() -> Strokes:
    return [line((0.2, 0), (0, 0.6), (0.7, 0.6)), line((0.5, 0.3), (0.5, 1))]


def seven() -> Strokes:
    return [line((0, 0), (0.7, 0), (0.3, 1))]


def assert_same(strokes: Strokes, expected: Strokes) -> None:
    assert len(strokes) == len(expected)
    for stroke, other in zip(strokes, expected, strict=True):
        assert_array_equal(stroke, other)


# Single styles


@given(seeds)
def test_a_slash_is_one_more_stroke_from_side_to_side_through_the_box(seed: int) -> None:
    slashed = slash(zero(), random(seed))
    assert_same(slashed[:-1], zero())
    assert slashed[-1].shape == (2, 2)
    start, end = (slashed[-1] - [0.3, 0.5]) / [0.3, 0.5]  # the box is now −1 to 1
    assert start[0] <= -0.49
    assert end[0] >= 0.49
    assert start[1] * end[1] < 0
    on_the_way = start + np.linspace(0, 1, 101)[:, None] * (end - start)
    assert (np.abs(on_the_way) < 1).all(axis=1).sum() > 30
    assert np.abs(slashed[-1] - [0.3, 0.5]).max() <= 1.4 * 0.5 + 1e-6


def test_most_slashes_rise_to_the_right() -> None:
    drawn = [slash(zero(), random(seed))[-1] for seed in range(300)]
    rising = np.mean([stroke[1, 1] < stroke[0, 1] for stroke in drawn])
    assert 0.75 < rising < 0.95


@given(seeds)
def test_the_bar_of_a_seven_crosses_its_stem_at_half_its_height(seed: int) -> None:
    crossed = cross(seven(), random(seed))
    assert_same(crossed[:-1], seven())
    (left, left_y), (right, right_y) = crossed[-1]
    height = (left_y + right_y) / 2
    assert 0.39 < height < 0.66
    assert abs(left_y - right_y) <= 0.121
    stem = 0.7 - 0.4 * height
    assert left < stem - 0.1
    assert right > stem + 0.1
    assert right - left <= 0.65


def test_a_seven_that_has_a_bar_gets_no_other() -> None:
    barred = [*seven(), line((0.2, 0.5), (0.7, 0.5))]
    for seed in range(20):
        assert_same(cross(barred, random(seed)), barred)


@given(seed=seeds, upward=st.booleans())
def test_the_flag_of_a_one_leads_up_to_its_top_from_the_left(seed: int, upward: bool) -> None:
    written = [one()[0][::-1]] if upward else one()
    flagged = flag(written, random(seed))
    path = flagged[0]
    assert_array_equal(path[1:], one()[0])
    assert 0.11 < 0.1 - path[0, 0] < 0.43
    assert 0 < path[0, 1] < 0.6


def test_some_flagged_ones_stand_on_a_foot() -> None:
    flagged = [flag(one(), random(seed)) for seed in range(300)]
    feet = [strokes[1] for strokes in flagged if len(strokes) == 2]
    assert {len(strokes) for strokes in flagged} == {1, 2}
    assert 0.25 < len(feet) / 300 < 0.45
    for foot in feet:
        assert foot[0, 0] < 0 < foot[1, 0]
        assert foot[:, 1].tolist() == [1, 1]


@pytest.mark.parametrize(
    "written",
    [
        pytest.param([line((0, 0.3), (0.4, 0), (0.4, 1))], id="it has a flag"),
        pytest.param([line((0.1, 0), (0.1, 1)), line((0, 1), (0.2, 1))], id="two strokes"),
    ],
)
def test_only_a_one_that_is_a_plain_line_gets_a_flag(written: Strokes) -> None:
    for seed in range(20):
        assert_same(flag(written, random(seed)), written)


def test_without_lifting_joins_all_strokes_in_order() -> None:
    joined = without_lifting(four())
    assert len(joined) == 1
    assert_array_equal(joined[0], np.concatenate(four()))


# Stroke by stroke


@given(seeds)
def test_each_stroke_stays_about_where_it_was(seed: int) -> None:
    for stroke in four():
        varied = vary_stroke(stroke, random(seed))
        assert varied.dtype == np.float32
        assert np.isfinite(varied).all()
        assert np.abs(varied.mean(axis=0) - stroke.mean(axis=0)).max() < 0.2
        assert 0.6 < np.ptp(varied, axis=0).max() / np.ptp(stroke, axis=0).max() < 1.4


def test_the_strokes_of_a_digit_move_apart_from_each_other() -> None:
    first, second = four()
    generator = random(3)
    moved = [vary_stroke(stroke, generator) for stroke in (first, second)]
    shifts = [m.mean(axis=0) - s.mean(axis=0) for m, s in zip(moved, (first, second), strict=True)]
    assert np.abs(shifts[0] - shifts[1]).max() > 0.005


@given(seeds)
def test_another_speed_keeps_the_ends_near_and_adds_no_point(seed: int) -> None:
    stroke = four()[0]
    varied = at_another_speed(stroke, random(seed))
    assert len(varied) <= len(stroke)
    assert np.abs(varied[[0, -1]] - stroke[[0, -1]]).max() < 0.15


def test_a_fast_pen_rounds_the_corner() -> None:
    stroke = line((0, 0), (0, 1), (1, 1))
    corner = np.array([0, 1])
    nearest = [
        np.hypot(*(at_another_speed(stroke, random(seed)) - corner).T).min() for seed in range(40)
    ]
    assert min(nearest) == 0, "a slow one does not"
    assert max(nearest) > 0.03


@given(seeds)
def test_an_end_grows_or_shrinks_by_a_tenth_at_most(seed: int) -> None:
    stroke = line((0, 0), (0, 1))
    varied = join_otherwise(stroke, random(seed))
    assert -0.101 <= varied[:, 1].min() <= 0.11
    assert 0.89 <= varied[:, 1].max() <= 1.101
    assert np.abs(varied[:, 0]).max() < 1e-6


def test_a_dot_stays_a_dot() -> None:
    dot = np.zeros((1, 2), dtype=np.float32)
    assert len(vary_stroke(dot, random(0))) == 1


# The hand


@given(seeds)
def test_another_hand_keeps_every_point_near_upright_and_unmirrored(seed: int) -> None:
    varied = vary_hand([line((0, 0), (0, 1), (1, 1))], random(seed))[0]
    assert varied.shape == (61, 2)
    assert np.isfinite(varied).all()
    down, right = varied[30] - varied[0], varied[60] - varied[30]
    assert abs(math.degrees(math.atan2(down[0], down[1]))) < 27
    assert abs(math.degrees(math.atan2(right[1], right[0]))) < 16
    assert right[0] * down[1] - right[1] * down[0] > 0.5
    assert 0.7 < np.hypot(*down) < 1.35
    assert 0.7 < np.hypot(*right) < 1.35


def test_two_hands_differ() -> None:
    first, second = (vary_hand(four(), random(seed)) for seed in (1, 2))
    assert np.abs(first[0] - second[0]).max() > 0.02


# All of it


DIGITS = {0: zero, 1: one, 4: four, 7: seven}


def written(label: int) -> Strokes:
    return DIGITS.get(label, four)()


@given(label=st.integers(0, 9), seed=seeds)
def test_a_varied_digit_is_finite_and_the_same_for_the_same_seed(label: int, seed: int) -> None:
    varied = vary_style(written(label), label, random(seed))
    assert_same(varied, vary_style(written(label), label, random(seed)))
    for stroke in varied:
        assert stroke.dtype == np.float32
        assert stroke.shape[1:] == (2,)
        assert np.isfinite(stroke).all()
        assert np.abs(stroke).max() < 2.5


@given(label=st.integers(0, 9), seed=seeds)
def test_varying_leaves_the_given_strokes_as_they_were(label: int, seed: int) -> None:
    given_strokes = written(label)
    vary_style(given_strokes, label, random(seed))
    assert_same(given_strokes, written(label))


@given(label=st.sampled_from([2, 3, 5, 6, 8, 9]), seed=seeds)
def test_digits_without_another_style_keep_their_strokes(label: int, seed: int) -> None:
    assert len(vary_style(four(), label, random(seed))) == len(four())


@pytest.mark.parametrize(
    ("label", "counts", "share"),
    [
        pytest.param(0, {1, 2}, SLASH_SHARE, id="slashed zero"),
        pytest.param(1, {1, 2}, FLAG_SHARE, id="flagged one"),
        pytest.param(4, {1, 2}, UNLIFTED_SHARE, id="unlifted four"),
        pytest.param(7, {1, 2}, BAR_SHARE, id="barred seven"),
    ],
)
def test_as_many_digits_as_meant_are_in_another_style(
    label: int, counts: set[int], share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pen_styles, "STROKEWISE_SHARE", 0.0)
    plain = written(label)
    varied = [vary_style(plain, label, random(seed)) for seed in range(600)]
    points = sum(map(len, plain))
    changed = [sum(map(len, strokes)) != points or len(strokes) != len(plain) for strokes in varied]
    assert {len(strokes) for strokes in varied} == counts
    assert abs(np.mean(changed) - share) < 0.07
