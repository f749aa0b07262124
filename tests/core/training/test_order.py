from collections import Counter

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.testing import assert_close

from mnist_core.data.mnist import Digits
from mnist_core.training.objectives import NOT_A_DIGIT
from mnist_core.training.order import DigitOrder, Pool, mixing_of
from tests.core.trainings import numbered_digits

SIZES = st.integers(1, 250)
BATCH_SIZES = st.integers(1, 300)


def numbers_of(images: Tensor) -> list[int]:
    """Of `numbered_digits`."""
    return [int(number) for number in images[:, 0, 0]]


def order_of(count: int, *, shuffle: bool = True, seed: int = 0, least_rest: int = 2) -> DigitOrder:
    return DigitOrder([Pool.of(numbered_digits(count))], shuffle, seed, least_rest)


def next_numbers(order: DigitOrder, batch_size: int) -> list[int]:
    return numbers_of(order.next(batch_size)[0])


def next_epoch(order: DigitOrder, batch_size: int) -> list[list[int]]:
    epoch, batches = order.epoch, []
    while order.epoch == epoch:
        batches.append(next_numbers(order, batch_size))
    return batches


# Pools


@given(count=st.integers(1, 60), per_epoch=st.integers(0, 80), seed=st.integers(0, 2**31))
def test_a_pool_is_drawn_from_without_replacement(count: int, per_epoch: int, seed: int) -> None:
    digits = numbered_digits(count)
    pool = Pool(digits.images, digits.labels, per_epoch)
    drawn = pool.draw(torch.Generator().manual_seed(seed)).tolist()
    assert len(drawn) == min(count, per_epoch)
    assert len(set(drawn)) == len(drawn)
    assert set(drawn) <= set(range(count))


def test_every_epoch_draws_another_part_of_a_pool() -> None:
    digits = numbered_digits(200)
    pool, generator = Pool(digits.images, digits.labels, 50), torch.Generator().manual_seed(0)
    assert set(pool.draw(generator).tolist()) != set(pool.draw(generator).tolist())


def test_an_epoch_mixes_the_pools_in_the_numbers_that_each_asks_for() -> None:
    digits = numbered_digits(200)
    dark = torch.full((50, 28, 28), 210, dtype=torch.uint8)
    pools = [
        Pool(digits.images, digits.labels.long(), 48),
        Pool(dark, torch.full((50,), NOT_A_DIGIT), 16),
    ]
    order = DigitOrder(pools, shuffle=True, seed=0)
    assert order.epoch_size == 64
    first, second = next_epoch(order, 32)
    shown = Counter(first + second)
    assert shown[210] == 16
    assert all(count == 1 for number, count in shown.items() if number != 210)
    assert 210 in first
    assert 210 in second


def test_labels_stay_with_their_pictures() -> None:
    images, labels = order_of(200).next(200)
    assert labels.dtype == torch.int64
    assert_close(labels, images[:, 0, 0].long() % 10)


# Epochs


@given(count=SIZES, batch_size=BATCH_SIZES, seed=st.integers(0, 2**31))
def test_a_shuffled_epoch_hands_out_each_picture_once_but_for_a_lone_last_one(
    count: int, batch_size: int, seed: int
) -> None:
    order = order_of(count, seed=seed)
    for epoch in (1, 2):
        steps = order.steps_per_epoch(batch_size)
        batches = next_epoch(order, batch_size)
        shown = [number for batch in batches for number in batch]
        assert len(set(shown)) == len(shown)
        assert set(shown) <= set(range(count))
        lone = count % batch_size == 1 and batch_size > 1 and count > 1
        assert len(shown) == count - lone
        assert len(batches) == steps
        assert (order.epoch, order.position) == (epoch, 0)
        assert order.samples == epoch * count


@given(count=SIZES, batch_size=BATCH_SIZES)
def test_without_shuffling_every_epoch_is_in_the_order_of_the_data(
    count: int, batch_size: int
) -> None:
    order = order_of(count, shuffle=False)
    for _ in range(2):
        shown = [number for batch in next_epoch(order, batch_size) for number in batch]
        assert shown == list(range(len(shown)))
        assert len(shown) >= count - 1


@given(count=SIZES, batch_size=BATCH_SIZES, least_rest=st.integers(1, 16))
def test_no_batch_is_smaller_than_the_least_rest_but_where_there_is_no_more(
    count: int, batch_size: int, least_rest: int
) -> None:
    order = order_of(count, least_rest=least_rest)
    *full, last = next_epoch(order, batch_size)
    assert all(len(batch) == batch_size for batch in full)
    assert len(last) >= min(least_rest, batch_size, count)


@pytest.mark.parametrize(("count", "batches"), [(32, 1), (33, 1), (34, 2), (64, 2), (65, 2)])
def test_a_last_batch_of_one_is_left_out(count: int, batches: int) -> None:
    order = order_of(count)
    assert order.steps_per_epoch(32) == len(next_epoch(order, 32)) == batches


def test_shuffling_gives_every_epoch_and_every_seed_an_order_of_its_own() -> None:
    order = order_of(200)
    ((first,), (second,)) = next_epoch(order, 200), next_epoch(order, 200)
    assert first != second
    assert first != list(range(200))
    assert next_numbers(order_of(200, seed=1), 200) != first
    assert next_numbers(order_of(200, seed=0), 200) == first


@given(
    count=SIZES, sizes=st.lists(BATCH_SIZES, min_size=1, max_size=12), shuffle=st.booleans()
)  # fmt: skip
def test_batch_sizes_may_change_at_any_time_and_no_picture_comes_twice_in_an_epoch(
    count: int, sizes: list[int], shuffle: bool
) -> None:
    order = order_of(count, shuffle=shuffle)
    shown: dict[int, list[int]] = {}
    for size in sizes:
        epoch, position = order.epoch, order.position
        batch = next_numbers(order, size)
        assert len(batch) == min(size, count - position)
        shown.setdefault(epoch, []).extend(batch)
    for numbers in shown.values():
        assert len(set(numbers)) == len(numbers)


# Snapshots


@given(
    count=SIZES,
    before=st.lists(BATCH_SIZES, max_size=8),
    after=st.lists(BATCH_SIZES, min_size=1, max_size=8),
    shuffle=st.booleans(),
)
def test_a_restored_order_hands_out_the_same_batches_in_the_same_object_and_in_another(
    count: int, before: list[int], after: list[int], shuffle: bool
) -> None:
    order = order_of(count, shuffle=shuffle, seed=3)
    for size in before:
        order.next(size)
    state, samples = order.state(), order.samples
    expected = [next_numbers(order, size) for size in after]
    another = order_of(count, shuffle=shuffle, seed=99)
    for restored in (order, another):
        restored.restore(state)
        assert restored.samples == samples
        assert_close(restored.state(), state, rtol=0, atol=0)
        assert [next_numbers(restored, size) for size in after] == expected


def test_a_snapshot_is_a_copy_that_later_batches_leave_as_it_was() -> None:
    order = order_of(64)
    order.next(10)
    state = order.state()
    kept = {name: value.clone() for name, value in state.items()}
    next_epoch(order, 10)
    next_epoch(order, 10)
    assert_close(state, kept, rtol=0, atol=0)


def test_orders_share_no_random_numbers_with_each_other_or_with_torch() -> None:
    alone = [next_numbers(order_of(64, seed=5), 64)]
    first, second = order_of(64, seed=5), order_of(64, seed=5)
    torch_state = torch.get_rng_state()
    assert [next_numbers(first, 64)] == [next_numbers(second, 64)] == alone
    assert torch.equal(torch.get_rng_state(), torch_state)


def test_the_mixing_of_labels_is_counted() -> None:
    labels = torch.tensor([0, 0, 1, 1, 1, 2])
    mixing = mixing_of(labels)
    assert mixing.alike == 3 / 5
    assert mixing_of(labels[:1]).alike == 0, "it has no neighbour"
    assert mixing.by_chance == pytest.approx((2 / 6) ** 2 + (3 / 6) ** 2 + (1 / 6) ** 2)


def test_shuffled_labels_are_well_mixed_and_sorted_ones_are_not() -> None:
    labels = torch.arange(2000) % 10
    shuffled = labels[torch.randperm(2000, generator=torch.Generator().manual_seed(0))]
    assert mixing_of(shuffled).is_good
    assert mixing_of(labels).is_good, "0, 1, 2, … over and over"
    assert not mixing_of(labels.sort().values).is_good


@pytest.mark.mnist
def test_mnist_s_own_order_is_well_mixed(mnist_training_digits: Digits) -> None:
    mixing = mixing_of(mnist_training_digits.labels.long())
    assert mixing.is_good
    assert mixing.alike == pytest.approx(mixing.by_chance, abs=0.01)
