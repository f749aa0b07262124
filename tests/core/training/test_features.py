import pytest
import torch
from torch.testing import assert_close

from mnist_core.data.mnist import to_images_01
from mnist_core.models.resnet18_transfer import ResNet18Transfer
from mnist_core.training import features as features_module
from mnist_core.training.features import FrozenFeatures, features_of
from mnist_core.training.run import Run
from tests.core.trainings import barred_digits, quick_recipe, quick_run


@pytest.fixture(autouse=True)
def an_empty_shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features_module, "SHELF", features_module._Shelf(10**6))


def resnet_run(**changes: object) -> Run:
    return quick_run("resnet18_transfer", train=12, **changes)


def prepared(run: Run) -> Run:
    while run.is_preparing:
        run.work()
    return run


def test_features_are_those_of_the_backbone_to_three_digits() -> None:
    run = prepared(resnet_run())
    model = run.trainer.model
    assert isinstance(model, ResNet18Transfer)
    images = to_images_01(barred_digits(12, seed=1).images)
    with torch.inference_mode():
        expected = model.eval().embed(images)
    assert_close(run.trainer.order.images.float(), expected, rtol=2e-3, atol=1e-3)
    with torch.inference_mode():
        assert_close(model(expected), model(images), rtol=1e-4, atol=1e-4)


def test_the_head_trains_on_features_as_it_does_on_pictures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = resnet_run()
    kept.advance_epoch()
    monkeypatch.setattr("mnist_core.training.run.can_be_kept", lambda model, recipe: False)
    plain = resnet_run()
    assert not plain.is_preparing
    plain.advance_epoch()
    assert_close(
        torch.from_numpy(kept.history.column("loss")),
        torch.from_numpy(plain.history.column("loss")),
        rtol=2e-3,
        atol=2e-3,
    )
    assert kept.history.tests[-1].accuracy == plain.history.tests[-1].accuracy


def test_preparing_is_done_in_small_parts_and_says_how_far_it_is() -> None:
    run = resnet_run()
    assert run.progress.preparing == 0
    run.work()
    share = run.progress.preparing
    assert share is not None
    assert 0 < share < 1
    assert run.step_count == 0
    prepared(run)
    assert run.progress.preparing is None
    run.work()
    assert run.step_count == 1


def test_a_picture_goes_through_the_backbone_once_however_many_epochs_and_runs_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = []
    embed = ResNet18Transfer.embed

    def counted(model: ResNet18Transfer, images_01: torch.Tensor) -> torch.Tensor:
        seen.append(len(images_01))
        return embed(model, images_01)

    monkeypatch.setattr(ResNet18Transfer, "embed", counted)
    run = resnet_run()
    run.advance_epoch()
    run.advance_epoch()
    assert sum(seen) == 12 + 20
    again = resnet_run(learning_rate=0.01)
    assert not again.is_preparing or again.progress.preparing == 1
    again.advance_epoch()
    assert sum(seen) == 12 + 20


def test_where_batch_norm_changes_the_features_they_are_not_kept() -> None:
    run = resnet_run(frozen_batch_norm=False)
    assert not run.is_preparing
    run.work()
    assert run.step_count == 1


def test_another_backbone_has_other_features() -> None:
    first, second = (resnet_run(seed=seed) for seed in (0, 1))
    assert not torch.equal(
        prepared(first).trainer.order.images, prepared(second).trainer.order.images
    )


def test_the_shelf_forgets_the_oldest_features_when_it_is_full() -> None:
    model = resnet_run().trainer.model
    assert isinstance(model, ResNet18Transfer)
    features_module.SHELF.max_bytes = 3000 * 100
    kept = features_of(model, *(barred_digits(100, seed).images for seed in range(3)))
    assert all(isinstance(one, FrozenFeatures) for one in kept)
    assert features_of(model, barred_digits(100, 2).images)[0] is kept[2]
    assert features_of(model, barred_digits(100, 0).images)[0] is not kept[0]


def test_the_test_sample_is_drawn_at_random_but_always_the_same() -> None:
    recipe = quick_recipe("resnet18_transfer", batch_size=4)
    train, test = barred_digits(8, seed=1), barred_digits(700, seed=2)
    runs = [Run("resnet18_transfer", recipe, train, test) for _ in range(2)]
    assert len(runs[0].test) == 500
    assert torch.equal(runs[0].test.images, runs[1].test.images)
    assert not torch.equal(runs[0].test.images, test.images[:500])
    assert len(Run("mlp", quick_recipe("mlp"), train, test).test) == 700


def test_features_that_were_kept_need_not_be_computed_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = resnet_run()
    for _ in range(2):
        begun.work()
    kept = {name: value.clone() for name, value in begun.prepared().items()}
    straight = prepared(begun)
    monkeypatch.setattr(features_module, "SHELF", features_module._Shelf(10**6))
    resumed = resnet_run()
    resumed.take_prepared(kept)
    units = 0
    while resumed.is_preparing:
        resumed.work()
        units += 1
    assert units == 5 - 2  # of 12 and 20 pictures in parts of 8
    assert torch.equal(resumed.trainer.order.images, straight.trainer.order.images)


@pytest.mark.parametrize("damage", ["other", "shape", "kind", "too many"])
def test_features_of_something_else_are_not_taken(damage: str) -> None:
    features = FrozenFeatures(barred_digits(8).images, "mine")
    whole = torch.ones(8, 512, dtype=torch.float16)
    kept = {
        "other": {"another": whole},
        "shape": {"mine": whole[:, :10]},
        "kind": {"mine": whole.float()},
        "too many": {"mine": torch.cat([whole, whole])},
    }
    features.take(kept[damage])
    assert features.done == 0
    features.take({"mine": whole})
    assert features.is_complete
