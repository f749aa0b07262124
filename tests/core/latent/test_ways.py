import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.distributions import Normal
from torch.testing import assert_close

from mnist_core.errors import LatentImpossible
from mnist_core.latent.codes import decode, encode, reconstruct
from mnist_core.latent.plane import load_map
from mnist_core.latent.ways import (
    axis_reach,
    density_curve,
    draw_one_number,
    exchange_class,
    interpolate_linear,
    interpolate_spherical,
    normal_density,
    way_between,
)
from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import load_reader
from mnist_core.weights import load_autoencoder
from tests.core.seeded import numbers

VAE = load_autoencoder("vae").model
MEANS = load_map("vae").class_means
SEEDS, DIMENSIONS = st.integers(0, 1000), st.integers(0, 19)
NUMBERS, SPREADS = st.floats(-20, 20), st.floats(0.01, 5)


def code(seed: int) -> Tensor:
    return torch.randn(20, generator=torch.Generator().manual_seed(seed))


@given(SEEDS, st.integers(2, 20), st.booleans())
def test_a_way_ends_where_it_should_and_shows_what_is_decoded_there(
    seed: int, steps: int, spherical: bool
) -> None:
    start, end = code(seed), code(seed + 1)
    way = way_between(VAE, start, end, steps, spherical)
    assert_close(way.latents[[0, -1]], torch.stack([start, end]), atol=1e-5, rtol=1e-4)
    assert_close(way.images, decode(VAE, way.latents))
    assert_close(way.lengths, way.latents.square().sum(dim=1).sqrt())
    assert (len(way.images), way.shares[0], way.shares[-1]) == (steps, 0, 1)


@given(SEEDS)
def test_the_line_comes_nearer_to_0_than_the_arc(seed: int) -> None:
    line, arc = (way_between(VAE, code(seed), code(seed + 1), 11, s) for s in (False, True))
    # half-way: ‖(a + b) / 2‖ against the same ÷ cos(Ω/2)
    assert line.lengths[5] < arc.lengths[5] - 0.01


def test_one_place_is_no_way() -> None:
    with pytest.raises(LatentImpossible):
        way_between(VAE, code(0), code(1), 1, spherical=False)


@given(SEEDS, st.integers(0, 9), st.integers(0, 9))
def test_exchanging_a_class_and_exchanging_it_back_changes_nothing(
    seed: int, taken: int, given_: int
) -> None:
    there = exchange_class(code(seed), MEANS, taken, given_)
    assert_close(exchange_class(there, MEANS, given_, taken), code(seed), atol=1e-5, rtol=1e-5)
    assert_close(exchange_class(MEANS[taken], MEANS, taken, given_), MEANS[given_],
                 atol=1e-6, rtol=1e-5)  # fmt: skip


def test_most_digits_are_read_as_the_class_that_they_were_given() -> None:
    model = load_reader("deep_cnn").model
    pairs = [(a, b) for a in range(10) for b in range(10)]
    latents = torch.cat([encode(VAE, own_digit(a)).mean for a, _ in pairs])
    given_ = torch.stack(
        [exchange_class(z, MEANS, a, b) for z, (a, b) in zip(latents, pairs, strict=True)]
    )
    with torch.inference_mode():
        read = model(decode(VAE, given_)[:, None]).argmax(dim=1)
    right = (read == torch.tensor([b for _, b in pairs])).sum()
    assert right > 60, int(right)


@given(NUMBERS, SPREADS, SEEDS)
def test_the_density_is_that_of_torch_distributions(mean: float, std: float, seed: int) -> None:
    values = mean + 3 * std * code(seed).double()
    loc, scale = (torch.tensor(number, dtype=torch.float64) for number in (mean, std))
    expected = Normal(loc, scale).log_prob(values).exp()
    assert_close(normal_density(values, mean, std), expected)


@given(NUMBERS, SPREADS)
def test_the_curve_has_its_peak_in_the_middle_and_an_area_of_1(mean: float, std: float) -> None:
    places, densities = density_curve(mean, std)
    assert int(densities.argmax()) == len(places) // 2
    assert_close(torch.trapezoid(densities, places), torch.tensor(1.0), atol=2e-3, rtol=0)


@given(NUMBERS, SPREADS)
def test_all_that_epsilon_can_reach_lies_on_the_axis(mean: float, std: float) -> None:
    assert axis_reach(mean, std) >= max(4, abs(mean) + 3 * std)


@given(st.integers(0, 9), DIMENSIONS, st.floats(-3, 3))
def test_one_number_is_drawn_and_the_others_stay_at_their_means(
    digit: int, dimension: int, noise: float
) -> None:
    codes = encode(VAE, own_digit(digit))
    found = draw_one_number(VAE, codes, dimension, noise)
    latent = codes.mean.clone()
    latent[0, dimension] += noise * codes.log_var[0, dimension].mul(0.5).exp()
    assert found.value == pytest.approx(latent[0, dimension].item(), abs=1e-5)
    assert_close(found.image, decode(VAE, latent)[0], atol=1e-5, rtol=1e-4)


def test_without_noise_the_digit_is_decoded_from_the_means() -> None:
    codes = encode(VAE, own_digit(4))
    found = draw_one_number(VAE, codes, 3, 0.0)
    assert_close(found.image, reconstruct(VAE, own_digit(4))[0])
    assert found.value == found.mean


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
