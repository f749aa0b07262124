"""No hand on both sides; the shared network stays as it is; what is learnt is measured."""

import time

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.classroom.digits import ClassDigits
from mnist_core.classroom.teach import (
    LEAST_TAUGHT,
    PICTURES,
    TAUGHT_SHARE,
    fine_tuning,
    split_writers,
    tuned,
)
from mnist_core.data.mnist import Digits
from mnist_core.errors import TooFew
from mnist_core.training.player import Player
from mnist_core.weights import load_trained
from tests.core.classroom.written import written
from tests.core.tiny import tiny_digits


@given(st.lists(st.integers(1, 2**53 - 1), min_size=2, max_size=60), st.integers(0, 5))
def test_no_hand_is_on_both_sides(writers: list[int], seed: int) -> None:
    hands = torch.tensor(writers)
    if len(hands.unique()) < 2:
        with pytest.raises(TooFew, match="two people"):
            split_writers(hands, seed)
        return
    split = split_writers(hands, seed)
    taught, judged = set(hands[split.taught].tolist()), set(hands[split.judged].tolist())
    assert taught
    assert judged
    assert not taught & judged
    assert taught | judged == set(writers)
    assert torch.equal(split.taught, ~split.judged)


def test_two_thirds_are_taught_from_and_a_seed_draws_others() -> None:
    hands = written(30, 2).writers
    first, again, other = split_writers(hands), split_writers(hands), split_writers(hands, 1)
    assert len(hands[first.taught].unique()) == round(30 * TAUGHT_SHARE) == 20
    assert torch.equal(first.taught, again.taught)
    assert not torch.equal(first.taught, other.taught)


def test_the_writers_order_does_not_matter() -> None:
    hands = written(9, 2).writers
    turned = split_writers(hands.flip(0)).taught.flip(0)
    assert torch.equal(split_writers(hands).taught, turned)


def test_it_learns_from_the_taught_and_is_tested_on_the_judged() -> None:
    digits, shipped = written(), load_trained("deep_cnn")
    split = split_writers(digits.writers)
    before = {name: value.clone() for name, value in shipped.model.state_dict().items()}
    run = fine_tuning(shipped, digits, split)
    assert torch.equal(run.test.images, digits.images[split.judged])
    assert torch.equal(run.trainer.order.images, digits.images[split.taught])
    start = tuned(run).state_dict()
    assert all(torch.equal(start[name], before[name]) for name in before)
    run.advance_to(2)
    assert not all(torch.equal(tuned(run).state_dict()[name], before[name]) for name in before)
    after = shipped.model.state_dict()
    assert all(torch.equal(after[name], before[name]) for name in before)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.8])
def test_so_much_of_mnist_is_mixed_in(share: float) -> None:
    digits, mnist = written(), tiny_digits(1000, seed=3)
    split = split_writers(digits.writers)
    run = fine_tuning(load_trained("deep_cnn"), digits, split, mnist=mnist, mnist_share=share)
    taught = int(split.taught.sum())
    mixed_in = run.trainer.order.epoch_size - taught
    assert mixed_in / run.trainer.order.epoch_size == pytest.approx(share, abs=0.01)
    seen = run.recipe.epochs * run.trainer.order.epoch_size
    assert seen == pytest.approx(PICTURES, rel=0.05)


def test_too_few_digits_are_a_sentence() -> None:
    digits = written(3, 5)
    with pytest.raises(TooFew, match=str(LEAST_TAUGHT)):
        fine_tuning(load_trained("deep_cnn"), digits, split_writers(digits.writers))


def test_it_stops_within_a_second() -> None:
    digits = written()
    run = fine_tuning(load_trained("deep_cnn"), digits, split_writers(digits.writers))
    player = Player(run)
    player.play()
    while run.step_count < 1:
        time.sleep(0.01)
    start = time.perf_counter()
    player.stop()
    while not player.is_at_rest:
        time.sleep(0.01)
    assert time.perf_counter() - start < 1
    assert 1 <= run.step_count < run.recipe.epochs * run.trainer.steps_per_epoch


def test_another_class_s_digits_are_not_touched() -> None:
    digits = written()
    kept = digits.images.clone()
    fine_tuning(load_trained("deep_cnn"), digits, split_writers(digits.writers)).advance_to(1)
    assert torch.equal(digits.images, kept)
    assert isinstance(digits, ClassDigits)
    assert isinstance(digits.digits, Digits)
