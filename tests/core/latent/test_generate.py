"""Digits that nobody wrote."""

import pytest
import torch
from torch.testing import assert_close

from mnist_core import weights as autoencoders
from mnist_core.data.mnist import Digits, to_images_01
from mnist_core.latent.codes import decode, encode
from mnist_core.latent.generate import draw_class, generate_digits, in_the_style_of, prior_samples
from mnist_core.models.cvae import ConditionalVAE
from mnist_core.training.run import first_digits
from mnist_core.weights import load_autoencoder
from tests.core.seeded import pictures, seeded_cvae, untrained_vae

# Generated digits


def test_generated_digits_have_the_form_of_mnist() -> None:
    digits = generate_digits(95, seed=4)
    assert (digits.images.shape, digits.images.dtype) == ((95, 28, 28), torch.uint8)
    assert (digits.labels.shape, digits.labels.dtype) == ((95,), torch.uint8)
    counts = torch.bincount(digits.labels.long(), minlength=10)
    assert set(counts.tolist()) == {9, 10}
    assert digits.images.max() > 200


def test_the_same_seed_gives_the_same_digits_and_another_gives_others() -> None:
    first, again, other = (generate_digits(30, seed) for seed in (1, 1, 2))
    assert torch.equal(first.images, again.images)
    assert torch.equal(first.labels, again.labels)
    assert not torch.equal(first.images, other.images)


@pytest.mark.parametrize("count", [0, 1, 2500])
def test_there_are_as_many_generated_digits_as_asked_for(count: int) -> None:
    assert len(generate_digits(count)) == count


def test_none_of_the_generated_digits_is_left_out() -> None:
    digits = generate_digits(600, seed=3)
    model = load_autoencoder("cvae").model
    assert isinstance(model, ConditionalVAE)
    generator = torch.Generator().manual_seed(3)
    torch.randperm(600, generator=generator)
    latents = torch.randn(600, 20, generator=generator)
    drawn = autoencoders.freeze(model).decode(latents, digits.labels.long())[:, 0]
    assert_close(digits.images.float() / 255, drawn.detach(), rtol=0, atol=0.0021)


@pytest.mark.mnist
def test_a_network_that_saw_generated_digits_only_reads_real_ones(
    mnist_test_digits: Digits,
) -> None:
    card = load_autoencoder("cvae").card
    assert card.generated is not None
    assert card.generated["count"] == 20_000
    assert card.generated["mlp_test_accuracy"] >= 0.90
    generated, real = generate_digits(2000, 1), first_digits(mnist_test_digits, 2000)
    nearest = torch.cdist(real.images.flatten(1).float(), generated.images.flatten(1).float())
    read = generated.labels[nearest.argmin(dim=1)]
    assert (read == real.labels).float().mean() > 0.8


def test_codes_of_generated_digits_say_how_they_are_written() -> None:
    model = load_autoencoder("cvae").model
    digits = generate_digits(200, seed=5)
    codes = encode(model, to_images_01(digits.images), digits.labels.long())
    assert codes.mean.shape == (200, 20)
    assert float(codes.std.mean()) < 1


def test_ten_digits_share_the_code_of_the_writer() -> None:
    model, image = seeded_cvae(), pictures(1)
    written = in_the_style_of(model, image, 3)
    style = encode(model, image, torch.tensor([3])).mean
    assert_close(written[8], decode(model, style, torch.tensor([8]))[0])
    assert written.shape == (10, 28, 28)


def test_at_temperature_0_all_draws_are_the_most_usual_one() -> None:
    model = seeded_cvae()
    cold, warm = (draw_class(model, 2, 5, seed=1, temperature=t) for t in (0.0, 1.0))
    assert_close(cold, cold[:1].expand(5, 28, 28))
    assert not torch.allclose(warm[0], warm[1])


def test_prior_samples_come_from_the_same_latents_at_every_call() -> None:
    model = untrained_vae()
    torch.manual_seed(1)
    samples = prior_samples(model, 6)
    torch.manual_seed(2)
    assert torch.equal(samples, prior_samples(model, 6))
    assert tuple(samples.shape) == (6, 28, 28)
    assert 0 <= samples.min() <= samples.max() <= 1
    assert not torch.equal(samples, prior_samples(model, 6, seed=1))


def test_prior_samples_leave_the_random_numbers_of_the_process_alone() -> None:
    model = untrained_vae()
    before = torch.random.get_rng_state()
    prior_samples(model, 3)
    assert torch.equal(before, torch.random.get_rng_state())
