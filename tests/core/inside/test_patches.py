"""The pictures that excite a unit most: found by search, stored, and read back with care."""

from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.testing import assert_close

from mnist_core.data.mnist import Digits, to_images_01
from mnist_core.errors import WeightsUnusable
from mnist_core.inside.fields import Field
from mnist_core.inside.patches import (
    COUNT,
    PATCHES_DIR,
    Exciting,
    find_exciting,
    load_patches,
    own_material,
    patches_of,
    save_patches,
)
from mnist_core.inside.trace import trace
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.pictures.own_digits import own_digit
from mnist_core.shipping.patches import main
from mnist_core.weights import load_trained
from tests.core.seeded import small_classifier
from tests.core.shipped import TRACED
from tests.core.tiny import tiny_digits

seeds = st.integers(0, 10_000)


def maps_of(model: FeatureClassifier, images: Tensor) -> dict[str, Tensor]:
    """Layer → (N, C, places)."""
    with torch.inference_mode():
        layers = trace(model, to_images_01(images))
    return {layer.name: layer.outputs.reshape(*layer.outputs.shape[:2], -1) for layer in layers}


@settings(max_examples=8)
@given(seeds, st.integers(1, 120), st.integers(1, 9))
def test_the_strongest_of_all_pictures_are_found(seed, pictures, count):
    model, images = small_classifier(seed), tiny_digits(pictures, seed).images
    maps = maps_of(model, images)
    found = find_exciting(model, images, count)
    assert set(found) == {"features.1", "head"}
    for name, exciting in found.items():
        width = 26 if name == "features.1" else 1
        best = maps[name].amax(dim=2).T.sort(dim=1, descending=True).values[:, :count]
        assert_close(exciting.activation, best, rtol=1e-4, atol=1e-4)
        for unit in range(len(best)):
            places = exciting.row[unit].long() * width + exciting.column[unit]
            there = maps[name][exciting.index[unit].long(), unit, places]
            assert_close(exciting.activation[unit], there, rtol=1e-4, atol=1e-4)
            assert len(set(exciting.index[unit].tolist())) == min(count, pictures)


def test_patches_are_cut_at_the_receptive_field_and_only_where_the_unit_is_excited():
    exciting = Exciting(
        index=torch.tensor([[7, 3, 5]], dtype=torch.int32),
        row=torch.tensor([[4, 0, 9]], dtype=torch.int16),
        column=torch.tensor([[25, 1, 9]], dtype=torch.int16),
        activation=torch.tensor([[2.5, 0.5, 0.0]]),
    )
    patches = patches_of(small_classifier(0), exciting, "features.1", 0)
    assert [(patch.index, patch.activation) for patch in patches] == [(7, 2.5), (3, 0.5)]
    assert patches[0].field == Field(4, 25, 3, 3)
    linear = patches_of(small_classifier(0), exciting, "head", 0)
    assert linear[0].field == Field(0, 0, 28, 28)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_nothing_excites_a_network_that_has_diverged(number: float):
    model = small_classifier(0)
    model.features[0].weight.data.fill_(number)
    found = find_exciting(model, tiny_digits(12).images)
    for name, exciting in found.items():
        assert all(not patches_of(model, exciting, name, k) for k in range(len(exciting.index)))


def test_our_own_material_is_every_digit_in_nine_places():
    material = own_material()
    assert material.images.shape == (90, 28, 28)
    assert material.labels.bincount().tolist() == [9] * 10
    middle = material.images[5 * 9 + 4].float() / 255
    assert_close(middle, own_digit(5)[0, 0], rtol=0, atol=0.51 / 255)
    assert len({image.numpy().tobytes() for image in material.images}) == 90


# Stored


KEY = "softmax_regression"


def find_and_save(folder: Path) -> dict[str, Exciting]:
    found = find_exciting(load_trained(KEY).model, tiny_digits(20).images)
    save_patches(KEY, found, folder)
    return found


def test_what_was_saved_is_loaded(tmp_path: Path):
    found = find_and_save(tmp_path)
    loaded = load_patches(KEY, tmp_path)
    assert loaded.keys() == found.keys()
    for name, exciting in found.items():
        for part, value in vars(exciting).items():
            assert_close(getattr(loaded[name], part), value, rtol=0, atol=0)


def tampered(folder: Path, name: str, value: Tensor | None) -> None:
    path = folder / f"{KEY}.safetensors"
    tensors = load_file(path)
    if value is None:
        del tensors[name]
    else:
        tensors[name] = value
    save_file(tensors, path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("weights_sha256", torch.zeros(32, dtype=torch.uint8)),
        ("head/index", torch.full((10, COUNT), 10_000, dtype=torch.int32)),
        ("head/row", torch.full((10, COUNT), -1, dtype=torch.int16)),
        ("head/column", torch.full((10, COUNT), 28, dtype=torch.int16)),
        ("head/activation", torch.full((10, COUNT), float("nan"))),
        ("head/activation", torch.zeros(10, COUNT, dtype=torch.float64)),
        ("head/row", torch.zeros(9, COUNT, dtype=torch.int16)),
        ("head/row", None),
        ("more", torch.zeros(1)),
    ],
)
def test_a_file_that_does_not_fit_is_refused(tmp_path: Path, name: str, value: Tensor | None):
    find_and_save(tmp_path)
    tampered(tmp_path, name, value)
    with pytest.raises(WeightsUnusable, match=rf"{KEY}\.safetensors"):
        load_patches(KEY, tmp_path)


def test_a_truncated_or_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(WeightsUnusable, match="missing"):
        load_patches(KEY, tmp_path)
    find_and_save(tmp_path)
    path = tmp_path / f"{KEY}.safetensors"
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(WeightsUnusable, match="not a readable"):
        load_patches(KEY, tmp_path)


@pytest.mark.parametrize("key", TRACED)
def test_every_shipped_network_has_its_patches_as_numbers_only(key: str):
    loaded = load_patches(key)
    assert "head" in loaded
    assert (PATCHES_DIR / f"{key}.safetensors").stat().st_size < 200_000
    for exciting in loaded.values():
        assert (exciting.activation.diff(dim=1) <= 0).all()
        assert all(len(set(row)) == COUNT for row in exciting.index.tolist())


@pytest.mark.mnist
@pytest.mark.parametrize("key", TRACED)
def test_stored_activations_are_what_the_network_computes_there(
    key: str, mnist_test_digits: Digits
):
    model, stored = load_trained(key).model, load_patches(key)
    generator = torch.Generator().manual_seed(0)
    chosen = {
        name: torch.randint(0, len(exciting.index), (2,), generator=generator).tolist()
        for name, exciting in stored.items()
    }
    needed = torch.cat([stored[name].index[units].flatten() for name, units in chosen.items()])
    pictures = needed.unique().long()
    with torch.inference_mode():
        layers = trace(model, to_images_01(mnist_test_digits.images[pictures]))
    outputs = {layer.name: layer.outputs for layer in layers}
    for name, units in chosen.items():
        values = outputs[name] if outputs[name].ndim == 4 else outputs[name][..., None, None]
        for unit in units:
            where = torch.searchsorted(pictures, stored[name].index[unit].long())
            row, column = stored[name].row[unit].long(), stored[name].column[unit].long()
            computed = values[where, unit, row, column]
            assert_close(stored[name].activation[unit], computed, rtol=1e-4, atol=1e-4)


@pytest.mark.mnist
@pytest.mark.parametrize("key", TRACED)
def test_no_other_picture_excites_a_unit_more_than_its_ninth(key: str, mnist_test_digits: Digits):
    stored = load_patches(key)
    generator = torch.Generator().manual_seed(1)
    sample = torch.randperm(len(mnist_test_digits), generator=generator)[:200]
    maps = maps_of(load_trained(key).model, mnist_test_digits.images[sample])
    for name, exciting in stored.items():
        best = maps[name].amax(dim=2)  # (200, C)
        is_stored = (sample[:, None, None] == exciting.index).any(dim=2)
        others = torch.where(is_stored, -torch.inf, best)
        assert (others <= exciting.activation[:, -1] + 1e-4).all()


def test_the_command_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))
    assert main([KEY]) == 1
    assert "MNIST is not in" in capsys.readouterr().err
