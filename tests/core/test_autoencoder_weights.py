"""Shipped autoencoders: what loads, what is refused, and what they can do, measured here."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch.testing import assert_close

from mnist_core.data.mnist import Digits, to_images_01
from mnist_core.errors import WeightsUnusable
from mnist_core.latent.codes import (
    encode_all,
    error_at_mean,
    kl_per_dimension,
    log_likelihood,
    loss_terms_of,
    reconstruct,
    redraw_error,
)
from mnist_core.latent.generate import generate_digits
from mnist_core.latent.likeness import error_percentile
from mnist_core.latent.plane import load_map
from mnist_core.models.cvae import ConditionalVAE
from mnist_core.models.registry import AUTOENCODERS
from mnist_core.shipping.autoencoders import read_as_asked
from mnist_core.shipping.judging import called_unusual, judge_redrawing
from mnist_core.training.run import first_digits
from mnist_core.weights import WEIGHTS_DIR, load_autoencoder, load_autoencoder_card


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A copy of what is shipped of the vae, to be damaged."""
    (tmp_path / "maps").mkdir()
    for name in ("vae.json", "vae.safetensors", "maps/vae.safetensors"):
        shutil.copy(WEIGHTS_DIR / name, tmp_path / name)
    load_autoencoder.cache_clear()
    load_map.cache_clear()
    yield tmp_path
    load_autoencoder.cache_clear()
    load_map.cache_clear()


def load_all(folder: Path) -> None:
    load_autoencoder("vae", folder)
    load_map("vae", folder)


# Loading


@pytest.mark.parametrize("key", AUTOENCODERS)
def test_every_shipped_autoencoder_loads_frozen_with_its_card_and_map(key: str) -> None:
    trained = load_autoencoder(key)
    assert trained.card.key == key
    assert trained.card.command == f"python -m mnist_core.train {key}"
    assert trained.card.parameter_count == sum(p.numel() for p in trained.model.parameters())
    assert not any(part.training for part in trained.model.modules())
    assert not any(parameter.requires_grad for parameter in trained.model.parameters())
    assert len(trained.card.kl_per_dimension) == trained.model.latent_dim
    found = load_map(key)
    assert found.coordinates.shape == (10_000, 2)
    assert set(found.labels.tolist()) == set(range(10))
    assert_close(found.plane.axes @ found.plane.axes.T, torch.eye(2), rtol=0, atol=1e-4)


def test_the_map_of_two_latent_numbers_is_the_latent_space_itself() -> None:
    assert torch.equal(load_map("vae2d").plane.axes, torch.eye(2))


@pytest.mark.parametrize("name", ["vae.json", "vae.safetensors", "maps/vae.safetensors"])
def test_a_missing_file_is_named_in_a_sentence(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(WeightsUnusable, match="missing"):
        load_all(folder)


@pytest.mark.parametrize("name", ["vae.safetensors", "maps/vae.safetensors"])
def test_a_truncated_file_is_refused_with_a_sentence(folder: Path, name: str) -> None:
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[: len(data) // 2])
    with pytest.raises(WeightsUnusable):
        load_all(folder)


def test_an_altered_weight_file_is_refused_with_a_sentence(folder: Path) -> None:
    path = folder / "vae.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(WeightsUnusable, match="altered"):
        load_autoencoder("vae", folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"key": "vae"}', "null"])
def test_a_damaged_card_is_refused_with_a_sentence(folder: Path, text: str) -> None:
    (folder / "vae.json").write_text(text)
    with pytest.raises(WeightsUnusable, match="damaged"):
        load_autoencoder_card("vae", folder)


def test_the_card_of_another_network_is_refused_with_a_sentence(folder: Path) -> None:
    content = json.loads((folder / "vae.json").read_text())
    (folder / "vae.json").write_text(json.dumps({**content, "key": "vae2d"}))
    with pytest.raises(WeightsUnusable, match="not that of vae"):
        load_autoencoder_card("vae", folder)


def test_the_map_of_another_network_is_refused_with_a_sentence(folder: Path) -> None:
    shutil.copy(WEIGHTS_DIR / "maps" / "vae2d.safetensors", folder / "maps" / "vae.safetensors")
    with pytest.raises(WeightsUnusable, match="another network"):
        load_map("vae", folder)


# What they can do


@pytest.mark.mnist
@pytest.mark.parametrize(("key", "bar"), [("vae", 100.5), ("vae2d", 150.0), ("cvae", 110.0)])
def test_the_loss_of_the_test_digits_is_as_the_card_says(
    key: str, bar: float, mnist_test_digits: Digits
) -> None:
    trained = load_autoencoder(key)
    terms = loss_terms_of(trained.model, mnist_test_digits)
    loss = float(terms.loss.mean())
    assert loss <= bar
    assert loss == pytest.approx(trained.card.test["loss"], abs=0.05)
    assert float(terms.kl.mean()) == pytest.approx(trained.card.test["kl"], abs=0.05)


@pytest.mark.mnist
def test_the_likelihood_is_above_the_bound_and_near_the_card_s(mnist_test_digits: Digits) -> None:
    trained, digits = load_autoencoder("vae"), first_digits(mnist_test_digits, 40)
    images_01 = to_images_01(digits.images)
    estimates = [
        log_likelihood(trained.model, images_01[i : i + 1], 500, seed=i) for i in range(40)
    ]
    mean = sum(estimates) / 40
    assert mean > -float(loss_terms_of(trained.model, digits).loss.mean())
    assert mean == pytest.approx(trained.card.log_likelihood["mean"], abs=12)


@pytest.mark.mnist
@pytest.mark.parametrize("key", AUTOENCODERS)
def test_the_map_and_the_dimensions_are_those_of_the_test_digits(
    key: str, mnist_test_digits: Digits
) -> None:
    trained, found = load_autoencoder(key), load_map(key)
    codes = encode_all(trained.model, first_digits(mnist_test_digits, 500))
    expected = found.plane.project(codes.mean)
    assert_close(found.coordinates[:500], expected, rtol=5e-3, atol=5e-3)
    assert torch.equal(found.labels[:500], mnist_test_digits.labels[:500].long())
    kl = kl_per_dimension(codes)
    assert_close(kl, torch.tensor(trained.card.kl_per_dimension), rtol=0.15, atol=0.1)


@pytest.mark.mnist
def test_a_round_trip_comes_nearer_to_a_digit_than_the_mean_of_its_class(
    mnist_training_digits: Digits, mnist_test_digits: Digits
) -> None:
    model, digits = load_autoencoder("vae").model, first_digits(mnist_test_digits, 200)
    images_01 = to_images_01(digits.images)
    training = first_digits(mnist_training_digits, 6000)
    means = torch.stack(
        [to_images_01(training.images[training.labels == k]).mean(dim=0) for k in range(10)]
    )
    of_class = (means[digits.labels.long()] - images_01).square().sum(dim=(1, 2, 3))
    of_trip = (reconstruct(model, images_01)[:, None] - images_01).square().sum(dim=(1, 2, 3))
    assert (of_trip < of_class).float().mean() > 0.97


@pytest.mark.mnist
def test_the_error_tells_noise_from_digits(mnist_test_digits: Digits) -> None:
    trained = load_autoencoder("vae")
    digits = to_images_01(first_digits(mnist_test_digits, 300).images)
    errors = redraw_error(trained.model, digits)
    greatest = trained.card.redraw_quantiles[-1]
    assert float(errors.max()) <= greatest + 0.1
    share_below = [error_percentile(e, trained.card.redraw_quantiles) for e in errors.tolist()]
    assert sum(share_below) / 300 == pytest.approx(0.5, abs=0.06)
    noise = torch.rand(5, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    assert float(redraw_error(trained.model, noise).min()) > greatest


def test_generated_digits_are_not_called_worse_than_written_ones() -> None:
    trained = load_autoencoder("vae")
    drawn = to_images_01(generate_digits(200, seed=1).images)
    assert called_unusual(trained, list(drawn.split(1))) == 0
    errors, median = redraw_error(trained.model, drawn), trained.card.redraw_quantiles[50]
    assert float((errors < median).float().mean()) > 0.9
    greys = error_at_mean(trained.model, drawn) - errors
    assert float(greys.median()) > 2 * median, "most of −log p(x|μ) is the pictures' own entropy"


@pytest.mark.judge
def test_letters_are_called_no_digit_more_often_than_digits_are() -> None:
    called = judge_redrawing(load_autoencoder("vae"), every=30)
    assert called["letters"] > 0.25
    assert called["digits"] < 0.08


def test_drawn_digits_are_read_as_asked() -> None:
    model, card = load_autoencoder("cvae").model, load_autoencoder("cvae").card
    assert isinstance(model, ConditionalVAE)
    assert card.read_as_asked is not None
    assert (card.read_as_asked["judge"], card.read_as_asked["per_class"]) == ("deep_cnn", 1000)
    assert card.read_as_asked["share"] >= 0.97
    measured = read_as_asked(model, per_class=100)
    assert measured["share"] >= 0.97
    assert measured["share"] == pytest.approx(card.read_as_asked["share"], abs=0.006)
