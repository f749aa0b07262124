import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from torch import Tensor
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence
from torch.testing import assert_close

from mnist_core.layers.vae_loss import (
    bernoulli_reconstruction,
    kl_to_standard_normal,
    pixel_entropy,
)
from mnist_core.models.vae import VAE

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 6)


def normal(shape: tuple[int, ...], seed: int, scale: float = 1.0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return scale * torch.randn(shape, generator=generator, dtype=torch.float64)


def grey_images(shape: tuple[int, ...], seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(shape, generator=generator, dtype=torch.float64)


def kl_by_torch(mean: Tensor, log_var: Tensor) -> Tensor:
    posterior = Independent(Normal(mean, torch.exp(0.5 * log_var)), 1)
    prior = Independent(Normal(torch.zeros_like(mean), torch.ones_like(mean)), 1)
    return kl_divergence(posterior, prior)


# KL


@given(seed=seeds, batch=sizes, latent_dim=sizes, scale=st.floats(0, 5))
def test_kl_and_its_gradient_are_those_of_torch_distributions(
    seed: int, batch: int, latent_dim: int, scale: float
) -> None:
    mean = normal((batch, latent_dim), seed, scale).requires_grad_()
    log_var = normal((batch, latent_dim), seed + 1, scale).requires_grad_()
    ours, theirs = kl_to_standard_normal(mean, log_var), kl_by_torch(mean, log_var)
    assert ours.shape == (batch,)
    assert_close(ours, theirs)
    assert (ours >= 0).all()
    our_gradient = torch.autograd.grad(ours.sum(), (mean, log_var))
    their_gradient = torch.autograd.grad(theirs.sum(), (mean, log_var))
    assert_close(our_gradient, their_gradient)


@pytest.mark.parametrize("mean", [-3.0, 0.0, 0.4])
@pytest.mark.parametrize("log_var", [-4.0, 0.0, 2.0])
def test_kl_in_one_dimension_is_the_integral_that_defines_it(mean: float, log_var: float) -> None:
    std = math.exp(0.5 * log_var)

    def log_density(z: float, mean: float, std: float) -> float:
        return -0.5 * ((z - mean) / std) ** 2 - math.log(std) - 0.5 * math.log(2 * math.pi)

    def integrand(z: float) -> float:
        log_q = log_density(z, mean, std)
        return math.exp(log_q) * (log_q - log_density(z, 0, 1))

    integral, _ = quad(integrand, mean - 12 * std, mean + 12 * std, epsabs=1e-12, limit=200)
    parameters = torch.tensor([[[mean]], [[log_var]]], dtype=torch.float64)
    kl = kl_to_standard_normal(*parameters)
    assert kl.item() == pytest.approx(integral, abs=1e-9)


def test_kl_of_the_standard_normal_to_itself_is_zero_with_zero_gradient() -> None:
    mean = torch.zeros(2, 20, requires_grad=True)
    log_var = torch.zeros(2, 20, requires_grad=True)
    kl = kl_to_standard_normal(mean, log_var)
    assert torch.equal(kl.detach(), torch.zeros(2))
    for gradient in torch.autograd.grad(kl.sum(), (mean, log_var)):
        assert torch.equal(gradient, torch.zeros(2, 20))


def test_kl_in_float32_is_right_where_the_variance_is_almost_one() -> None:
    log_var = torch.full((1, 1), 1e-3)  # KL = ¼ log_var² + …; 1e-3 squared drowns in 1's rounding
    expected = kl_to_standard_normal(torch.zeros(1, 1).double(), log_var.double())
    assert_close(
        kl_to_standard_normal(torch.zeros(1, 1), log_var), expected.float(), rtol=1e-3, atol=0
    )


def test_kl_adds_up_over_latent_dimensions_and_keeps_images_apart() -> None:
    mean, log_var = normal((3, 4), 0), normal((3, 4), 1)
    columns = [kl_to_standard_normal(mean[:, [j]], log_var[:, [j]]) for j in range(4)]
    assert_close(kl_to_standard_normal(mean, log_var), torch.stack(columns).sum(dim=0))
    rows = [kl_to_standard_normal(mean[[i]], log_var[[i]]) for i in range(3)]
    assert_close(kl_to_standard_normal(mean, log_var), torch.cat(rows))


# Reconstruction


@given(seed=seeds, batch=sizes, side=sizes, scale=st.floats(0, 5))
def test_reconstruction_is_the_cross_entropy_of_the_probabilities(
    seed: int, batch: int, side: int, scale: float
) -> None:
    shape = (batch, 1, side, side)
    logits = normal(shape, seed, scale).clamp(-15, 15)
    images = grey_images(shape, seed + 1)
    pixels = F.binary_cross_entropy(torch.sigmoid(logits), images, reduction="none")
    ours = bernoulli_reconstruction(logits, images)
    assert ours.shape == (batch,)
    assert_close(ours, pixels.sum(dim=(1, 2, 3)))


@given(seed=seeds, scale=st.floats(0, 10))
def test_reconstruction_and_its_gradient_are_those_of_torch_distributions(
    seed: int, scale: float
) -> None:
    logits = normal((3, 7), seed, scale).requires_grad_()
    images = grey_images((3, 7), seed + 1)
    ours = bernoulli_reconstruction(logits, images)
    theirs = -Bernoulli(logits=logits, validate_args=False).log_prob(images).sum(dim=1)
    assert_close(ours, theirs)
    (our_gradient,) = torch.autograd.grad(ours.sum(), logits)
    (their_gradient,) = torch.autograd.grad(theirs.sum(), logits)
    assert_close(our_gradient, their_gradient)
    assert_close(our_gradient, (torch.sigmoid(logits) - images).detach())


@pytest.mark.parametrize("logit", [-1e4, 1e4])
@pytest.mark.parametrize("pixel", [0.0, 0.5, 1.0])
def test_reconstruction_is_finite_for_a_decoder_that_is_very_sure(
    logit: float, pixel: float
) -> None:
    logits = torch.full((2, 1, 28, 28), logit, requires_grad=True)
    loss = bernoulli_reconstruction(logits, torch.full((2, 1, 28, 28), pixel))
    wrong = 1 - pixel if logit > 0 else pixel
    assert_close(loss.detach(), torch.full((2,), 784 * 1e4 * wrong))
    loss.sum().backward()
    assert logits.grad is not None
    assert_close(logits.grad, torch.full((2, 1, 28, 28), (logit > 0) - pixel))


def test_reconstruction_of_grey_pixels_cannot_go_under_their_entropy() -> None:
    images = grey_images((2, 1, 28, 28), 0)
    entropy = torch.special.entr(images) + torch.special.entr(1 - images)
    best = bernoulli_reconstruction(torch.logit(images), images)
    assert_close(best, entropy.sum(dim=(1, 2, 3)))
    assert (bernoulli_reconstruction(torch.logit(images) + 0.1, images) > best).all()


def test_reconstruction_refuses_images_of_another_shape() -> None:
    with pytest.raises(ValueError, match="size"):
        bernoulli_reconstruction(torch.zeros(2, 784), torch.zeros(2, 1, 28, 28))


# Both together


def test_their_sum_lies_over_the_true_loss_by_the_kl_to_the_true_posterior() -> None:
    torch.manual_seed(0)
    model = VAE(latent_dim=1).double().requires_grad_(False)
    image = grey_images((1, 1, 28, 28), 0).round()
    mean, log_var = model.encode(image)
    grid = torch.linspace(-8, 8, 1601, dtype=torch.float64)[:, None]
    logits = model.decode_logits(grid)
    width = 16 / 1600

    log_prior = Normal(0.0, 1.0).log_prob(grid)[:, 0]
    log_q = Normal(mean, torch.exp(0.5 * log_var)).log_prob(grid)[:, 0]
    log_joint = log_prior - bernoulli_reconstruction(logits, image.expand_as(logits))
    log_evidence = torch.logsumexp(log_joint, dim=0) + math.log(width)
    q = log_q.exp() * width
    kl = kl_to_standard_normal(mean.expand_as(grid), log_var.expand_as(grid))
    bound = q @ (bernoulli_reconstruction(logits, image.expand_as(logits)) + kl)
    gap = q @ (log_q - (log_joint - log_evidence))
    assert q.sum().item() == pytest.approx(1, abs=1e-9)
    assert_close(bound, gap - log_evidence)
    assert gap > 1e-6


# Reparameterisation


@pytest.mark.parametrize(("mean", "log_var"), [(0.0, 0.0), (-2.0, 1.5), (3.0, -4.0)])
def test_reparameterised_samples_have_the_asked_mean_and_variance(
    mean: float, log_var: float
) -> None:
    count = 100_000
    samples = VAE.reparameterise(
        torch.full((count, 1), mean).double(),
        torch.full((count, 1), log_var).double(),
        torch.Generator().manual_seed(0),
    ).numpy()
    variance = math.exp(log_var)
    assert abs(samples.mean() - mean) < 5 * math.sqrt(variance / count)
    assert abs(samples.var(ddof=1) - variance) < 5 * variance * math.sqrt(2 / (count - 1))
    skewness = (((samples - mean) / math.sqrt(variance)) ** 3).mean()
    assert abs(skewness) < 5 * math.sqrt(15 / count)
    assert np.unique(samples).size == count


def test_gradients_reach_mean_and_log_variance_through_the_sample() -> None:
    mean = normal((4, 3), 0).requires_grad_()
    log_var = normal((4, 3), 1).requires_grad_()
    sample = VAE.reparameterise(mean, log_var, torch.Generator().manual_seed(2))
    by_mean, by_log_var = torch.autograd.grad(sample.sum(), (mean, log_var))
    assert_close(by_mean, torch.ones(4, 3).double())
    assert_close(by_log_var, (0.5 * (sample - mean)).detach())


def test_the_generator_decides_the_noise() -> None:
    mean, log_var = torch.zeros(4, 3), torch.zeros(4, 3)

    def sample(seed: int) -> Tensor:
        return VAE.reparameterise(mean, log_var, torch.Generator().manual_seed(seed))

    assert torch.equal(sample(0), sample(0))
    assert not torch.equal(sample(0), sample(1))
    assert not torch.equal(VAE.reparameterise(mean, log_var), VAE.reparameterise(mean, log_var))


# Entropy of a picture


@given(seed=seeds, batch=sizes)
def test_the_entropy_of_a_picture_is_what_its_perfect_reconstruction_costs(
    seed: int, batch: int
) -> None:
    images = grey_images((batch, 1, 4, 5), seed)
    perfect = bernoulli_reconstruction(torch.logit(images), images)
    assert_close(pixel_entropy(images), perfect)
    assert_close(pixel_entropy(images), Bernoulli(images).entropy().sum(dim=(1, 2, 3)))
    other = bernoulli_reconstruction(normal(tuple(images.shape), seed), images)
    assert (other >= perfect).all()


def test_a_picture_in_black_and_white_has_no_entropy() -> None:
    images = torch.tensor([0.0, 1.0, 0.0, 1.0]).view(1, 1, 2, 2)
    assert torch.equal(pixel_entropy(images), torch.zeros(1))
