import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.distributions import Normal, kl_divergence
from torch.testing import assert_close
from trainings import barred_digits

from mnist_core.data import to_images_01
from mnist_core.latent import (
    Codes,
    LatentImpossible,
    class_means,
    decode,
    dimension_strip,
    draw_class,
    encode,
    encode_all,
    error_percentile,
    grid_coordinates,
    in_the_style_of,
    interpolate_linear,
    interpolate_spherical,
    kl_per_dimension,
    log_likelihood,
    loss_terms,
    loss_terms_of,
    manifold,
    principal_plane,
    reconstruct,
    reconstruction_error,
    sample_codes,
    standard_normal,
    whole_plane,
)
from mnist_core.models.cvae import ConditionalVAE
from mnist_core.models.vae import VAE
from mnist_core.weights import freeze

SEEDS = st.integers(0, 1000)


def seeded_vae(latent_dim: int = 20, seed: int = 0) -> VAE:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return freeze(VAE(latent_dim))


def seeded_cvae() -> ConditionalVAE:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return freeze(ConditionalVAE())


def pictures(count: int, seed: int = 0) -> Tensor:
    return torch.rand(count, 1, 28, 28, generator=torch.Generator().manual_seed(seed))


def numbers(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


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


def test_all_digits_are_encoded_and_measured_as_one_batch_would_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mnist_core.latent.BATCH", 7)
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
    error = reconstruction_error(model, images)
    assert_close(error, expected.sum(dim=(1, 2)), rtol=1e-4, atol=1e-3)


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


# Planes and grids


@given(SEEDS)
def test_the_principal_plane_holds_the_directions_of_most_variance(seed: int) -> None:
    stretch = torch.tensor([5.0, 3.0, 1.0, 0.5])
    latents = numbers(300, 4, seed=seed) * stretch + 7
    plane = principal_plane(latents)
    assert_close(plane.axes @ plane.axes.T, torch.eye(2), rtol=0, atol=1e-5)
    _, expected, directions = torch.linalg.svd(latents - latents.mean(dim=0))
    assert_close((plane.axes * directions[:2]).sum(dim=1).abs(), torch.ones(2), rtol=0, atol=1e-3)
    shares = expected.square() / expected.square().sum()
    assert_close(torch.tensor(plane.explained), shares[:2])


@given(SEEDS)
def test_places_in_a_plane_come_back_by_projection(seed: int) -> None:
    plane = principal_plane(numbers(50, 6, seed=seed))
    places = numbers(9, 2, seed=seed + 1)
    assert_close(plane.project(plane.at(places)), places, rtol=1e-4, atol=1e-4)


def test_a_grid_begins_at_the_upper_left_and_ends_at_the_lower_right() -> None:
    grid = grid_coordinates(side=3, extent=2.0)
    assert grid[0].tolist() == [-2, 2]
    assert grid[2].tolist() == [2, 2]
    assert grid[4].tolist() == [0, 0]
    assert grid[8].tolist() == [2, -2]


def test_the_manifold_is_what_is_decoded_at_the_grid() -> None:
    model = seeded_vae(latent_dim=2)
    images = manifold(model, whole_plane(), side=4)
    assert images.shape == (16, 28, 28)
    assert_close(images[5], decode(model, grid_coordinates(4)[5:6])[0])


def test_the_manifold_of_a_conditional_autoencoder_is_of_one_digit() -> None:
    model, plane = seeded_cvae(), principal_plane(numbers(40, 20))
    images = manifold(model, plane, side=2, label=7)
    expected = decode(model, plane.at(grid_coordinates(2)), torch.full((4,), 7))
    assert_close(images, expected)


# Ways between codes


@given(SEEDS, st.integers(2, 9), st.sampled_from([interpolate_linear, interpolate_spherical]))
def test_a_way_begins_and_ends_at_its_ends(seed: int, steps: int, way: object) -> None:
    start, end = numbers(2, 5, seed=seed)
    places = way(start, end, steps)  # type: ignore[operator]
    assert places.shape == (steps, 5)
    assert_close(places[0], start, rtol=1e-4, atol=1e-5)
    assert_close(places[-1], end, rtol=1e-4, atol=1e-5)


@given(SEEDS)
def test_an_arc_between_codes_of_one_length_keeps_that_length(seed: int) -> None:
    start, end = (3 * v / v.norm() for v in numbers(2, 5, seed=seed))
    assert_close(interpolate_spherical(start, end, 7).norm(dim=1), torch.full((7,), 3.0))


@pytest.mark.parametrize("factor", [1.0, 2.0, -1.0, 0.0])
def test_codes_that_span_no_arc_are_joined_by_a_straight_line(factor: float) -> None:
    start = torch.tensor([1.0, 2.0, 2.0])
    arc = interpolate_spherical(start, factor * start, 5)
    assert_close(arc, interpolate_linear(start, factor * start, 5))


def test_a_way_of_one_place_is_refused_with_a_sentence() -> None:
    with pytest.raises(LatentImpossible, match="two ends"):
        interpolate_linear(torch.zeros(2), torch.ones(2), 1)


def test_a_strip_changes_one_number_from_minus_3_to_3() -> None:
    latent = numbers(20)
    strip = dimension_strip(latent, 4, steps=7)
    assert strip[:, 4].tolist() == [-3, -2, -1, 0, 1, 2, 3]
    others = [k for k in range(20) if k != 4]
    assert torch.equal(strip[:, others], latent[others].expand(7, 19))


# Classes and styles


def test_the_mean_code_of_each_digit_is_the_mean_of_its_codes() -> None:
    latents, labels = numbers(60, 3), torch.arange(60) % 10
    means = class_means(latents, labels)
    for digit in range(10):
        assert_close(means[digit], latents[labels == digit].mean(dim=0))


def test_a_missing_digit_has_no_mean_and_that_is_said() -> None:
    with pytest.raises(LatentImpossible, match="each digit"):
        class_means(numbers(9, 3), torch.arange(9))


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


# Is it a digit?


@pytest.mark.parametrize(
    ("error", "expected"), [(5.0, 0.0), (10.0, 0.0), (15.0, 0.25), (20.0, 0.5), (40.0, 1.0),
                            (99.0, 1.0)]
)  # fmt: skip
def test_the_percentile_of_an_error_lies_between_the_quantiles(
    error: float, expected: float
) -> None:
    assert error_percentile(error, [10.0, 20.0, 40.0]) == pytest.approx(expected)
