import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.distributions import Bernoulli, Normal, kl_divergence
from torch.testing import assert_close

from mnist_core.data.mnist import to_images_01
from mnist_core.latent.codes import (
    Codes,
    decode,
    encode,
    encode_all,
    error_at_mean,
    kl_per_dimension,
    log_likelihood,
    loss_terms,
    loss_terms_of,
    reconstruct,
    redraw,
    redraw_error,
    sample_codes,
    standard_normal,
)
from mnist_core.models.build import freeze
from mnist_core.models.vae import VAE
from tests.core.seeded import (
    numbers,
    pictures,
    seeded_cvae,
    seeded_images,
    seeded_vae,
    untrained_vae,
)
from tests.core.trainings import barred_digits

SEEDS = st.integers(0, 1000)


# The conditional autoencoder


def test_a_conditional_autoencoder_draws_another_picture_for_another_digit() -> None:
    model, latents = seeded_cvae(), numbers(1, 20).expand(10, 20)
    drawn = decode(model, latents, torch.arange(10))
    assert drawn.shape == (10, 28, 28)
    assert len({tuple(image.flatten().tolist()) for image in drawn}) == 10


def test_a_conditional_autoencoder_puts_a_picture_elsewhere_when_told_another_digit() -> None:
    model, image = seeded_cvae(), pictures(1)
    first, second = (encode(model, image, torch.tensor([k])).mean for k in (3, 4))
    assert not torch.allclose(first, second)


def test_a_conditional_autoencoder_must_be_told_which_digit_it_is() -> None:
    model = seeded_cvae()
    with pytest.raises(ValueError, match="told which digits"):
        encode(model, pictures(1))
    with pytest.raises(ValueError, match="told which digits"):
        decode(model, numbers(1, 20))


def test_the_digit_is_ten_further_inputs_of_encoder_and_decoder() -> None:
    linear = [m for m in seeded_cvae().modules() if isinstance(m, nn.Linear)]
    sizes = sorted((layer.in_features, layer.out_features) for layer in linear)
    assert sizes == [
        (30, 512), (400, 20), (400, 20), (512, 400), (512, 512), (512, 784), (794, 512),
    ]  # fmt: skip


# Codes, terms of the loss


def test_samples_of_a_code_have_its_mean_and_standard_deviation() -> None:
    codes = Codes(torch.tensor([[1.0, -2.0]]), torch.tensor([[0.0, math.log(4.0)]]))
    samples = sample_codes(codes, 20_000, seed=1)
    assert_close(samples.mean(dim=0), codes.mean[0], rtol=0, atol=0.05)
    assert_close(samples.std(dim=0), torch.tensor([1.0, 2.0]), rtol=0, atol=0.05)
    assert_close(codes.std, torch.tensor([[1.0, 2.0]]))


@given(SEEDS)
def test_draws_are_the_same_for_the_same_seed_only(seed: int) -> None:
    assert torch.equal(standard_normal(3, 4, seed), standard_normal(3, 4, seed))
    assert not torch.equal(standard_normal(3, 4, seed), standard_normal(3, 4, seed + 1))


@given(SEEDS)
def test_the_kl_of_each_dimension_is_that_of_torch_distributions(seed: int) -> None:
    codes = Codes(numbers(7, 3, seed=seed), numbers(7, 3, seed=seed + 1))
    expected = kl_divergence(Normal(codes.mean, codes.std), Normal(0.0, 1.0)).mean(dim=0)
    assert_close(kl_per_dimension(codes), expected)


def test_the_terms_are_those_of_the_model_and_add_up() -> None:
    model, images = seeded_vae(), pictures(4)
    terms = loss_terms(model, images, seed=3)
    logits, mean, log_var = model(images, generator=torch.Generator().manual_seed(3))
    pixels = nn.functional.binary_cross_entropy(
        logits.sigmoid().double(), images.double(), reduction="none"
    )
    assert_close(terms.reconstruction.double(), pixels.sum(dim=(1, 2, 3)), rtol=1e-4, atol=1e-3)
    expected_kl = kl_divergence(Normal(mean, (0.5 * log_var).exp()), Normal(0.0, 1.0)).sum(dim=1)
    assert_close(terms.kl, expected_kl)
    assert_close(terms.loss, terms.reconstruction + terms.kl)
    drawn, same = redraw(model, images, seed=3)
    assert_close(drawn, logits.sigmoid()[:, 0])
    assert_close(same.loss, terms.loss)


def test_all_digits_are_encoded_and_measured_as_one_batch_would_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mnist_core.latent.codes.BATCH", 7)
    model, digits = seeded_cvae(), barred_digits(20)
    images, labels = to_images_01(digits.images), digits.labels.long()
    assert_close(encode_all(model, digits).mean, encode(model, images, labels).mean)
    terms = loss_terms_of(model, digits)
    assert len(terms.loss) == 20
    assert_close(terms.kl, loss_terms(model, images, labels).kl)


def test_the_reconstruction_error_is_that_of_the_decoded_mean() -> None:
    model, images = seeded_vae(), pictures(3)
    decoded = reconstruct(model, images)
    expected = nn.functional.binary_cross_entropy(decoded, images[:, 0], reduction="none")
    error = error_at_mean(model, images)
    assert_close(error, expected.sum(dim=(1, 2)), rtol=1e-4, atol=1e-3)


def test_the_redraw_error_is_the_kl_of_the_pixels_and_0_for_a_perfect_redraw() -> None:
    model, images = seeded_vae(), pictures(3)
    apart = kl_divergence(Bernoulli(images[:, 0]), Bernoulli(reconstruct(model, images)))
    assert_close(redraw_error(model, images), apart.sum(dim=(1, 2)), rtol=1e-3, atol=1e-2)
    perfect = torch.full((1, 1, 28, 28), 0.3).sigmoid()
    assert redraw_error(freeze(LinearGaussian(2)), perfect).item() == pytest.approx(0, abs=1e-3)
    assert error_at_mean(freeze(LinearGaussian(2)), perfect).item() > 500


# log p(x)


class LinearGaussian(VAE):
    """p(x|z) does not depend on z, so that log p(x) is known exactly."""

    def decode_logits(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        return torch.full((len(latents), 1, 28, 28), 0.3)


def test_the_likelihood_is_exact_where_the_picture_does_not_depend_on_the_code() -> None:
    model, image = freeze(LinearGaussian(2)), pictures(1)
    p = torch.sigmoid(torch.tensor(0.3))
    exact = float((image * p.log() + (1 - image) * (1 - p).log()).sum())
    estimate = log_likelihood(model, image, samples=4000)
    assert abs(estimate - exact) < 0.2


def test_the_likelihood_equals_numerical_integration_in_one_dimension() -> None:
    model, image = seeded_vae(latent_dim=1, seed=4), pictures(1, seed=2)
    z = torch.linspace(-8, 8, 4001)[:, None]
    with torch.no_grad():
        logits = model.decode_logits(z)
        log_p_x = -nn.functional.binary_cross_entropy_with_logits(
            logits, image.expand_as(logits), reduction="none"
        ).sum(dim=(1, 2, 3))
    log_prior = Normal(0.0, 1.0).log_prob(z[:, 0])
    exact = torch.logsumexp(log_p_x + log_prior, dim=0) + math.log(16 / 4000)
    assert abs(log_likelihood(model, image, samples=5000) - float(exact)) < 0.05


def test_the_likelihood_is_not_below_the_bound_that_one_sample_gives() -> None:
    model, images = seeded_vae(), pictures(8)
    bound = -float(loss_terms(model, images).loss.mean())
    estimates = [log_likelihood(model, images[i : i + 1], seed=i) for i in range(8)]
    assert sum(estimates) / 8 > bound - 0.5


# The autoencoder


def test_reconstruction_is_decoded_from_the_mean_and_is_the_same_each_time() -> None:
    model, images_01 = untrained_vae(), to_images_01(seeded_images(3))
    images = reconstruct(model, images_01)
    assert tuple(images.shape) == (3, 28, 28)
    assert 0 <= images.min() <= images.max() <= 1
    mean, _ = model.encode(images_01)
    assert_close(images, model.decode(mean)[:, 0].detach())
    assert torch.equal(images, reconstruct(model, images_01))
