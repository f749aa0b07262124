from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from mnist_core.pictures.strokes import Strokes
from mnist_core.shipping import non_digits
from mnist_core.shipping.non_digits import (
    ALPHABET,
    SCRIBBLES,
    any_letter,
    any_scribble,
    crossed_out,
    draw_letter,
    draw_non_digit,
    letter_names,
    side_by_side,
    smooth_curve,
    unit_box,
)

seeds = st.integers(0, 2**32 - 1)
some_points = arrays(
    np.float64, st.tuples(st.integers(2, 12), st.just(2)), elements=st.floats(-9, 9)
)


def random(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def two_digits() -> list[Strokes]:
    """A 1 and a 7."""
    return [
        [np.array([[0.5, 0], [0.4, 1]], dtype=np.float32)],
        [np.array([[0, 0], [0.6, 0], [0.3, 1]], dtype=np.float32)],
    ]


def assert_fills_the_unit_box(strokes: Strokes) -> None:
    points = np.concatenate(strokes)
    assert np.isfinite(points).all()
    assert all(stroke.dtype == np.float32 and stroke.shape[1:] == (2,) for stroke in strokes)
    assert_allclose(points.min(axis=0), 0, atol=1e-6)
    assert_allclose(points.max(), 1, atol=1e-6)


# Curves and boxes


@given(points=some_points, per_segment=st.integers(1, 10))
def test_a_smooth_curve_passes_through_its_points(
    points: NDArray[np.float64], per_segment: int
) -> None:
    curve = smooth_curve(points, per_segment)
    assert curve.shape == ((len(points) - 1) * per_segment + 1, 2)
    assert_allclose(curve[::per_segment], points, rtol=0, atol=1e-5)


def test_a_smooth_curve_through_points_on_a_line_stays_on_it() -> None:
    curve = smooth_curve(np.array([[0.0, 0.0], [1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]))
    assert_allclose(curve[:, 1], 2 * curve[:, 0], atol=1e-6)
    assert (np.diff(curve[:, 0]) > 0).all()


def test_a_smooth_curve_bends_without_a_corner_at_its_points() -> None:
    points = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [2.0, 1.0]])
    steps = np.diff(smooth_curve(points, per_segment=100), axis=0)
    direction = steps / np.linalg.norm(steps, axis=1, keepdims=True)
    assert (direction[1:] * direction[:-1]).sum(axis=1).min() > 0.99


@given(st.lists(some_points, min_size=1, max_size=3))
def test_unit_box_moves_and_scales_without_changing_the_shape(strokes: Strokes) -> None:
    points = np.concatenate(strokes)
    extent = np.ptp(points, axis=0)
    boxed = np.concatenate(unit_box(strokes))
    side = max(extent.max(), 1e-6)
    assert_allclose(boxed, (points - points.min(axis=0)) / side, atol=1e-5)
    assert boxed.min() == 0
    assert boxed.max() <= 1 + 1e-6


# Letters and scribbles


@pytest.mark.parametrize("name", ALPHABET)
def test_every_sign_of_the_alphabet_can_be_drawn(name: str) -> None:
    for seed in range(5):
        strokes = draw_letter(name, random(seed))
        assert len(strokes) == ALPHABET[name].count("/") + 1
        assert_fills_the_unit_box(strokes)


def test_a_letter_keeps_its_shape_while_every_hand_moves_its_points() -> None:
    first, second = (np.concatenate(draw_letter("V", random(seed))) for seed in (1, 2))
    assert not np.allclose(first[0], second[0], atol=1e-3)
    for points in (first, second):
        left, bottom, right = points[0], points[len(points) // 2], points[-1]
        assert left[0] < bottom[0] < right[0]
        assert bottom[1] > 0.7
        assert max(left[1], right[1]) < 0.3


def test_any_letter_comes_from_the_whole_alphabet(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: Counter[str] = Counter()
    monkeypatch.setattr(non_digits, "draw_letter", lambda name, _: drawn.update([name]))
    generator = random(0)
    for _ in range(30 * len(ALPHABET)):
        any_letter(generator)
    assert set(drawn) == set(letter_names()) == set(ALPHABET)
    assert max(drawn.values()) < 3 * 30


@pytest.mark.parametrize("draw", SCRIBBLES)
def test_every_kind_of_scribble_can_be_drawn(
    draw: Callable[[np.random.Generator], Strokes],
) -> None:
    for seed in range(25):
        assert_fills_the_unit_box(draw(random(seed)))


def test_any_scribble_chooses_among_all_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [draw.__name__ for draw in SCRIBBLES]
    assert len(set(names)) == 6
    kinds = tuple(lambda _, name=name: name for name in names)
    monkeypatch.setattr(non_digits, "SCRIBBLES", kinds)
    generator = random(0)
    assert {str(any_scribble(generator)) for _ in range(200)} == set(names)


# Spoiled digits


@given(seeds)
def test_two_digits_side_by_side_do_not_touch(seed: int) -> None:
    left, right = two_digits()
    drawn = side_by_side(left, right, random(seed))
    assert len(drawn) == 2
    assert_fills_the_unit_box(drawn)
    assert drawn[1][:, 0].min() - drawn[0][:, 0].max() > 0.05
    assert_allclose(np.ptp(drawn[0][:, 1]), np.ptp(drawn[1][:, 1]), atol=1e-5)


@given(seeds)
def test_a_crossed_out_digit_has_one_more_stroke_over_it(seed: int) -> None:
    digit = two_digits()[1]
    drawn = crossed_out(digit, random(seed))
    assert len(drawn) == 2
    assert_fills_the_unit_box(drawn)
    assert_allclose(unit_box(drawn[:1])[0], unit_box(digit)[0], atol=1e-5)
    low, high = drawn[0].min(axis=0), drawn[0].max(axis=0)
    assert ((drawn[1] >= low) & (drawn[1] <= high)).all(axis=1).any()


# Any of them


def test_a_non_digit_is_of_every_kind_in_the_meant_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: Counter[str] = Counter()

    def counted(draw: Callable[..., Strokes]) -> Callable[..., Strokes]:
        def draw_and_count(*arguments: object) -> Strokes:
            drawn[draw.__name__] += 1
            return draw(*arguments)

        return draw_and_count

    for draw in (any_letter, any_scribble, side_by_side, crossed_out):
        monkeypatch.setattr(non_digits, draw.__name__, counted(draw))
    generator = random(0)
    for _ in range(1000):
        draw_non_digit(two_digits(), generator)
    shares = {name: drawn[name] / 1000 for name in drawn}
    expected = {"any_letter": 0.55, "any_scribble": 0.3, "side_by_side": 0.1, "crossed_out": 0.05}
    assert shares == pytest.approx(expected, abs=0.05)


@given(seeds)
def test_a_non_digit_is_finite_and_the_same_for_the_same_seed(seed: int) -> None:
    first, second = (draw_non_digit(two_digits(), random(seed)) for _ in range(2))
    assert len(first) == len(second) >= 1
    for stroke, other in zip(first, second, strict=True):
        assert_array_equal(stroke, other)
        assert len(stroke) >= 1
        assert np.isfinite(stroke).all()
        assert np.abs(stroke).max() < 2.5


def test_drawing_non_digits_leaves_the_given_digits_as_they_were() -> None:
    digits = two_digits()
    generator = random(0)
    for _ in range(60):
        draw_non_digit(digits, generator)
    for strokes, expected in zip(digits, two_digits(), strict=True):
        assert_array_equal(strokes[0], expected[0])
