import itertools
import math
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core import training
from mnist_core.data import to_images_01
from mnist_core.models.deep_cnn import DeepCNN
from mnist_core.recipes import Recipe
from mnist_core.training import (
    NOT_A_DIGIT,
    Pool,
    Trainer,
    TrainingDiverged,
    digit_or_uniform_loss,
    distorted_share_at,
    learning_rate_at,
)

RECIPE = Recipe(epochs=2, batch_size=32, seed=7)
UNBENT = Recipe(epochs=2, batch_size=32, distorted_share=0.0, final_distorted_share=0.0)


def random_pool(count: int = 192, per_epoch: int | None = None, label: int | None = None) -> Pool:
    generator = torch.Generator().manual_seed(count)
    images = torch.randint(0, 256, (count, 28, 28), generator=generator).to(torch.uint8)
    labels = torch.randint(0, 10, (count,), generator=generator)
    if label is not None:
        labels = torch.full((count,), label)
    return Pool(images, labels, count if per_epoch is None else per_epoch)


def linear_model(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))


def deep_cnn_trainer(seed: int = 0) -> Trainer:
    """A trainer of the real network on digits and non-digits, dropout and distortions included."""
    torch.manual_seed(seed)
    pools = [random_pool(160), random_pool(64, per_epoch=32, label=NOT_A_DIGIT)]
    return Trainer(DeepCNN(0.13, 0.31), pools, RECIPE)


def train_epochs(trainer: Trainer, epochs: int = 1) -> list[float]:
    return [trainer.step().loss for _ in range(epochs * trainer.steps_per_epoch)]


def weights_of(model: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


class GreyReader(nn.Module):
    """Reads a picture of one grey g as the digit g // 20, and remembers the greys it was shown."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(100.0))
        self.seen: list[int] = []

    def forward(self, images_01: Tensor) -> Tensor:
        greys = (images_01.mean(dim=(1, 2, 3)) * 255).round().long()
        self.seen += greys.tolist()
        return F.one_hot((greys // 20).clamp(max=9), 10) * self.scale


def grey_pool(count: int, per_epoch: int) -> Pool:
    greys = torch.arange(count)
    images = greys.to(torch.uint8)[:, None, None].expand(count, 28, 28)
    return Pool(images, greys // 20, per_epoch)


# The loss


def random_logits(count: int = 12) -> Tensor:
    logits = torch.randn(count, 10, generator=torch.Generator().manual_seed(0)) * 4
    return logits.requires_grad_()


def test_for_digits_the_loss_and_its_gradient_are_those_of_the_cross_entropy() -> None:
    ours, theirs = random_logits(), random_logits()
    labels = torch.arange(12) % 10
    loss, expected = digit_or_uniform_loss(ours, labels, 0.5), F.cross_entropy(theirs, labels)
    assert_close(loss, expected)
    loss.backward()
    expected.backward()
    assert_close(ours.grad, theirs.grad)


@pytest.mark.parametrize("weight", [1.0, 0.5])
def test_for_non_digits_it_is_the_cross_entropy_with_the_uniform_distribution(
    weight: float,
) -> None:
    ours, theirs = random_logits(), random_logits()
    uniform = torch.full((12, 10), 0.1)
    divergence = F.kl_div(F.log_softmax(theirs, dim=1), uniform, reduction="batchmean")
    expected = weight * (divergence + math.log(10))
    loss = digit_or_uniform_loss(ours, torch.full((12,), NOT_A_DIGIT), weight)
    assert_close(loss, expected)
    assert_close(loss, weight * F.cross_entropy(theirs, uniform))
    loss.backward()
    expected.backward()
    assert_close(ours.grad, theirs.grad)


def test_a_mixed_batch_averages_over_digits_and_weighted_non_digits() -> None:
    logits = random_logits().detach()
    labels = torch.tensor([3, 1, 4, NOT_A_DIGIT] * 3)
    digits, others = logits[labels >= 0], logits[labels < 0]
    digit_sum = F.cross_entropy(digits, labels[labels >= 0], reduction="sum")
    other_sum = F.cross_entropy(others, torch.full((3, 10), 0.1), reduction="sum")
    expected = (digit_sum + 0.25 * other_sum) / 12
    assert_close(digit_or_uniform_loss(logits, labels, 0.25), expected)


def test_equal_logits_are_the_best_answer_to_a_non_digit() -> None:
    logits = torch.full((1, 10), 2.0, requires_grad=True)
    loss = digit_or_uniform_loss(logits, torch.tensor([NOT_A_DIGIT]), 1.0)
    loss.backward()
    assert_close(loss.item(), math.log(10))
    assert_close(logits.grad, torch.zeros(1, 10))


# The schedules


def test_the_learning_rate_rises_for_a_tenth_and_then_falls_to_zero() -> None:
    recipe = Recipe(peak_learning_rate=0.4)
    assert 0 < learning_rate_at(recipe, 0.0) < 0.001
    assert_close(learning_rate_at(recipe, 0.05), 0.2)
    assert_close(learning_rate_at(recipe, 0.1), 0.4)
    assert_close(learning_rate_at(recipe, 0.55), 0.2)
    assert_close(learning_rate_at(recipe, 1.0), 0.0)
    rates = [learning_rate_at(recipe, k / 200) for k in range(201)]
    assert all(a < b for a, b in itertools.pairwise(rates[:21]))
    assert all(a > b for a, b in itertools.pairwise(rates[20:]))


def test_the_distorted_share_is_constant_until_calm_from_and_linear_after() -> None:
    recipe = Recipe(distorted_share=0.9, final_distorted_share=0.3, calm_from=0.7)
    shares = [distorted_share_at(recipe, progress) for progress in (0.0, 0.35, 0.7, 0.85, 1.0)]
    assert_close(shares, [0.9, 0.9, 0.9, 0.6, 0.3])


def test_the_distorted_share_may_stay_constant_to_the_end() -> None:
    assert distorted_share_at(Recipe(distorted_share=0.9, calm_from=1.0), 1.0) == 0.9


# What an epoch consists of


@given(count=st.integers(1, 60), per_epoch=st.integers(0, 80), seed=st.integers(0, 2**31))
def test_a_pool_is_drawn_from_without_replacement(count: int, per_epoch: int, seed: int) -> None:
    pool = random_pool(count, per_epoch)
    drawn = pool.draw(torch.Generator().manual_seed(seed)).tolist()
    assert len(drawn) == min(count, per_epoch)
    assert len(set(drawn)) == len(drawn)
    assert set(drawn) <= set(range(count))


def test_every_epoch_draws_another_part_of_a_pool() -> None:
    pool, generator = random_pool(200, per_epoch=50), torch.Generator().manual_seed(0)
    assert set(pool.draw(generator).tolist()) != set(pool.draw(generator).tolist())


def test_an_epoch_shows_every_picture_of_a_full_pool_once_under_its_own_label() -> None:
    model = GreyReader()
    trainer = Trainer(model, [grey_pool(200, per_epoch=200)], UNBENT)
    assert trainer.steps_per_epoch == 7
    assert max(train_epochs(trainer)) < 1e-6
    assert Counter(model.seen) == Counter(range(200))
    first_epoch = list(model.seen)
    train_epochs(trainer)
    assert Counter(model.seen) == Counter([*range(200)] * 2)
    assert model.seen[200:] != first_epoch
    assert trainer.epochs_done == 2


def test_an_epoch_mixes_the_pools_in_the_numbers_that_each_asks_for() -> None:
    model = GreyReader()
    dark = Pool(
        torch.full((50, 28, 28), 210, dtype=torch.uint8), torch.full((50,), NOT_A_DIGIT), 16
    )
    train_epochs(Trainer(model, [grey_pool(200, per_epoch=48), dark], UNBENT))
    assert len(model.seen) == 64
    assert model.seen.count(210) == 16
    assert 210 in model.seen[:32]
    assert 210 in model.seen[32:]


@pytest.mark.parametrize(("count", "batches"), [(32, 1), (33, 1), (34, 2), (64, 2), (65, 2)])
def test_a_last_batch_of_one_is_left_out_since_batch_norm_cannot_train_on_it(
    count: int, batches: int
) -> None:
    trainer = Trainer(DeepCNN(), [random_pool(count)], RECIPE)
    assert trainer.steps_per_epoch == batches
    assert all(math.isfinite(loss) for loss in train_epochs(trainer))
    assert trainer.epochs_done == 1


def test_the_share_of_distorted_pictures_is_the_recipes(monkeypatch: pytest.MonkeyPatch) -> None:
    bent: list[int] = []

    def count_and_keep(images_01: Tensor, *_: object) -> Tensor:
        bent.append(len(images_01))
        return images_01

    monkeypatch.setattr(training, "distort", count_and_keep)
    half = Recipe(epochs=2, batch_size=32, distorted_share=0.5, final_distorted_share=0.5)
    for recipe, low, high in ((UNBENT, 0, 0), (half, 400, 600)):
        bent.clear()
        train_epochs(Trainer(linear_model(), [random_pool(1000)], recipe))
        assert low <= sum(bent) <= high


def test_without_distortion_the_first_loss_is_that_of_the_plain_pictures() -> None:
    model, pool = linear_model(), random_pool(32)
    expected = F.cross_entropy(model(to_images_01(pool.images)), pool.labels)
    result = Trainer(model, [pool], UNBENT).step()
    assert_close(result.loss, expected.item())
    assert result.step == 1


# What a step does


def test_a_step_uses_the_learning_rate_of_its_progress() -> None:
    trainer = Trainer(linear_model(), [random_pool(64)], RECIPE)
    results = [trainer.step() for _ in range(trainer.total_steps)]
    assert [r.step for r in results] == [1, 2, 3, 4]
    expected = [learning_rate_at(RECIPE, k / 4) for k in range(4)]
    assert [r.learning_rate for r in results] == expected
    assert trainer.optimizer.param_groups[0]["lr"] == expected[-1]


def test_the_average_follows_the_weights_with_the_recipes_decay() -> None:
    recipe = Recipe(epochs=2, batch_size=32, ema_decay=0.75, peak_learning_rate=0.1)
    trainer = Trainer(linear_model(), [random_pool(64)], recipe)
    trainer.step()
    first = weights_of(trainer.model)
    assert_close(weights_of(trainer.averaged_model()), first)
    trainer.step()
    second = weights_of(trainer.model)
    expected = {name: 0.75 * first[name] + 0.25 * second[name] for name in first}
    assert (first["1.weight"] - second["1.weight"]).abs().max() > 1e-3
    assert_close(weights_of(trainer.averaged_model()), expected)


def test_the_averaged_model_is_in_evaluation_mode_and_apart_from_the_trained_one() -> None:
    trainer = deep_cnn_trainer()
    trainer.step()
    averaged = trainer.averaged_model()
    assert not any(module.training for module in averaged.modules())
    before = weights_of(averaged)
    with torch.no_grad():
        for parameter in trainer.model.parameters():
            parameter.add_(1)
    assert_close(weights_of(averaged), before, rtol=0, atol=0)


def test_training_learns_what_there_is_to_learn() -> None:
    labels = torch.arange(192) % 10
    images = random_pool(192).images // 4
    images[torch.arange(192), labels * 2, :] = 255
    recipe = replace(UNBENT, epochs=8, peak_learning_rate=0.01)
    trainer = Trainer(linear_model(), [Pool(images, labels, 192)], recipe)
    losses = train_epochs(trainer, epochs=8)
    assert losses[0] > 2
    assert max(losses[-6:]) < 0.3


def test_bfloat16_trains_with_float32_weights_and_a_similar_loss() -> None:
    losses = []
    for bfloat16 in (False, True):
        trainer = Trainer(linear_model(), [random_pool(64)], UNBENT, bfloat16=bfloat16)
        losses.append(trainer.step().loss)
        assert {p.dtype for p in trainer.model.parameters()} == {torch.float32}
    assert losses[0] != losses[1]
    assert_close(losses[0], losses[1], rtol=0.02, atol=0)


# Divergence


def test_a_loss_that_is_not_finite_stops_the_training_and_spares_the_average() -> None:
    trainer = Trainer(linear_model(), [random_pool(64)], RECIPE)
    trainer.step()
    average = weights_of(trainer.averaged_model())
    with torch.no_grad():
        for parameter in trainer.model.parameters():
            parameter.fill_(float("nan"))
    with pytest.raises(TrainingDiverged, match="nan at step 1"):
        trainer.step()
    assert trainer.step_count == 1
    assert_close(weights_of(trainer.averaged_model()), average, rtol=0, atol=0)


# Seeds, saving and resuming


def test_the_same_seed_gives_the_same_losses_and_another_seed_others() -> None:
    assert train_epochs(deep_cnn_trainer(0)) == train_epochs(deep_cnn_trainer(0))
    assert train_epochs(deep_cnn_trainer(0)) != train_epochs(deep_cnn_trainer(1))


def test_a_resumed_training_goes_on_bit_for_bit(tmp_path: Path) -> None:
    straight = deep_cnn_trainer()
    train_epochs(straight)
    straight.save(tmp_path / "checkpoint.safetensors")
    expected_losses = train_epochs(straight)

    resumed = deep_cnn_trainer(seed=99)
    resumed.restore(tmp_path / "checkpoint.safetensors")
    assert resumed.epochs_done == 1
    assert train_epochs(resumed) == expected_losses
    for ours, theirs in (
        (resumed.model, straight.model),
        (resumed.averaged_model(), straight.averaged_model()),
    ):
        assert_close(weights_of(ours), weights_of(theirs), rtol=0, atol=0)


def test_restoring_in_the_middle_of_an_epoch_forgets_the_rest_of_it(tmp_path: Path) -> None:
    trainer = deep_cnn_trainer()
    train_epochs(trainer)
    trainer.save(tmp_path / "checkpoint.safetensors")
    expected_losses = train_epochs(trainer)
    trainer.restore(tmp_path / "checkpoint.safetensors")
    trainer.step()
    trainer.restore(tmp_path / "checkpoint.safetensors")
    assert train_epochs(trainer) == expected_losses


def test_a_checkpoint_is_plain_safetensors_in_a_folder_made_for_it(tmp_path: Path) -> None:
    trainer = deep_cnn_trainer()
    trainer.step()
    path = tmp_path / "new" / "folder" / "checkpoint.safetensors"
    trainer.save(path)
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    with safe_open(path, framework="pt") as saved:
        assert int(saved.get_tensor("step_count")) == 1
        assert {name.split(".")[0] for name in saved.keys()} == {  # noqa: SIM118
            "average", "model", "optimizer", "random", "step_count",
        }  # fmt: skip
        for name, value in trainer.model.state_dict().items():
            assert torch.equal(saved.get_tensor(f"model.{name}"), value)


def test_a_save_that_fails_leaves_the_last_checkpoint_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disk_full(_: object, path: Path) -> None:
        path.write_bytes(b"half a checkpoint")
        raise OSError("No space left on device")

    path = tmp_path / "checkpoint.safetensors"
    trainer = Trainer(linear_model(), [random_pool(64)], RECIPE)
    trainer.step()
    trainer.save(path)
    before = path.read_bytes()
    trainer.step()
    monkeypatch.setattr(training, "save_file", disk_full)
    with pytest.raises(OSError, match="No space"):
        trainer.save(path)
    assert path.read_bytes() == before
