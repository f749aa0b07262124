import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.data.mnist import Digits, to_images_01
from mnist_core.evaluation.robustness import (
    CHANGES,
    Change,
    Point,
    apply_all,
    batches_left,
    grow_curve,
    is_complete,
)
from mnist_core.pictures.changes import move
from mnist_core.reading import load_reader
from tests.core.pictures.blots import blots

seeds = st.integers(0, 2**31)


# The changes


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_each_change_by_zero_leaves_the_pictures_as_they_are(change: Change):
    images = blots()
    assert 0 in change.values
    assert_close(change.apply(images, 0.0, 5), images, rtol=0, atol=1e-5)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_value_gives_pictures_in_range_and_leaves_the_given_ones_alone(change: Change):
    assert list(change.values) == sorted(set(change.values))
    images = blots()
    before = images.clone()
    for value in change.values:
        changed = change.apply(images, value, 0)
        assert changed.shape == images.shape
        assert changed.min() >= 0
        assert changed.max() <= 1 + 1e-6
        assert value == 0 or not torch.allclose(changed, images, atol=1e-3)
    assert_close(images, before, rtol=0, atol=0)


def test_apply_all_shows_one_picture_at_every_value():
    image, change = blots(count=1), CHANGES["shift"]
    images = apply_all(image, change)
    assert images.shape == (len(change.values), 1, 28, 28)
    for shifted, value in zip(images, change.values, strict=True):
        assert_close(shifted, move(image, round(value), 0)[0], rtol=0, atol=0)


# Curves


class ReadsWhereTheInkIs(nn.Module):
    """Reads 0 when most ink is in the left half, else 1; counts the pictures it was shown."""

    def __init__(self) -> None:
        super().__init__()
        self.unused = nn.Parameter(torch.zeros(1))
        self.shown = 0

    def forward(self, images_01: Tensor) -> Tensor:
        self.shown += len(images_01)
        columns = images_01.sum(dim=(1, 2))
        halves = torch.stack([columns[:, :14].sum(dim=1), columns[:, 14:].sum(dim=1)], dim=1)
        return torch.cat([halves, torch.full((len(images_01), 8), -1.0)], dim=1)


def bars(count: int = 30) -> Digits:
    """Upright bars, each two columns further right than the last; label 0 is left, 1 right."""
    images = torch.zeros(count, 28, 28, dtype=torch.uint8)
    left = torch.arange(count) * 2 % 28
    for image, x in zip(images, left.tolist(), strict=True):
        image[4:24, x : x + 2] = 255
    return Digits(images, (left >= 14).to(torch.uint8))


SHIFTS = CHANGES["shift"]


def test_a_curve_says_at_each_value_what_share_is_read_right():
    digits, model = bars(28), ReadsWhereTheInkIs()
    (*_, curve) = grow_curve(model, digits, SHIFTS)
    assert tuple(point.value for point in curve) == SHIFTS.values
    for point in curve:
        shifted = move(to_images_01(digits.images), round(point.value), 0)
        right = (model(shifted).argmax(dim=1) == digits.labels).sum()
        assert (point.right, point.count) == (int(right), 28)
    by_value = {point.value: point.accuracy for point in curve}
    assert by_value[0] == 1
    assert by_value[10] < by_value[4] < 1


def test_a_curve_grows_batch_by_batch_and_computes_nothing_ahead():
    model = ReadsWhereTheInkIs()
    curves = grow_curve(model, bars(30), SHIFTS, batch_size=12)
    counts = [[point.count for point in next(curves)] for _ in range(5)]
    assert counts == [[12], [24], [30], [30, 12], [30, 24]]
    assert model.shown == 30 + 24


@pytest.mark.parametrize("key", CHANGES)
@pytest.mark.parametrize("done", [0, 1, 2, 3, 4, 7])
def test_a_curve_goes_on_where_it_was_left(key: str, done: int):
    change, digits = CHANGES[key], bars(30)
    at_once = list(grow_curve(ReadsWhereTheInkIs(), digits, change, batch_size=12))
    so_far = at_once[done - 1] if done else ()
    model = ReadsWhereTheInkIs()
    resumed = list(grow_curve(model, digits, change, so_far, batch_size=12))
    assert resumed == at_once[done:]
    assert model.shown == 30 * len(change.values) - sum(point.count for point in so_far)


@given(st.integers(1, 100), st.integers(1, 40))
def test_batches_left_counts_down_to_a_complete_curve(count, batch_size):
    change = CHANGES["thickness"]
    digits = bars(count)
    curves = list(grow_curve(ReadsWhereTheInkIs(), digits, change, batch_size=batch_size))
    assert batches_left((), change, count, batch_size) == len(curves)
    for left, curve in zip(range(len(curves) - 1, -1, -1), curves, strict=True):
        assert batches_left(curve, change, count, batch_size) == left
        assert is_complete(curve, change, count) == (left == 0)


def test_a_complete_curve_has_nothing_left_to_measure():
    (*_, curve) = grow_curve(ReadsWhereTheInkIs(), bars(), SHIFTS)
    assert list(grow_curve(ReadsWhereTheInkIs(), bars(), SHIFTS, curve)) == []


def test_the_standard_error_of_a_point_is_the_binomial_one():
    point = Point(0.0, right=900, count=1000)
    assert point.accuracy == pytest.approx(0.9)
    assert point.standard_error == pytest.approx(math.sqrt(0.9 * 0.1 / 1000))


def test_a_shipped_network_reads_slightly_changed_digits_and_not_much_changed_ones(
    unseen_digits: Digits,
):
    digits = Digits(unseen_digits.images[:100], unseen_digits.labels[:100])
    (*_, curve) = grow_curve(load_reader().trained.model, digits, CHANGES["rotation"])
    by_degrees = {point.value: point.accuracy for point in curve}
    assert min(by_degrees[degrees] for degrees in (-15, 0, 15)) >= 0.97
    assert max(by_degrees[degrees] for degrees in (-90, 90)) <= 0.5
