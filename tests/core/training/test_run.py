import math
import statistics
import threading
import time
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.data.mnist import pixel_statistics, to_images_01
from mnist_core.errors import RecipeUnusable, TrainingDiverged
from mnist_core.evaluation import metrics as evaluation
from mnist_core.layers.vae_loss import bernoulli_reconstruction, kl_to_standard_normal
from mnist_core.models.build import build_network
from mnist_core.models.registry import ARCHITECTURES
from mnist_core.models.vae import VAE
from mnist_core.training.history import TestResult
from mnist_core.training.objectives import BatchLoss, cross_entropy
from mnist_core.training.run import Change, Run, first_digits, mean_of_parts
from mnist_core.training.trainer import StepResult, Trainer
from tests.core.trainings import barred_digits, next_losses, quick_recipe, quick_run, weights_of


def losses_of(results: list[StepResult | TestResult]) -> list[float]:
    return [result.loss for result in results if isinstance(result, StepResult)]


def work_through(run: Run, steps: int) -> list[StepResult | TestResult]:
    """All results until `steps` are done and no look at the test set is under way."""
    results = []
    while run.step_count < steps or run.is_testing:
        results += [result] if (result := run.work()) else []
    return results


# Beginning


def test_a_run_begins_with_the_weights_of_its_seed_and_has_them_as_its_first_moment() -> None:
    run, recipe = quick_run("mlp", seed=5), quick_recipe("mlp", seed=5)
    expected = weights_of(build_network("mlp", recipe, 0.0, 1.0))
    assert_close(weights_of(run.trainer.model), expected, rtol=0, atol=0)
    (first,) = run.timeline.moments
    assert first.step == first.samples == 0
    assert_close(first.state, expected, rtol=1e-3, atol=1e-6, check_dtype=False)
    assert not torch.equal(
        weights_of(quick_run("mlp", seed=6).trainer.model)["head.weight"], expected["head.weight"]
    )


def test_the_statistics_of_the_pixels_are_those_of_the_digits_that_are_trained_on() -> None:
    digits = barred_digits(64)
    recipe = quick_recipe("convnet", training_digits=20)
    model = Run("convnet", recipe, digits, digits).trainer.model
    mean, std = pixel_statistics(digits.images[:20])
    assert_close(model.state_dict()["standardise.mean"].item(), mean)
    assert_close(model.state_dict()["standardise.std"].item(), std)
    plain = Run("mlp", quick_recipe("mlp"), digits, digits).trainer.model
    assert plain.state_dict()["standardise.mean"] == 0


@given(count=st.integers(1, 50), chosen=st.none() | st.integers(1, 60))
def test_the_first_digits_are_taken_in_their_order(count: int, chosen: int | None) -> None:
    digits = barred_digits(count)
    first = first_digits(digits, chosen)
    expected = count if chosen is None else min(count, chosen)
    assert len(first) == expected
    assert torch.equal(first.images, digits.images[:expected])
    assert torch.equal(first.labels, digits.labels[:expected])


def test_an_epoch_is_one_pass_over_the_digits_that_the_recipe_asks_for() -> None:
    run = Run("mlp", quick_recipe("mlp", training_digits=24), barred_digits(64), barred_digits(10))
    assert run.trainer.order.epoch_size == 24
    assert run.trainer.steps_per_epoch == 3


def test_a_recipe_that_cannot_be_is_refused() -> None:
    with pytest.raises(RecipeUnusable):
        quick_run("mlp", batch_size=0)


# Advancing


def test_a_unit_of_work_is_a_batch_or_a_part_of_the_test_set() -> None:
    run = quick_run(train=16)  # 2 steps an epoch, and a test after each
    run.test_batch = 8
    seen = [run.work() for _ in range(5)]
    assert [type(result) for result in seen] == [
        StepResult, type(None), type(None), type(None), TestResult,
    ]  # fmt: skip
    assert run.step_count == 1
    assert not run.is_testing


def test_while_it_tests_a_run_says_how_much_of_the_test_set_is_done() -> None:
    run = quick_run(train=16)
    run.test_batch = 8
    shares = []
    for _ in range(5):
        run.work()
        shares.append(run.progress.testing)
    assert shares == [0.0, 0.4, 0.8, 1.0, None]


def test_progress_counts_steps_pictures_and_epochs() -> None:
    run = quick_run(train=32, epochs=4)
    work_through(run, 6)
    progress = run.progress
    assert (progress.step, progress.samples, progress.epochs) == (6, 48, 1.5)
    assert progress.worked_s > 0
    assert progress.samples_per_s > 0


def test_time_at_work_and_speed_leave_pauses_out(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s, step = [0.0], Trainer.step

    def timed(trainer: Trainer, watch: bool = False) -> StepResult:
        now_s[0] += 0.1
        return step(trainer, watch)

    monkeypatch.setattr(Trainer, "step", timed)
    monkeypatch.setattr(time, "perf_counter", lambda: now_s[0])
    run = quick_run()
    run.test_every = 10**6
    for _ in range(3):
        run.work()
        now_s[0] += 100.0
    assert_close(run.worked_s, 0.3)
    assert_close(run.progress.samples_per_s, 80.0)


@pytest.mark.parametrize(("budget_s", "units"), [(0.0, 1), (0.05, 1), (0.25, 3), (1.75, 18)])
def test_advancing_stops_within_its_budget_and_one_unit_of_work(
    monkeypatch: pytest.MonkeyPatch, budget_s: float, units: int
) -> None:
    run, now_s = quick_run("mlp", train=400, epochs=10_000), [0.0]
    work = run.work

    def timed() -> Any:
        now_s[0] += 0.1
        return work()

    monkeypatch.setattr(time, "perf_counter", lambda: now_s[0])
    monkeypatch.setattr(run, "work", timed)
    results = run.advance(budget_s)
    assert_close(now_s[0], 0.1 * units)
    assert len(results) <= units


def test_advancing_by_no_time_does_one_unit() -> None:
    run = quick_run()
    assert len(run.advance(0.0)) == run.step_count == 1


def test_a_run_is_done_when_its_epochs_are_over_and_the_last_test_too() -> None:
    run = quick_run(train=16, epochs=2)
    done = []
    while not run.is_done:
        done.append((run.step_count, run.is_testing))
        run.work()
    assert done[-1] == (4, True)
    assert run.trainer.epochs_done == 2
    assert run.history.tests[-1].step == 4
    assert run.advance(10.0) == []
    assert run.step_count == 4


def test_a_run_that_is_done_can_be_given_more_epochs() -> None:
    run = quick_run(train=16, epochs=1)
    run.advance(60.0)
    assert run.is_done
    run.set_epochs(3)
    assert not run.is_done
    run.advance(60.0)
    assert (run.trainer.epochs_done, run.step_count) == (3, 6)


def test_a_run_may_be_trained_past_its_last_epoch() -> None:
    run = quick_run(train=16, epochs=1)
    run.advance_to(7)
    assert run.step_count == 7


def test_advancing_to_a_step_ends_with_the_tests_that_are_due() -> None:
    run = quick_run(train=40)  # 5 steps an epoch
    run.test_every = 2
    run.advance_to(4)
    assert (run.step_count, run.is_testing) == (4, False)
    assert [test.step for test in run.history.tests] == [2, 4]
    run.advance_epoch()
    assert run.step_count == run.history.tests[-1].step == 5
    run.advance_epoch()
    assert run.step_count == 10


@given(
    digits=st.integers(2, 60),
    batch_size=st.integers(1, 70),
    steps=st.integers(0, 12),
    changed=st.none() | st.integers(1, 70),
)
def test_the_steps_to_the_end_of_an_epoch_are_those_that_it_takes(
    digits: int, batch_size: int, steps: int, changed: int | None
) -> None:
    run = quick_run(train=digits, batch_size=batch_size, epochs=10_000)
    run.test_every = 10**6
    trainer = run.trainer
    next_losses(trainer, steps)
    run.set_batch_size(changed or batch_size)
    foretold, epoch, taken = run.steps_to_epoch_end, trainer.epochs_done, 0
    while trainer.epochs_done == epoch:
        trainer.step()
        taken += 1
    assert taken == foretold


def test_every_architecture_looks_at_the_test_set_as_often_as_it_says() -> None:
    for key, entry in ARCHITECTURES.items():
        if key == "resnet18_transfer":
            continue
        run = Run(key, quick_recipe(key, batch_size=2), barred_digits(16), barred_digits(4))
        run.advance_epoch()
        assert len(run.history.tests) == entry.tests_per_epoch, key
        assert run.history.tests[-1].samples == 16


def test_no_look_follows_right_after_the_one_at_an_epoch_s_end() -> None:
    run = quick_run(train=10, batch_size=2)
    assert (run.trainer.steps_per_epoch, run.test_every) == (5, 3)
    run.advance_to(15)
    assert [test.step for test in run.history.tests] == [3, 5, 9, 10, 12, 15]


def test_each_look_notes_the_time_at_work_until_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now_s[0])
    run = quick_run(train=16)
    run.test_batch = len(run.test)
    step, test_part = run.trainer.step, run._test_part

    def timed_step(watch: bool = False) -> StepResult:
        now_s[0] += 1.0
        return step(watch)

    def timed_part(inputs: Tensor, labels: Tensor, start: int) -> tuple[int, BatchLoss]:
        now_s[0] += 0.25
        return test_part(inputs, labels, start)

    monkeypatch.setattr(run.trainer, "step", timed_step)
    monkeypatch.setattr(run, "_test_part", timed_part)
    for _ in range(2):
        run.advance_epoch()
        now_s[0] += 100.0
    trained = [float(test.step) for test in run.history.tests]
    looked = [0.25 * number for number in range(1, len(trained) + 1)]
    expected = [a + b for a, b in zip(trained, looked, strict=True)]
    assert_close([test.worked_s for test in run.history.tests], expected)


# Changing settings


def test_settings_take_effect_at_the_next_step_and_are_noted() -> None:
    run = quick_run(train=64, learning_rate=0.1)
    work_through(run, 2)
    run.set_learning_rate(0.5)
    run.set_learning_rate(0.5)
    (result,) = [r for r in work_through(run, 3) if isinstance(r, StepResult)]
    assert (result.learning_rate, result.batch_size) == (0.5, 8)
    run.set_batch_size(4)
    (result,) = [r for r in work_through(run, 4) if isinstance(r, StepResult)]
    assert (result.learning_rate, result.batch_size) == (0.5, 4)
    assert run.changes == [Change(2, "learning_rate", 0.5), Change(3, "batch_size", 4)]
    assert run.history.column("learning_rate").tolist() == [0.1, 0.1, 0.5, 0.5]
    assert run.history.column("batch_size").tolist() == [8, 8, 8, 4]


def test_a_batch_of_one_is_refused_where_there_is_batch_norm_and_the_size_stays() -> None:
    run = quick_run("deep_cnn")
    run.advance_to(2)
    with pytest.raises(RecipeUnusable, match=r"at least 2 pictures in a batch\.$"):
        run.set_batch_size(1)
    assert (run.trainer.batch_size, run.changes) == (8, [])
    run.set_batch_size(2)
    assert math.isfinite(run.trainer.step().loss)


def test_a_new_learning_rate_scales_the_step() -> None:
    moved = []
    for rate in (0.1, 0.2):
        run = quick_run(learning_rate=0.1)
        run.set_learning_rate(rate)
        before = weights_of(run.trainer.model)["head.weight"]
        run.work()
        moved.append(weights_of(run.trainer.model)["head.weight"] - before)
    assert_close(moved[1], 2 * moved[0])


# Looking at the test set


@pytest.mark.parametrize("key", ["softmax_regression", "convnet", "deep_cnn"])
def test_test_results_are_those_of_the_model_on_the_whole_test_set(key: str) -> None:
    test = barred_digits(77, seed=9)
    run = Run(key, quick_recipe(key, learning_rate=0.01), barred_digits(40), test)
    run.test_batch = 32
    run.advance_epoch()
    model = run.trainer.averaged_model()
    result = run.history.tests[-1]
    assert_close(result.accuracy, evaluation.test_accuracy(model, test))
    logits = evaluation.predict_logits(model, test.images)
    expected = evaluation.mean_cross_entropy(logits, test.labels)
    assert_close(result.loss, expected, rtol=1e-4, atol=1e-5)
    assert (result.step, result.samples) == (5, 40)
    assert math.isnan(result.kl)


def test_test_results_are_of_the_average_where_one_is_kept() -> None:
    test = barred_digits(20, seed=9)
    recipe = quick_recipe("mlp", ema_decay=0.99, learning_rate=0.5)
    run = Run("mlp", recipe, barred_digits(40), test)
    run.advance_epoch()
    losses = []
    for model in (run.trainer.averaged_model(), run.trainer.model.eval()):
        logits = evaluation.predict_logits(model, test.images)
        losses.append(evaluation.mean_cross_entropy(logits, test.labels))
    assert_close(run.history.tests[-1].loss, losses[0])
    assert abs(losses[0] - losses[1]) > 1e-3


def test_test_results_are_of_the_loss_that_is_trained_even_a_mistaken_one() -> None:
    test = barred_digits(20, seed=9)
    run = Run("mlp", quick_recipe("mlp", softmax_twice=True), barred_digits(40), test)
    run.advance_epoch()
    logits = evaluation.predict_logits(run.trainer.averaged_model(), test.images)
    expected = cross_entropy(logits, test.labels.long(), softmax_twice=True).item()
    assert_close(run.history.tests[-1].loss, expected)


def test_a_vae_s_test_result_is_its_loss_with_the_same_noise_at_every_look() -> None:
    test = barred_digits(20, seed=9)
    run = Run("vae", quick_recipe("vae", learning_rate=0.0), barred_digits(40), test)
    run.test_every = 2
    run.advance_epoch()
    first, *others = run.history.tests
    assert others
    assert {look.loss for look in others} == {first.loss}
    with torch.no_grad():
        images_01 = to_images_01(test.images)
        generator = torch.Generator().manual_seed(0)
        logits, mean, log_var = run.trainer.averaged_model()(images_01, generator)
    assert_close(
        (first.reconstruction, first.kl),
        (
            bernoulli_reconstruction(logits, images_01).mean().item(),
            kl_to_standard_normal(mean, log_var).mean().item(),
        ),
    )
    assert_close(first.loss, first.reconstruction + first.kl)
    assert math.isnan(first.accuracy)


@given(
    parts=st.lists(
        st.tuples(st.integers(1, 50), st.floats(0, 10), st.floats(0, 1)), min_size=1, max_size=6
    )
)
def test_the_mean_of_uneven_parts_is_that_over_all_pictures(
    parts: list[tuple[int, float, float]],
) -> None:
    means = mean_of_parts(
        [(n, BatchLoss(*torch.tensor([a, b], dtype=torch.float64))) for n, a, b in parts]
    )
    losses = [a for n, a, _ in parts for _ in range(n)]
    right = [b for n, _, b in parts for _ in range(n)]
    assert_close(means["loss"], statistics.fmean(losses), rtol=1e-9, atol=1e-9)
    assert_close(means["accuracy"], statistics.fmean(right), rtol=1e-9, atol=1e-9)
    assert math.isnan(means["kl"])
    assert math.isnan(means["reconstruction"])


@pytest.mark.parametrize("key", ["convnet", "deep_cnn", "vae"])
def test_looking_at_the_test_set_does_not_change_the_training(key: str) -> None:
    often, never = quick_run(key), quick_run(key)
    often.test_every, never.test_every = 1, 10**6
    losses = losses_of(work_through(often, 4))
    assert losses == next_losses(never.trainer, 4)
    assert len(often.history.tests) == 4


# Side by side, and looking back


@pytest.mark.parametrize("key", ["convnet", "vae"])
def test_runs_that_take_turns_go_as_each_alone(key: str) -> None:
    alone = [losses_of(work_through(quick_run(key, seed=seed), 8)) for seed in (0, 1)]
    runs_ = [quick_run(key, seed=seed) for seed in (0, 1)]
    found: list[list[StepResult | TestResult]] = [[], []]
    while any(run.step_count < 8 or run.is_testing for run in runs_):
        for run, results in zip(runs_, found, strict=True):
            if (run.step_count < 8 or run.is_testing) and (result := run.work()):
                results.append(result)
    assert [losses_of(results) for results in found] == alone
    assert alone[0] != alone[1]


def test_runs_that_are_made_and_trained_in_threads_at_once_go_as_each_alone() -> None:
    def losses(seed: int) -> list[float]:
        return losses_of(work_through(quick_run("convnet", seed=seed), 6))

    alone = [losses(seed) for seed in range(3)]
    found: dict[int, list[float]] = {}
    threads = [
        threading.Thread(target=lambda s=seed: found.__setitem__(s, losses(s))) for seed in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[seed] for seed in range(3)] == alone


@pytest.mark.parametrize("key", ARCHITECTURES)
def test_a_moment_becomes_the_network_of_its_time_apart_from_the_training(key: str) -> None:
    run = quick_run(key, train=8)
    images_01 = torch.rand(2, 1, 28, 28, generator=torch.Generator().manual_seed(0))

    def answers(model: nn.Module) -> Tensor:
        with torch.no_grad():
            if isinstance(model, VAE):
                noise, labels = torch.Generator().manual_seed(0), torch.tensor([3, 4])
                return model(images_01, noise, labels).logits  # type: ignore[no-any-return]
            return model(images_01)  # type: ignore[no-any-return]

    run.trainer.step()
    moment, expected = run.now(), answers(run.trainer.model.eval())
    model = run.model_at(moment)
    next_losses(run.trainer, 2)
    assert_close(answers(model), expected, rtol=1e-4, atol=1e-4)
    assert not any(part.training for part in model.modules())
    assert not any(parameter.requires_grad for parameter in model.parameters())
    assert not torch.allclose(answers(run.trainer.model.eval()), expected, rtol=1e-4, atol=1e-4)


# Divergence


def diverge(run: Run, rate: float) -> TrainingDiverged:
    run.set_learning_rate(rate)
    with pytest.raises(TrainingDiverged) as stop:
        work_through(run, run.step_count + 100)
    return stop.value


def test_a_run_that_diverges_says_so_and_goes_on_from_its_last_good_moment() -> None:
    run = quick_run("mlp", learning_rate=0.1, train=64)
    work_through(run, 16)
    at_16 = run.now()
    work_through(run, 18)
    message = str(diverge(run, 1e4))
    assert "A lower learning rate helps." in message
    assert run.step_count > 18
    run.go_back()
    assert run.step_count == 16
    assert_close(weights_of(run.trainer.model), at_16.state, rtol=0, atol=0)
    assert run.trainer.learning_rate == 0.1
    assert not run.is_testing
    assert run.history.column("step").tolist() == [*range(1, 17)]
    assert all(test.step <= 16 for test in run.history.tests)
    assert all(look.step <= 16 for look in run.history.looks)
    assert run.timeline.moments[-1].step <= 16
    assert run.changes == []
    run.set_learning_rate(0.01)
    losses = losses_of(work_through(run, 40))
    assert len(losses) == 24
    assert all(math.isfinite(loss) for loss in losses)


def test_going_back_and_on_at_the_same_rate_repeats_the_training_bit_for_bit() -> None:
    run = quick_run("convnet", train=64)
    work_through(run, 8)
    expected = losses_of(work_through(run, 14))
    run.go_back()
    assert run.step_count == 8
    assert losses_of(work_through(run, 14)) == expected


def test_a_gradient_that_is_not_finite_is_found_at_the_next_loss_and_gone_back_from() -> None:
    run = quick_run("mlp", train=64)
    work_through(run, 9)
    weight = run.trainer.model.head.weight
    handle = weight.register_hook(lambda gradient: gradient * math.nan)
    result = run.work()
    assert isinstance(result, StepResult)
    assert math.isfinite(result.loss)
    handle.remove()
    with pytest.raises(TrainingDiverged):
        work_through(run, 12)
    assert run.step_count == 10
    run.go_back()
    assert run.step_count == 8
    assert all(math.isfinite(loss) for loss in losses_of(work_through(run, 30)))


def test_weights_that_are_not_finite_become_no_moment() -> None:
    run = quick_run("convnet", train=64)
    work_through(run, 15)
    run.trainer.model.head.weight.register_hook(lambda gradient: gradient * math.nan)
    run.work()
    assert run.step_count == 16
    assert not run.trainer.model.head.weight.isfinite().any()
    assert [moment.step for moment in run.timeline.moments] == [*range(16)]
    assert int(run.last_good["step_count"]) == 8


def test_a_moment_from_which_nothing_leads_on_is_not_the_last_good_one() -> None:
    run = quick_run("mlp", optimizer="momentum", learning_rate=20.0)
    with pytest.raises(TrainingDiverged):  # its weights at step 8 are finite, and lead nowhere
        work_through(run, 100)
    run.go_back()
    run.set_learning_rate(1e-4)
    assert all(math.isfinite(loss) for loss in losses_of(work_through(run, run.step_count + 20)))


@pytest.mark.parametrize("key", ["softmax_regression", "convnet", "deep_cnn", "vae"])
def test_every_network_goes_on_after_it_diverged(key: str) -> None:
    run = quick_run(key, optimizer="sgd", learning_rate=1e-3, train=64)
    work_through(run, 9)
    with torch.no_grad():
        for parameter in run.trainer.model.parameters():
            parameter.fill_(math.inf)
    with pytest.raises(TrainingDiverged):
        work_through(run, 12)
    run.go_back()
    assert run.step_count == 8
    assert all(value.isfinite().all() for value in run.trainer.model.state_dict().values())
    assert all(math.isfinite(loss) for loss in losses_of(work_through(run, 14)))
