from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from mnist_core.latent.codes import decode
from mnist_core.latent.decoder import plain_decoder, planar_decoder, rows_in_16_bits, within_reach
from mnist_core.latent.plane import REACH, load_map, principal_plane
from mnist_core.weights import load_autoencoder
from tests.core.seeded import numbers, seeded_vae

SEEDS = st.integers(0, 1000)


@given(SEEDS, st.integers(2, 30))
def test_the_planar_decoder_draws_what_the_decoder_draws_at_that_place_of_the_plane(
    seed: int, latent_dim: int
) -> None:
    model = seeded_vae(latent_dim, seed)
    plane = principal_plane(numbers(40, latent_dim, seed=seed))
    places = 3 * numbers(5, 2, seed=seed)
    drawn = planar_decoder(model, plane).decode(places)
    assert_close(drawn, decode(model, plane.at(places)), rtol=1e-4, atol=1e-5)


@given(SEEDS, st.integers(2, 30))
def test_the_plain_decoder_draws_what_the_decoder_draws(seed: int, latent_dim: int) -> None:
    model, places = seeded_vae(latent_dim, seed), numbers(3, latent_dim, seed=seed)
    plain = plain_decoder(model)
    shapes = [tuple(part.shape) for part in vars(plain).values()]
    assert shapes == [(400, latent_dim), (400,), (784, 400), (784,)]
    assert_close(plain.decode(places), decode(model, places), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("key", ["vae", "vae2d"])
def test_16_bits_change_no_pixel_of_the_shipped_planes_by_more_than_half_of_255(key: str) -> None:
    planar = planar_decoder(load_autoencoder(key).model, load_map(key).plane)
    levels, step = rows_in_16_bits(planar.weight2)
    assert levels.dtype == torch.int16
    sent = replace(planar, weight2=levels.float() * step[:, None])
    places = torch.cartesian_prod(*[torch.linspace(-REACH, REACH, 15)] * 2)
    apart = (sent.decode(places) - planar.decode(places)).abs().max()
    assert 0 < apart <= 0.5 / 255


@pytest.mark.parametrize("key", ["vae", "vae2d"])
def test_units_that_sleep_within_the_reach_are_left_out_and_missed_nowhere_there(key: str) -> None:
    planar = planar_decoder(load_autoencoder(key).model, load_map(key).plane)
    awake = within_reach(planar, REACH)
    places = torch.cartesian_prod(*[torch.linspace(-REACH, REACH, 31)] * 2)
    assert_close(awake.decode(places), planar.decode(places), rtol=1e-4, atol=1e-5)
    left_out = len(planar.bias1) - len(awake.bias1)
    sums = places @ planar.weight1.T + planar.bias1
    assert left_out == int((sums <= 0).all(dim=0).sum()) > 0


def test_a_row_of_zeros_stays_one_in_16_bits() -> None:
    levels, step = rows_in_16_bits(torch.tensor([[0.0, 0.0], [-2.0, 1.0]]))
    assert_close(levels.float() * step[:, None], torch.tensor([[0.0, 0.0], [-2.0, 1.0]]),
                 rtol=0, atol=1e-4)  # fmt: skip
