from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from mnist_core.autoencoders import LatentMap, load_autoencoder, plane_of
from mnist_core.latent import LatentImpossible, decode, principal_plane, whole_plane
from mnist_core.latent_map import (
    REACH,
    by_what_they_carry,
    class_centres,
    count_outside,
    manifold_picture,
    parse_code,
    plain_decoder,
    planar_decoder,
    random_code,
    rows_in_16_bits,
    shares_of_greatest,
    write_code,
)
from mnist_core.models.vae import VAE
from mnist_core.weights import freeze

SEEDS = st.integers(0, 1000)


def seeded_vae(latent_dim: int, seed: int = 0) -> VAE:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return freeze(VAE(latent_dim))


def numbers(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


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
    planar = planar_decoder(load_autoencoder(key).model, plane_of(key))
    levels, step = rows_in_16_bits(planar.weight2)
    assert levels.dtype == torch.int16
    sent = replace(planar, weight2=levels.float() * step[:, None])
    places = torch.cartesian_prod(*[torch.linspace(-REACH, REACH, 15)] * 2)
    apart = (sent.decode(places) - planar.decode(places)).abs().max()
    assert 0 < apart <= 0.5 / 255


def test_a_row_of_zeros_stays_one_in_16_bits() -> None:
    levels, step = rows_in_16_bits(torch.tensor([[0.0, 0.0], [-2.0, 1.0]]))
    assert_close(levels.float() * step[:, None], torch.tensor([[0.0, 0.0], [-2.0, 1.0]]),
                 rtol=0, atol=1e-4)  # fmt: skip


def test_each_digit_of_the_manifold_picture_is_decoded_from_its_own_middle() -> None:
    model, side, reach = seeded_vae(2), 4, 2.0
    picture = manifold_picture(model, whole_plane(), side, reach)
    assert picture.shape == (112, 112)
    # third row from above, first column: half a cell is 0.5
    tile = picture[56:84, :28]
    assert_close(tile, decode(model, torch.tensor([[-1.5, -0.5]]))[0])


def test_the_centre_of_a_class_is_the_median_of_its_places() -> None:
    labels = torch.arange(10).repeat(3)
    coordinates = torch.stack([labels.float(), -labels.float()], dim=1)
    coordinates[20:] += 100  # the third of each: a median does not follow it
    found = class_centres(LatentMap(whole_plane(), coordinates, labels, torch.zeros(10, 2)))
    assert_close(found, torch.stack([torch.arange(10.0), -torch.arange(10.0)], dim=1))


def test_places_beyond_the_map_in_either_direction_are_counted_once() -> None:
    places = torch.tensor([[0, 0], [4.5, 0], [0, -5], [9, 9], [-4, 4]])
    assert count_outside(places, 4.0) == 3


def test_dimensions_are_ordered_from_the_one_that_carries_most() -> None:
    assert by_what_they_carry([0.5, 2.0, 0.1, 2.0]) == [1, 3, 0, 2]


def test_shares_are_of_the_greatest_value() -> None:
    assert shares_of_greatest([0.5, 2.0, 0.0]) == [0.25, 1.0, 0.0]
    assert shares_of_greatest([0.0, 0.0]) == [0.0, 0.0]


@given(SEEDS, st.floats(0, 1.5))
def test_temperature_stretches_the_same_random_code(seed: int, temperature: float) -> None:
    plain = random_code(20, seed, 1.0)
    assert_close(random_code(20, seed, temperature), temperature * plain)
    assert not torch.equal(plain, random_code(20, seed + 1, 1.0))


@given(st.lists(st.floats(-5, 5), min_size=20, max_size=20))
def test_a_written_code_is_read_as_the_nearest_one_on_the_sliders(values: list[float]) -> None:
    read = parse_code(write_code(values, step=0.05), 20)
    expected = torch.tensor(values).clamp(-3, 3)
    assert_close(torch.tensor(read), expected, rtol=0, atol=0.0251)
    assert write_code(read, step=0.05) == write_code(values, step=0.05)


def test_the_middle_of_the_space_is_written_as_nothing() -> None:
    assert write_code([0.0, -0.01, 0.02], step=0.05) == ""
    assert parse_code(" ", 3) == [0.0, 0.0, 0.0]
    assert write_code([-0.01, 1.2, -3.5], step=0.05) == "0_1.2_-3"


@pytest.mark.parametrize("text", ["1_-2.5_3", "1, -2.5,3", " 1  -2.5\n3 "])
def test_a_code_may_have_underscores_commas_or_spaces_between_its_numbers(text: str) -> None:
    assert parse_code(text, 3) == [1.0, -2.5, 3.0]


@pytest.mark.parametrize(
    "text", ["1,2", "1,2,3,4", "a,b,c", "1,nan,2", "1,inf,2", "1;2;3", ",,", "1__x_2"]
)
def test_what_is_no_code_gets_a_sentence(text: str) -> None:
    with pytest.raises(LatentImpossible, match="A code is 3 numbers"):
        parse_code(text, 3)
