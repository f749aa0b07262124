"""Planes of the latent space and what is drawn in them."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from mnist_core.errors import LatentImpossible
from mnist_core.latent.codes import decode
from mnist_core.latent.plane import (
    LatentMap,
    class_centres,
    class_means,
    count_outside,
    grid_coordinates,
    manifold,
    manifold_picture,
    principal_plane,
    whole_plane,
)
from tests.core.seeded import numbers, seeded_cvae, seeded_vae

SEEDS = st.integers(0, 1000)

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


# Classes and styles


def test_the_mean_code_of_each_digit_is_the_mean_of_its_codes() -> None:
    latents, labels = numbers(60, 3), torch.arange(60) % 10
    means = class_means(latents, labels)
    for digit in range(10):
        assert_close(means[digit], latents[labels == digit].mean(dim=0))


def test_a_missing_digit_has_no_mean_and_that_is_said() -> None:
    with pytest.raises(LatentImpossible, match="each digit"):
        class_means(numbers(9, 3), torch.arange(9))


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
