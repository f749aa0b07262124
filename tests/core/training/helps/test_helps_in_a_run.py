"""Clipping and early stopping as settings of a run."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from mnist_core.errors import RecipeUnusable
from mnist_core.evaluation.metrics import mean_cross_entropy, predict_logits
from mnist_core.training.helps.clipping import SAFE, clip_by_norm
from mnist_core.training.run import Run, set_aside
from mnist_core.training.run_file import open_run, pack_run
from tests.core.trainings import (
    barred_digits,
    new_trainer,
    numbered_digits,
    quick_recipe,
    quick_run,
    weights_of,
)

TRAIN, TEST = barred_digits(48, seed=1), barred_digits(20, seed=2)


def run_that_gets_worse(**changes: object) -> Run:
    """The rate is far too high, so the loss of held-out digits soon rises."""
    recipe = quick_recipe(
        "mlp", learning_rate=0.9, epochs=30, patience=3, held_out=16, shuffle=True
    )
    return Run("mlp", replace(recipe, **changes), TRAIN, TEST)  # type: ignore[arg-type]


def work_to_the_end(run: Run) -> Run:
    while not run.is_done:
        run.work()
    return run


# Clipping


@given(most=st.floats(1e-3, 1.0), seed=st.integers(0, 50))
@settings(max_examples=20)
def test_a_clipped_step_is_that_of_the_gradient_clipped_by_its_norm(most: float, seed: int) -> None:
    digits = barred_digits(8, seed)
    plain = new_trainer("mlp", quick_recipe("mlp", seed=seed), digits)
    clipped = new_trainer("mlp", quick_recipe("mlp", seed=seed, clip_norm=most), digits)
    before = weights_of(plain.model)
    plain.step()
    clipped.step()
    gradients = [parameter.grad for parameter in plain.model.parameters()]
    expected = clip_by_norm([gradient for gradient in gradients if gradient is not None], most)
    rate = plain.learning_rate
    for (name, after), gradient in zip(
        clipped.model.named_parameters(), expected.gradients, strict=True
    ):
        assert_close(after.detach(), before[name] - rate * gradient, rtol=1e-5, atol=1e-7)
    norm = torch.cat([g.flatten() for g in expected.gradients]).norm()
    assert norm <= most + SAFE


def test_without_a_greatest_norm_nothing_is_clipped() -> None:
    generous = quick_run("mlp", clip_norm=1e5)
    plain = quick_run("mlp")
    for run in (generous, plain):
        run.advance_to(5)
    assert_close(
        weights_of(generous.trainer.model), weights_of(plain.trainer.model), rtol=0, atol=0
    )


# What is held out


@given(count=st.integers(2, 60), data=st.data())
def test_what_is_held_out_is_not_trained_on_and_nothing_is_lost(count: int, data) -> None:
    held_out = data.draw(st.integers(1, count - 1))
    digits = numbered_digits(count)
    rest, (judges,) = set_aside(digits, quick_recipe("mlp", patience=1, held_out=held_out))
    numbers = [set(part.images[:, 0, 0].tolist()) for part in (rest, judges)]
    assert numbers[0].isdisjoint(numbers[1])
    assert numbers[0] | numbers[1] == set(range(count))
    assert len(judges) == held_out
    assert rest.images[:, 0, 0].tolist() == sorted(numbers[0])


def test_without_patience_nothing_is_held_out() -> None:
    run = quick_run("mlp", held_out=10)
    run.advance_epoch()
    assert run.trainer.order.epoch_size == 40
    assert all(test.held_out_loss != test.held_out_loss for test in run.history.tests)


@pytest.mark.parametrize("held_out", [0, 40, 50])
def test_early_stopping_with_nothing_held_out_or_nothing_left_is_refused(held_out: int) -> None:
    with pytest.raises(RecipeUnusable, match="between 1 and 39 of these 40, not"):
        quick_run("mlp", patience=2, held_out=held_out)


def test_each_look_measures_the_held_out_digits_too() -> None:
    run = run_that_gets_worse()
    run.advance_epoch()
    _, (judges,) = set_aside(TRAIN, run.recipe)
    logits = predict_logits(run.trainer.averaged_model(), judges.images)
    expected = mean_cross_entropy(logits, judges.labels)
    assert run.history.tests[-1].held_out_loss == pytest.approx(expected, rel=1e-5)


# Early stopping


@pytest.mark.parametrize("changes", [{}, {"ema_decay": 0.5}, {"patience": 1}])
def test_it_ends_when_patience_has_run_out_with_the_weights_of_the_best_look(
    changes: dict[str, object],
) -> None:
    run = work_to_the_end(run_that_gets_worse(**changes))
    assert run.has_stopped_early
    assert run.trainer.epochs_done < run.recipe.epochs
    losses = [test.held_out_loss for test in run.history.tests]
    best = losses.index(min(losses))
    assert len(losses) - 1 - best == run.recipe.patience
    assert run.history.held_out.best_at == run.history.tests[best].step
    other = run_that_gets_worse(**changes)
    other.advance_to(run.history.held_out.best_at)
    for ours, theirs in (
        (run.trainer.averaged_model(), other.trainer.averaged_model()),
        (run.trainer.model, other.trainer.averaged_model()),
    ):
        assert_close(weights_of(ours), weights_of(theirs), rtol=0, atol=0)
    assert f"{min(losses):.4f}" in run.history.held_out.says()


def test_a_run_that_gets_better_is_not_stopped() -> None:
    run = work_to_the_end(run_that_gets_worse(learning_rate=0.01, epochs=4))
    assert not run.has_stopped_early
    assert run.trainer.epochs_done == 4


def test_it_goes_on_after_the_stop_when_it_is_told_to() -> None:
    run = work_to_the_end(run_that_gets_worse())
    step = run.step_count
    run.advance_to(step + 2)
    assert run.step_count == step + 2


@pytest.mark.parametrize("looks", [1, 2, 4])
def test_it_stops_the_same_when_it_was_saved_and_opened_on_the_way(looks: int) -> None:
    straight, broken_off = work_to_the_end(run_that_gets_worse()), run_that_gets_worse()
    while len(broken_off.history.tests) < looks:
        broken_off.work()
    opened = work_to_the_end(open_run(pack_run(broken_off), "run", TRAIN, TEST))
    assert opened.history.to_csv() == straight.history.to_csv()
    assert_close(
        weights_of(opened.trainer.model), weights_of(straight.trainer.model), rtol=0, atol=0
    )


def test_best_weights_that_belong_to_another_network_begin_anew_and_it_is_said() -> None:
    run = run_that_gets_worse()
    run.advance_epoch()
    name, value = next(iter(run.trainer.best.items()))
    run.trainer.best[name] = torch.zeros(*value.shape, 2)
    opened = open_run(pack_run(run), "run", TRAIN, TEST)
    assert "training state in run is damaged" in opened.notice


def test_the_features_of_a_frozen_backbone_serve_the_held_out_digits_too() -> None:
    run = quick_run("resnet18_transfer", train=12, patience=1, held_out=4, epochs=1)
    work_to_the_end(run)
    assert run.history.tests[-1].held_out_loss > 0
    assert run.trainer.order.epoch_size == 8
