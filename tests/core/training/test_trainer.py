import itertools
import math
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.data.mnist import to_images_01
from mnist_core.errors import RecipeUnusable, TrainingDiverged
from mnist_core.models.deep_cnn import DeepCNN
from mnist_core.models.parts import layer_weights
from mnist_core.models.recipes import Recipe
from mnist_core.models.registry import ARCHITECTURES
from mnist_core.models.vae import VAE
from mnist_core.training import trainer as training
from mnist_core.training.helps.schedules import schedule_factor
from mnist_core.training.objectives import NOT_A_DIGIT
from mnist_core.training.order import Pool
from mnist_core.training.trainer import Trainer, distorted_share_at, recipe_at
from tests.core.trainings import (
    PLAIN,
    barred_digits,
    new_trainer,
    next_losses,
    noise,
    numbered_digits,
    quick_recipe,
    weights_of,
)

SHORT = replace(PLAIN, epochs=2)
SHIPPED_IN_SMALL = Recipe(
    "digit_or_uniform", "adamw", learning_rate=2e-3, batch_size=32, epochs=2, seed=7,
    schedule="warm_up_cosine", weight_decay=0.02, ema_decay=0.999,
    distorted_share=0.9, final_distorted_share=0.3, calm_from=0.7,
)  # fmt: skip


def linear_model(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))


def pool_of(count: int) -> Pool:
    return Pool.of(barred_digits(count))


def linear_trainer(recipe: Recipe = PLAIN, count: int = 64) -> Trainer:
    return Trainer(linear_model(), [pool_of(count)], recipe)


def shipped_trainer(seed: int = 0) -> Trainer:
    """The real network on digits and non-digits, dropout, distortions and average included."""
    torch.manual_seed(seed)
    no_digits = Pool(noise(64, seed=3), torch.full((64,), NOT_A_DIGIT), 32)
    return Trainer(DeepCNN(0.13, 0.31), [pool_of(160), no_digits], SHIPPED_IN_SMALL)


def train_epochs(trainer: Trainer, epochs: int = 1) -> list[float]:
    return [trainer.step().loss for _ in range(epochs * trainer.steps_per_epoch)]


def fill(model: nn.Module, value: float) -> None:
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(value)


class GreyReader(nn.Module):
    """Reads a picture of one grey g as the digit g % 10, and remembers the greys it was shown."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(100.0))
        self.seen: list[int] = []

    def forward(self, images_01: Tensor) -> Tensor:
        greys = (images_01.mean(dim=(1, 2, 3)) * 255).round().long()
        self.seen += greys.tolist()
        return F.one_hot(greys % 10, 10) * self.scale


# The schedules


def test_the_learning_rate_rises_for_a_tenth_and_then_falls_to_zero() -> None:
    def factor(progress: float) -> float:
        return schedule_factor("warm_up_cosine", progress)

    assert 0 < factor(0.0) < 0.0025
    assert_close([factor(p) for p in (0.05, 0.1, 0.55, 1.0, 1.7)], [0.5, 1.0, 0.5, 0.0, 0.0])
    factors = [factor(k / 200) for k in range(201)]
    assert all(a < b for a, b in itertools.pairwise(factors[:21]))
    assert all(a > b for a, b in itertools.pairwise(factors[20:]))


@given(st.floats(0, 10))
def test_a_constant_schedule_leaves_the_learning_rate_as_it_is(progress: float) -> None:
    assert schedule_factor("constant", progress) == 1.0


def test_the_distorted_share_is_constant_until_calm_from_and_linear_after() -> None:
    recipe = replace(PLAIN, distorted_share=0.9, final_distorted_share=0.3, calm_from=0.7)
    shares = [distorted_share_at(recipe, progress) for progress in (0.0, 0.35, 0.7, 0.85, 1.0)]
    assert_close(shares, [0.9, 0.9, 0.9, 0.6, 0.3])


def test_the_distorted_share_may_stay_constant_to_the_end() -> None:
    assert distorted_share_at(replace(PLAIN, distorted_share=0.9, calm_from=1.0), 1.0) == 0.9


@pytest.mark.parametrize(("calm_from", "expected"), [(0.5, 0.3), (0.0, 0.3), (1.0, 0.9)])
def test_after_the_last_epoch_the_distorted_share_stays_as_it_was_at_the_end(
    calm_from: float, expected: float
) -> None:
    recipe = replace(PLAIN, distorted_share=0.9, final_distorted_share=0.3, calm_from=calm_from)
    for progress in (1.0, 1.001, 2.5):
        assert_close(distorted_share_at(recipe, progress), expected)


def test_a_training_may_go_on_after_its_last_epoch() -> None:
    trainer = linear_trainer(replace(PLAIN, epochs=1))
    assert all(math.isfinite(loss) for loss in train_epochs(trainer, epochs=3))
    assert trainer.progress == 3.0


# What an epoch consists of


def test_an_epoch_shows_every_picture_once_under_its_own_label() -> None:
    model = GreyReader()
    trainer = Trainer(model, [Pool.of(numbered_digits(200))], SHORT)
    assert trainer.steps_per_epoch == 7
    assert max(train_epochs(trainer)) < 1e-6
    assert Counter(model.seen) == Counter(range(200))
    first_epoch = list(model.seen)
    train_epochs(trainer)
    assert Counter(model.seen) == Counter([*range(200)] * 2)
    assert model.seen[200:] != first_epoch
    assert trainer.epochs_done == 2


def test_without_shuffling_the_pictures_come_in_the_order_of_the_data() -> None:
    model = GreyReader()
    trainer = Trainer(model, [Pool.of(numbered_digits(200))], replace(SHORT, shuffle=False))
    train_epochs(trainer, epochs=2)
    assert model.seen == [*range(200)] * 2


@pytest.mark.parametrize(("count", "batches"), [(32, 1), (33, 1), (34, 2), (64, 2), (65, 2)])
def test_a_last_batch_of_one_is_left_out_since_batch_norm_cannot_train_on_it(
    count: int, batches: int
) -> None:
    trainer = Trainer(DeepCNN(), [pool_of(count)], SHORT)
    assert trainer.steps_per_epoch == batches
    assert all(math.isfinite(loss) for loss in train_epochs(trainer))
    assert trainer.epochs_done == 1


@pytest.mark.parametrize("change", [{"batch_size": 1}, {"training_digits": 1}])
def test_a_batch_of_one_is_refused_with_a_sentence_where_there_is_batch_norm(
    change: dict[str, Any],
) -> None:
    recipe = replace(quick_recipe("deep_cnn"), **change)
    digits = barred_digits(recipe.training_digits or 8)
    with pytest.raises(RecipeUnusable, match=r"at least 2 pictures in a batch\.$"):
        new_trainer("deep_cnn", recipe, digits)
    assert math.isfinite(new_trainer("mlp", recipe, digits).step().loss)


@pytest.mark.parametrize(("key", "loss"), [("mlp", "vae"), ("vae", "cross_entropy")])
def test_a_loss_that_the_network_cannot_take_is_refused_with_a_sentence(
    key: str, loss: str
) -> None:
    with pytest.raises(RecipeUnusable, match=r"\.$"):
        new_trainer(key, quick_recipe(key, loss=loss), barred_digits(8))


def test_the_share_of_distorted_pictures_is_the_recipes(monkeypatch: pytest.MonkeyPatch) -> None:
    bent: list[int] = []

    def count_and_keep(images_01: Tensor, *_: object) -> Tensor:
        bent.append(len(images_01))
        return images_01

    monkeypatch.setattr(training, "distort", count_and_keep)
    half = replace(SHORT, distorted_share=0.5, final_distorted_share=0.5)
    for recipe, low, high in ((SHORT, 0, 0), (half, 400, 600)):
        bent.clear()
        train_epochs(linear_trainer(recipe, 1000))
        assert low <= sum(bent) <= high


def test_distorted_pictures_are_bent_as_far_as_the_recipe_says() -> None:
    loss = linear_trainer().step().loss
    unbent = replace(PLAIN.distortion, rotation_deg=0, scale=0, shear=0, shift_px=0, wave_px=0)
    all_bent = replace(PLAIN, distorted_share=1.0)
    assert_close(linear_trainer(replace(all_bent, distortion=unbent)).step().loss, loss)
    assert abs(linear_trainer(all_bent).step().loss - loss) > 1e-3


def test_without_distortion_the_first_loss_is_that_of_the_plain_pictures() -> None:
    model, pool = linear_model(), pool_of(32)
    logits = model(to_images_01(pool.images))
    expected = F.cross_entropy(logits, pool.labels)
    result = Trainer(model, [pool], PLAIN).step()
    assert_close(result.loss, expected.item())
    assert_close(result.accuracy, (logits.argmax(dim=1) == pool.labels).float().mean().item())
    assert (result.step, result.samples, result.batch_size) == (1, 32, 32)
    assert math.isnan(result.reconstruction)
    assert math.isnan(result.kl)


# What a step does


def test_a_step_uses_the_learning_rate_of_its_progress() -> None:
    recipe = replace(SHORT, schedule="warm_up_cosine")
    trainer = linear_trainer(recipe)
    results = [trainer.step() for _ in range(4)]
    assert [r.step for r in results] == [1, 2, 3, 4]
    expected = [0.01 * schedule_factor("warm_up_cosine", k / 4) for k in range(4)]
    assert [r.learning_rate for r in results] == expected
    assert trainer.optimizer.param_groups[0]["lr"] == expected[-1]


@pytest.mark.parametrize("schedule", ["constant", "warm_up_cosine"])
def test_a_learning_rate_set_by_hand_holds_from_the_next_step_and_is_scheduled_as_before(
    schedule: Any,
) -> None:
    trainer = linear_trainer(replace(SHORT, schedule=schedule))
    trainer.step()
    trainer.learning_rate = 0.5
    factor = schedule_factor(schedule, trainer.progress)
    assert trainer.step().learning_rate == 0.5 * factor


def test_a_batch_size_set_by_hand_holds_from_the_next_step() -> None:
    trainer = linear_trainer(count=64)
    assert trainer.step().batch_size == 32
    trainer.batch_size = 10
    assert trainer.steps_per_epoch == 7
    assert [trainer.step().batch_size for _ in range(5)] == [10, 10, 10, 2, 10]


def test_the_average_follows_the_weights_with_the_recipes_decay() -> None:
    trainer = linear_trainer(replace(PLAIN, ema_decay=0.75, learning_rate=0.1))
    trainer.step()
    first = weights_of(trainer.model)
    assert_close(weights_of(trainer.averaged_model()), first)
    trainer.step()
    second = weights_of(trainer.model)
    expected = {name: 0.75 * first[name] + 0.25 * second[name] for name in first}
    assert (first["1.weight"] - second["1.weight"]).abs().max() > 1e-3
    assert_close(weights_of(trainer.averaged_model()), expected)


def test_the_averaged_model_is_in_evaluation_mode_and_apart_from_the_trained_one() -> None:
    trainer = shipped_trainer()
    trainer.step()
    averaged = trainer.averaged_model()
    assert not any(module.training for module in averaged.modules())
    before = weights_of(averaged)
    fill(trainer.model, 1.0)
    assert_close(weights_of(averaged), before, rtol=0, atol=0)


def test_without_an_average_it_is_the_trained_model_itself_that_is_looked_at() -> None:
    trainer = linear_trainer()
    assert trainer.average is None
    assert trainer.averaged_model() is trainer.model


def test_training_learns_what_there_is_to_learn() -> None:
    recipe = replace(PLAIN, optimizer="adamw", epochs=8)
    losses = train_epochs(linear_trainer(recipe, 192), epochs=8)
    assert losses[0] > 2
    assert max(losses[-6:]) < 0.3


@pytest.mark.parametrize("key", ARCHITECTURES)
def test_every_network_lowers_the_loss_of_one_batch_in_twenty_steps(key: str) -> None:
    count = 2 if key == "resnet18_transfer" else 16
    recipe = quick_recipe(key, batch_size=count)
    if recipe.optimizer == "sgd":
        recipe = replace(recipe, learning_rate=0.3)
    trainer = new_trainer(key, recipe, barred_digits(count))
    before = weights_of(trainer.model)
    losses = next_losses(trainer, 20)
    assert losses[-1] < 0.8 * losses[0]
    after = weights_of(trainer.model)
    for name, parameter in trainer.model.named_parameters():
        assert torch.equal(before[name], after[name]) != parameter.requires_grad, name


def test_bfloat16_trains_with_float32_weights_and_a_similar_loss() -> None:
    losses = []
    for precision in ("float32", "bfloat16"):
        trainer = linear_trainer(replace(PLAIN, precision=precision))
        losses.append(trainer.step().loss)
        assert {p.dtype for p in trainer.model.parameters()} == {torch.float32}
    assert losses[0] != losses[1]
    assert_close(losses[0], losses[1], rtol=0.02, atol=0)


# Watching the layers


def test_a_watched_step_says_what_it_did_to_each_layer() -> None:
    trainer = linear_trainer(replace(PLAIN, learning_rate=0.1))
    layer = trainer.model[1]  # type: ignore[index]
    before = layer.weight.detach().clone()
    (change,) = trainer.step(watch=True).layers
    assert change.layer == "1. Linear 784 → 10"
    assert_close(change.gradient_norm, layer.weight.grad.norm().item())
    moved = (layer.weight.detach() - before).norm() / before.norm()
    assert_close(change.update_ratio, moved.item())
    assert_close(change.update_ratio, 0.1 * change.gradient_norm / before.norm().item())
    assert trainer.step().layers == ()


@pytest.mark.parametrize("key", ARCHITECTURES)
def test_the_layers_that_are_watched_are_the_trained_ones_from_input_to_output(key: str) -> None:
    layers = {
        "softmax_regression": ["1. Linear 784 → 10"],
        "mlp": ["1. Linear 784 → 512", "2. Linear 512 → 512", "3. Linear 512 → 10"],
        "convnet": [
            "1. Conv 3×3, 1 → 16", "2. Conv 3×3, 16 → 32", "3. Linear 4608 → 64",
            "4. Linear 64 → 10",
        ],
        "deep_cnn": [
            "1. Conv 3×3, 1 → 32", "2. Conv 3×3, 32 → 64", "3. Conv 3×3, 64 → 128",
            "4. Conv 3×3, 128 → 128", "5. Linear 1152 → 512", "6. Linear 512 → 256",
            "7. Linear 256 → 10",
        ],
        "vae": [
            "1. Linear 784 → 400", "2. Linear 400 → 20", "3. Linear 400 → 20",
            "4. Linear 20 → 400", "5. Linear 400 → 784",
        ],
        "vae2d": [
            "1. Linear 784 → 400", "2. Linear 400 → 2", "3. Linear 400 → 2",
            "4. Linear 2 → 400", "5. Linear 400 → 784",
        ],
        "cvae": [
            "1. Linear 794 → 512", "2. Linear 512 → 400", "3. Linear 400 → 20",
            "4. Linear 400 → 20", "5. Linear 30 → 512", "6. Linear 512 → 512",
            "7. Linear 512 → 784",
        ],
        "rnn": ["1. GRU 28 → 128, the row", "2. GRU 28 → 128, its memory", "3. Linear 128 → 10"],
        "resnet18_transfer": ["1. Linear 512 → 10"],
    }  # fmt: skip
    trainer = new_trainer(key, quick_recipe(key), barred_digits(8))
    assert list(layer_weights(trainer.model)) == layers[key]
    changes = trainer.step(watch=True).layers
    assert [change.layer for change in changes] == layers[key]
    assert all(change.gradient_norm > 0 and change.update_ratio > 0 for change in changes)


def test_watching_changes_nothing() -> None:
    watched, alone = shipped_trainer(), shipped_trainer()
    assert [watched.step(watch=True).loss for _ in range(4)] == next_losses(alone, 4)


# Known mistakes


@pytest.mark.parametrize("key", ["mlp", "convnet", "deep_cnn"])
def test_with_equal_weights_all_units_of_a_hidden_layer_stay_equal(key: str) -> None:
    recipe = quick_recipe(key, equal_weights=True, optimizer="sgd", learning_rate=0.05)
    trainer = new_trainer(key, recipe, barred_digits(40))
    start = weights_of(trainer.model)
    for module in trainer.model.modules():  # a dropout would treat the units differently
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    next_losses(trainer, 6)
    *hidden, head = layer_weights(trainer.model).values()
    for weight in hidden:
        assert_close(weight, weight[:1].expand_as(weight), rtol=1e-4, atol=1e-6)
    assert not torch.allclose(head, head[:1].expand_as(head), rtol=1e-3)
    assert not torch.equal(head, start["head.weight"])


def test_with_random_weights_the_units_of_a_hidden_layer_differ() -> None:
    trainer = new_trainer("mlp", quick_recipe("mlp"), barred_digits(40))
    next_losses(trainer, 6)
    for weight in layer_weights(trainer.model).values():
        assert (weight - weight[:1]).abs().max() > 1e-2


@pytest.mark.parametrize(
    "optimizer", ["sgd", "momentum", "adagrad", "rmsprop", "adam", "adadelta", "adamw"]
)
def test_at_a_rate_far_too_high_nothing_is_learnt_that_lasts(optimizer: Any) -> None:
    recipe = quick_recipe("mlp", optimizer=optimizer, batch_size=32, rate_far_too_high=True)
    trainer = new_trainer("mlp", recipe, barred_digits(640))
    try:
        losses = next_losses(trainer, 60)
    except TrainingDiverged:
        return
    assert losses[0] < 2.4
    assert sum(losses[-20:]) / 20 > 2.2


# Divergence


def test_a_loss_that_is_not_finite_stops_the_training_and_spares_the_average() -> None:
    trainer = linear_trainer(replace(PLAIN, ema_decay=0.9))
    trainer.step()
    average = weights_of(trainer.averaged_model())
    fill(trainer.model, math.nan)
    with pytest.raises(TrainingDiverged) as stop:
        trainer.step()
    assert "(nan): training stopped before step 2." in str(stop.value)
    assert str(stop.value).endswith("A lower learning rate helps.")
    assert trainer.step_count == 1
    assert_close(weights_of(trainer.averaged_model()), average, rtol=0, atol=0)


def test_a_diverging_step_leaves_the_weights_and_the_optimiser_as_they_were() -> None:
    trainer = new_trainer("mlp", quick_recipe("mlp", optimizer="momentum"), barred_digits(40))
    trainer.step()
    fill(trainer.model, 1e30)  # finite, but not what they lead to
    before = trainer.state()
    with pytest.raises(TrainingDiverged):
        trainer.step()
    after = trainer.state()
    kept = [name for name in before if name.startswith(("model.", "optimizer.", "step_count"))]
    assert_close({n: after[n] for n in kept}, {n: before[n] for n in kept}, rtol=0, atol=0)


def test_a_diverging_training_raises_in_the_end() -> None:
    trainer = new_trainer("mlp", quick_recipe("mlp", learning_rate=1e3), barred_digits(40))
    with pytest.raises(TrainingDiverged):
        next_losses(trainer, 40)


# Seeds, saving and resuming


def demanding_trainer(key: str, seed: int = 0) -> Trainer:
    """All that draws random numbers: shuffling, distortion, dropout, noise; and an average."""
    recipe = quick_recipe(
        key, seed=seed, shuffle=True, ema_decay=0.9, distorted_share=0.5,
        final_distorted_share=0.5, schedule="warm_up_cosine",
    )  # fmt: skip
    return new_trainer(key, recipe, barred_digits(4 * recipe.batch_size + 3))


def test_the_same_seed_gives_the_same_losses_and_another_seed_others() -> None:
    assert train_epochs(shipped_trainer(0)) == train_epochs(shipped_trainer(0))
    assert train_epochs(shipped_trainer(0)) != train_epochs(shipped_trainer(1))


@pytest.mark.parametrize("key", ARCHITECTURES)
def test_a_training_restored_in_mid_epoch_goes_on_bit_for_bit(key: str) -> None:
    steps = 2 if key == "resnet18_transfer" else 6
    trainer = demanding_trainer(key)
    next_losses(trainer, 2)
    state = trainer.state()
    expected = next_losses(trainer, steps)
    trainer.restore(state)
    assert next_losses(trainer, steps) == expected
    fresh = demanding_trainer(key)
    fresh.restore(state)
    assert (fresh.step_count, fresh.order.samples) == (2, 2 * trainer.batch_size)
    assert next_losses(fresh, steps) == expected
    for ours, theirs in (
        (fresh.model, trainer.model), (fresh.averaged_model(), trainer.averaged_model()),
    ):  # fmt: skip
        assert_close(weights_of(ours), weights_of(theirs), rtol=0, atol=0)


@pytest.mark.parametrize(
    "optimizer", ["sgd", "momentum", "adagrad", "rmsprop", "adam", "adadelta", "adamw"]
)
@pytest.mark.parametrize("done", [0, 3])
def test_every_optimiser_goes_on_bit_for_bit_from_a_file(
    optimizer: Any, done: int, tmp_path: Path
) -> None:
    def make(seed: int) -> Trainer:
        recipe = quick_recipe("deep_cnn", optimizer=optimizer, seed=seed, learning_rate=0.01)
        return new_trainer("deep_cnn", recipe, barred_digits(40))

    straight, resumed = make(0), make(1)
    next_losses(straight, done)
    straight.save(tmp_path / "checkpoint.safetensors")
    expected = next_losses(straight, 4)
    resumed.load(tmp_path / "checkpoint.safetensors")
    assert next_losses(resumed, 4) == expected


def test_settings_that_were_changed_by_hand_come_back_with_the_snapshot() -> None:
    trainer = demanding_trainer("convnet")
    trainer.step()
    trainer.learning_rate, trainer.batch_size = 0.1, 5
    trainer.step()
    state = trainer.state()
    expected = next_losses(trainer, 6)
    trainer.learning_rate, trainer.batch_size = 7.0, 11
    next_losses(trainer, 2)
    trainer.restore(state)
    assert (trainer.learning_rate, trainer.batch_size) == (0.1, 5)
    assert next_losses(trainer, 6) == expected


def test_a_snapshot_is_a_copy_without_what_is_frozen() -> None:
    trainer = demanding_trainer("resnet18_transfer")
    state = trainer.state()
    assert "model.head.weight" in state
    assert "model.backbone.bn1.running_mean" in state
    assert "model.backbone.conv1.weight" not in state
    kept = {name: value.clone() for name, value in state.items()}
    trainer.step()
    assert_close(state, kept, rtol=0, atol=0)
    assert not torch.equal(trainer.state()["model.head.weight"], state["model.head.weight"])


def test_a_resumed_training_goes_on_bit_for_bit(tmp_path: Path) -> None:
    straight = shipped_trainer()
    train_epochs(straight)
    straight.save(tmp_path / "checkpoint.safetensors")
    expected_losses = train_epochs(straight)

    resumed = shipped_trainer(seed=99)
    resumed.load(tmp_path / "checkpoint.safetensors")
    assert resumed.epochs_done == 1
    assert train_epochs(resumed) == expected_losses
    for ours, theirs in (
        (resumed.model, straight.model),
        (resumed.averaged_model(), straight.averaged_model()),
    ):
        assert_close(weights_of(ours), weights_of(theirs), rtol=0, atol=0)


def test_a_checkpoint_is_plain_safetensors_in_a_folder_made_for_it(tmp_path: Path) -> None:
    trainer = shipped_trainer()
    trainer.step()
    path = tmp_path / "new" / "folder" / "checkpoint.safetensors"
    trainer.save(path)
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    with safe_open(path, framework="pt") as saved:
        assert int(saved.get_tensor("step_count")) == 1
        assert {name.split(".")[0] for name in saved.keys()} == {  # noqa: SIM118
            "average", "model", "optimizer", "order", "random", "settings", "step_count",
        }  # fmt: skip
        for name, value in trainer.model.state_dict().items():
            assert torch.equal(saved.get_tensor(f"model.{name}"), value)


def test_a_save_that_fails_leaves_the_last_checkpoint_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disk_full(path: Path, _: bytes) -> int:
        path.touch()
        raise OSError("No space left on device")

    path = tmp_path / "checkpoint.safetensors"
    trainer = linear_trainer()
    trainer.step()
    trainer.save(path)
    before = path.read_bytes()
    trainer.step()
    monkeypatch.setattr(Path, "write_bytes", disk_full)
    with pytest.raises(OSError, match="No space"):
        trainer.save(path)
    assert path.read_bytes() == before


# Side by side


@pytest.mark.parametrize("key", ["convnet", "vae", "deep_cnn"])
def test_trainings_that_take_turns_go_as_each_alone(key: str) -> None:
    alone = [next_losses(demanding_trainer(key, seed), 5) for seed in (0, 1)]
    first, second = demanding_trainer(key, 0), demanding_trainer(key, 1)
    losses: list[list[float]] = [[], []]
    for _ in range(5):
        losses[0].append(first.step().loss)
        torch.rand(7)  # somebody else draws
        losses[1].append(second.step().loss)
    assert losses == alone
    assert alone[0] != alone[1]


def test_trainings_in_two_threads_at_once_go_as_each_alone() -> None:
    def make(seed: int) -> Callable[[], list[float]]:
        return lambda: next_losses(demanding_trainer("convnet", seed), 12)

    alone = [make(seed)() for seed in (0, 1)]
    found: dict[int, list[float]] = {}
    threads = [
        threading.Thread(target=lambda s=seed: found.__setitem__(s, make(s)())) for seed in (0, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[0], found[1]] == alone


def test_a_training_draws_nothing_from_the_numbers_that_all_share() -> None:
    trainer = demanding_trainer("convnet")
    before = torch.get_rng_state()
    next_losses(trainer, 6)
    assert torch.equal(torch.get_rng_state(), before)


# The weight of the KL term


def test_the_kl_weight_rises_in_a_line_to_that_of_the_recipe() -> None:
    recipe = replace(PLAIN, beta=2.0, kl_warm_up=0.4)
    assert [recipe_at(recipe, share).beta for share in (0, 0.1, 0.2, 0.4, 1, 1.5)] == [
        0, 0.5, 1, 2, 2, 2,
    ]  # fmt: skip
    assert recipe_at(replace(recipe, kl_warm_up=0.0), 0.0).beta == 2


def test_a_step_is_taken_with_the_kl_weight_of_its_moment() -> None:
    digits = barred_digits(64, seed=0)
    recipe = replace(quick_recipe("vae"), batch_size=32, epochs=2, kl_warm_up=1.0)
    trainer = Trainer(VAE(), [Pool.of(digits)], recipe)
    parts = [trainer.step() for _ in range(3)]
    for done, part in enumerate(parts):
        assert part.loss == pytest.approx(part.reconstruction + done / 4 * part.kl, rel=1e-5)


def test_a_recipe_that_needs_another_network_is_refused_without_it() -> None:
    recipe = replace(quick_recipe("vae"), readable_weight=1.0)
    with pytest.raises(RecipeUnusable, match="a network that reads"):
        Trainer(VAE(), [pool_of(64)], recipe)
