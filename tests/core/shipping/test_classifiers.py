import json
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor
from torch.testing import assert_close

from mnist_core import train as command
from mnist_core.data.mnist import Digits, to_images_01
from mnist_core.errors import DataUnavailable, MnistLabError
from mnist_core.models.deep_cnn import DeepCNN
from mnist_core.models.recipes import MLP_SOURCE, Recipe
from mnist_core.models.registry import MODELS
from mnist_core.models.softmax_regression import SoftmaxRegression
from mnist_core.shipping import classifiers as shipping
from mnist_core.shipping import run_folder
from mnist_core.shipping.classifiers import (
    TRADE_OFF_SHARES,
    Material,
    calibrate,
    gather_material,
    measure_held_out,
    trade_off,
    train,
)
from mnist_core.shipping.run_folder import claim_run
from mnist_core.training.objectives import NOT_A_DIGIT
from mnist_core.training.order import Pool
from mnist_core.training.trainer import Trainer
from mnist_core.weights import load_trained, save_trained
from tests.core.trainings import barred_digits, noise, numbered_digits

RECIPE = Recipe(
    "digit_or_uniform", "adamw", learning_rate=2e-3, batch_size=32, epochs=2, seed=7,
    schedule="warm_up_cosine", weight_decay=0.02, ema_decay=0.999,
    distorted_share=0.9, final_distorted_share=0.3, calm_from=0.7,
)  # fmt: skip


@pytest.fixture(scope="module")
def material() -> Material:
    digits, held_out = barred_digits(64, seed=1), barred_digits(40, seed=2)
    pool = Pool.of(digits)
    no_digit = Pool(noise(32, seed=3), torch.full((32,), NOT_A_DIGIT), 16)
    return Material(
        [pool, no_digit], [pool], [held_out], noise(32, 3), noise(20, 4), {"mnist": "0" * 64}
    )


def new_trainer(material: Material, recipe: Recipe = RECIPE, seed: int = 0) -> Trainer:
    torch.manual_seed(seed)
    return Trainer(DeepCNN(0.2, 0.3), material.pools, recipe)


def untimed(history: list[dict[str, float]]) -> list[dict[str, float]]:
    return [{k: v for k, v in row.items() if k != "elapsed_s"} for row in history]


def averaged_weights_of(trainer: Trainer) -> dict[str, Tensor]:
    return {k: v.clone() for k, v in trainer.averaged_model().state_dict().items()}


# Training


def test_training_writes_checkpoint_best_weights_and_history(
    tmp_path: Path, material: Material
) -> None:
    trainer = new_trainer(material)
    history = train(trainer, material, tmp_path)
    names = {"best.safetensors", "checkpoint.safetensors", "history.json"}
    assert {p.name for p in tmp_path.iterdir() if "first_layer" not in p.name} == names
    assert len(list(tmp_path.glob("first_layer_*.safetensors"))) >= 1
    assert json.loads((tmp_path / "history.json").read_text()) == history
    assert [row["epoch"] for row in history] == [1, 2]
    assert ["best" in row for row in history] == [False, True]
    expected = {"held_out_loss", "held_out_accuracy", "training_loss", "elapsed_s", "epoch", "best"}
    assert set(history[1]) == expected
    best = load_file(tmp_path / "best.safetensors")
    assert_close(best, averaged_weights_of(trainer), rtol=0, atol=0)


def test_a_finished_training_is_not_trained_further(
    tmp_path: Path, material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = new_trainer(material)
    history = train(first, material, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.setattr(Trainer, "step", lambda _: pytest.fail("it was trained further"))
    second = new_trainer(material, seed=99)
    assert train(second, material, tmp_path) == history
    assert second.epochs_done == 2
    assert_close(averaged_weights_of(second), averaged_weights_of(first), rtol=0, atol=0)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("killed_while", ["training", "measuring", "noting", "saving"])
def test_a_training_killed_in_its_second_epoch_ends_like_one_that_was_not(
    tmp_path: Path, material: Material, monkeypatch: pytest.MonkeyPatch, killed_while: str
) -> None:
    straight = new_trainer(material)
    expected = train(straight, material, tmp_path / "straight")

    owner, name = {
        "training": (run_folder, "train_epoch"),
        "measuring": (shipping, "measure_held_out"),
        "noting": (run_folder, "write_history"),
        "saving": (Trainer, "save"),
    }[killed_while]
    function, calls = getattr(owner, name), []

    def killed_at_the_second_call(*arguments: Any) -> Any:
        calls.append(name)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return function(*arguments)

    run = tmp_path / "killed"
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, killed_at_the_second_call)
        with pytest.raises(KeyboardInterrupt):
            train(new_trainer(material), material, run)

    resumed = new_trainer(material, seed=99)
    assert untimed(train(resumed, material, run)) == untimed(expected)
    assert_close(averaged_weights_of(resumed), averaged_weights_of(straight), rtol=0, atol=0)
    assert_close(
        load_file(run / "best.safetensors"),
        load_file(tmp_path / "straight" / "best.safetensors"),
        rtol=0,
        atol=0,
    )


def test_the_best_epoch_is_that_of_the_lowest_held_out_loss_late_in_the_training(
    tmp_path: Path, material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    losses = [0.1, 0.2, 0.3, 0.6, 0.4, 0.5]  # CHOOSE_FROM: after 3.6 epochs of 6
    weights: list[dict[str, Tensor]] = []

    def prescribed(trainer: Trainer, _: list[Digits]) -> dict[str, float]:
        weights.append(averaged_weights_of(trainer))
        return {"held_out_loss": losses[len(weights) - 1], "held_out_accuracy": 0.5}

    monkeypatch.setattr(shipping, "measure_held_out", prescribed)
    history = train(new_trainer(material, replace(RECIPE, epochs=6)), material, tmp_path)
    assert [row["epoch"] for row in history if "best" in row] == [4, 5]
    assert_close(load_file(tmp_path / "best.safetensors"), weights[4], rtol=0, atol=0)
    assert not torch.equal(weights[4]["head.weight"], weights[5]["head.weight"])


def test_held_out_figures_are_averaged_over_the_sets_whatever_their_sizes(
    material: Material,
) -> None:
    trainer = new_trainer(material)
    sets = [barred_digits(50, seed=5), barred_digits(10, seed=6)]
    measured = measure_held_out(trainer, sets)
    losses, accuracies = [], []
    with torch.no_grad():
        for digits in sets:
            logits = trainer.averaged_model()(to_images_01(digits.images))
            losses.append(F.cross_entropy(logits, digits.labels.long()).item())
            accuracies.append((logits.argmax(dim=1) == digits.labels).float().mean().item())
    assert_close(measured["held_out_loss"], sum(losses) / 2, rtol=1e-5, atol=1e-6)
    assert_close(measured["held_out_accuracy"], sum(accuracies) / 2)


# What the recipes ask for


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, Tensor]:
    """Pictures instead of the pen pictures, of a grey that says what they are."""

    def grey(count: int, value: int) -> Tensor:
        return torch.full((count, 28, 28), value, dtype=torch.uint8)

    pictures = {
        "pen": grey(50, 201),
        "pen_labels": torch.full((50,), 1),
        "held_out_pen": grey(20, 202),
        "held_out_pen_labels": torch.full((20,), 2),
        "low_resolution": grey(40, 205),
        "low_resolution_labels": torch.full((40,), 3),
        "held_out_low_resolution": grey(15, 206),
        "held_out_low_resolution_labels": torch.full((15,), 4),
        "non_digits": grey(30, 203),
        "held_out_non_digits": grey(10, 204),
    }
    monkeypatch.setattr(shipping, "load_or_draw", lambda *_: pictures)
    return pictures


def greys_of(pools: list[Pool]) -> set[int]:
    return {int(grey) for pool in pools for grey in pool.images[:, 0, 0]}


@pytest.mark.usefixtures("drawn")
def test_mnist_alone_means_that_no_pen_stroke_and_no_held_out_digit_is_trained_on() -> None:
    material = gather_material("deep_cnn", replace(RECIPE, held_out=20), numbered_digits(100))
    trained_on = greys_of(material.pools)
    held_out = set(material.held_out[0].images[:, 0, 0].tolist())
    assert len(trained_on) == 80
    assert trained_on | held_out == set(range(100))
    assert len(material.held_out) == len(material.digit_pools) == 1
    assert set(material.checksums) == {"mnist", "non-digits"}


@pytest.mark.usefixtures("drawn")
def test_pen_strokes_and_non_digits_join_in_the_numbers_that_the_recipe_asks_for() -> None:
    recipe = replace(
        RECIPE,
        held_out=20,
        pen_per_epoch=40,
        low_resolution_per_epoch=10,
        non_digits_per_epoch=25,
    )
    material = gather_material("deep_cnn_pen", recipe, numbered_digits(100))
    assert [pool.per_epoch for pool in material.pools] == [80, 10, 40, 25]
    assert greys_of(material.pools[1:]) == {201, 203, 205}
    assert greys_of(material.digit_pools[1:]) == {201, 205}
    assert set(material.pools[3].labels.tolist()) == {NOT_A_DIGIT}
    assert [set(digits.labels.tolist()) for digits in material.held_out[1:]] == [{4}, {2}]
    assert [int(digits.images[0, 0, 0]) for digits in material.held_out[1:]] == [206, 202]
    assert set(material.checksums) == {
        "mnist", "uploads of 8×8 cells", "pen pictures", "non-digits",
    }  # fmt: skip


@pytest.mark.usefixtures("drawn")
def test_a_network_that_refuses_nothing_needs_no_pen_strokes() -> None:
    material = gather_material("mlp", replace(RECIPE, held_out=20), numbered_digits(100))
    assert material.non_digits is None
    assert set(material.checksums) == {"mnist"}
    refusal, says = calibrate(SoftmaxRegression(), material, 0.008)
    assert refusal is None
    assert says["refusal"] is None
    assert says["temperature"] > 0


def test_the_threshold_turns_away_the_share_of_held_out_digits_that_is_asked_for(
    material: Material,
) -> None:
    torch.manual_seed(0)
    model = DeepCNN(0.2, 0.3).eval()
    for share in (0.1, 0.3):
        _, says = calibrate(model, material, share)
        assert says["refusal"]["refused_share"] == share
        assert_close(says["refusal"]["refused_held_out_digits"][-1], share, rtol=0, atol=1 / 40)


# What other thresholds would do


def test_the_trade_off_counts_what_each_threshold_would_refuse() -> None:
    digits, non_digits = torch.linspace(0.5, 1, 1001), torch.linspace(0, 0.52, 521)
    for row, share in zip(trade_off(digits, non_digits), TRADE_OFF_SHARES, strict=True):
        assert_close(row["threshold"], 0.5 + share / 2, rtol=0, atol=1e-6)
        assert_close(row["refused_digits"], share, rtol=0, atol=0.0011)
        expected = min(row["threshold"], 0.52) / 0.52
        assert_close(row["refused_non_digits"], expected, rtol=0, atol=0.003)


# A folder belongs to one training


def test_a_folder_begun_with_other_settings_is_not_trained_on(
    tmp_path: Path, material: Material
) -> None:
    run = tmp_path / "run"
    claim_run(run, RECIPE)
    claim_run(run, replace(RECIPE, seed=8))  # nothing was trained yet
    new_trainer(material).save(run / "checkpoint.safetensors")
    claim_run(run, replace(RECIPE, seed=8))
    with pytest.raises(MnistLabError, match=r"other settings.*--folder"):
        claim_run(run, RECIPE)
    assert json.loads((run / "recipe.json").read_text()) == asdict(replace(RECIPE, seed=8))


def test_only_where_no_schedule_depends_on_them_more_epochs_are_no_other_settings(
    tmp_path: Path,
) -> None:
    for recipe, may_change in ((MLP_SOURCE, True), (RECIPE, False)):
        run = tmp_path / recipe.schedule
        claim_run(run, recipe)
        (run / "checkpoint.safetensors").touch()
        longer = replace(recipe, epochs=recipe.epochs + 1)
        if may_change:
            claim_run(run, longer)
            assert json.loads((run / "recipe.json").read_text())["epochs"] == longer.epochs
        else:
            with pytest.raises(MnistLabError, match="other settings"):
                claim_run(run, longer)


# From the command to the card


@pytest.fixture
def tiny_world(tmp_path: Path, material: Material, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All of `main`, on tiny data and away from the shipped weights; returns their folder."""
    folder = tmp_path / "weights"
    for module in (command, shipping):
        monkeypatch.setattr(module, "load_mnist", lambda split: barred_digits(30, seed=len(split)))
        monkeypatch.setattr(module, "gather_material", lambda key, recipe, mnist: material)
    monkeypatch.setattr(shipping, "save_trained", partial(save_trained, folder=folder))
    monkeypatch.setattr(shipping, "FIRST_LAYER_DIR", folder / "first_layer")
    monkeypatch.delenv("STROKES_DIR", raising=False)
    return folder


def test_the_command_ends_with_weights_that_load_and_a_card_of_what_was_done(
    tmp_path: Path, tiny_world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    line = ["deep_cnn", "--epochs", "2", "--seed", "3", "--device", "cpu", "--folder", str(run)]
    command.main(line)
    trained = load_trained("deep_cnn", tiny_world)
    card = trained.card
    assert card.command == f"python -m mnist_core.train {' '.join(line)}"
    made = replace(MODELS["deep_cnn"].recipe, epochs=2, seed=3)
    assert card.recipe == asdict(made)
    assert card.epoch == 2
    assert card.parameter_count == sum(p.numel() for p in trained.model.parameters())
    assert card.data == {"mnist": "0" * 64}
    assert card.judge == {}
    assert 0 <= card.mnist_test_accuracy <= 1
    assert card.refusal is not None
    assert card.refusal["refused_share"] == made.refused_share
    assert f"torch {torch.__version__}" in card.machine
    moments = load_file(tiny_world / "first_layer" / "deep_cnn.safetensors")
    assert min(moments) == "000000"
    assert all(moment.shape == (32, 1, 3, 3) for moment in moments.values())
    best = load_file(run / "best.safetensors")
    assert_close(dict(trained.model.state_dict()), best, rtol=0, atol=0)
    shown = capsys.readouterr().out
    assert "Not judged on pen strokes" in shown
    assert json.loads(shown[shown.index("{\n  ") :]) == asdict(card)


def test_when_measuring_fails_the_weights_of_before_stay(
    tmp_path: Path, tiny_world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_test_digits(split: str) -> Digits:
        if split == "test":
            raise DataUnavailable("The test digits are damaged.")
        return barred_digits(30, seed=0)

    monkeypatch.setattr(shipping, "load_mnist", no_test_digits)
    with pytest.raises(DataUnavailable):
        command.main(["deep_cnn", "--epochs", "1", "--device", "cpu", "--folder", str(tmp_path)])
    assert not tiny_world.exists()
