"""Digits turned, moved, thickened and made noisy."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.testing import assert_close

from mnist_core.pictures.changes import (
    Bend,
    add_noise,
    bend,
    move,
    rotate,
    thicken,
)
from mnist_core.pictures.own_digits import own_digit
from tests.core.pictures.blots import blots

seeds = st.integers(0, 2**31)
DIGITS = torch.cat([own_digit(k) for k in range(10)])


def test_a_bend_of_nothing_leaves_the_digit_as_it_is():
    assert_close(bend(own_digit(5), Bend()), own_digit(5), rtol=0, atol=0)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (Bend(rotation_deg=20), rotate(own_digit(5), 20)),
        (Bend(thickness_px=-0.5), thicken(own_digit(5), -0.5)),
        (Bend(noise_sd=0.2), add_noise(own_digit(5), 0.2, seed=0)),
        (Bend(right_px=3), own_digit(5).roll(3, dims=3)),
        (Bend(down_px=-3), own_digit(5).roll(-3, dims=2)),
    ],
)
def test_each_slider_does_what_it_says(by: Bend, expected: Tensor):
    assert_close(bend(own_digit(5), by), expected)


@given(
    st.floats(-45, 45), st.integers(-6, 6), st.integers(-6, 6), st.floats(-2, 2), st.floats(0, 1)
)
def test_a_bent_digit_is_still_a_picture(turn, right, down, thicker, noise):
    bent = bend(own_digit(8), Bend(turn, right, down, thicker, noise))
    assert bent.shape == (1, 1, 28, 28)
    assert bent.min() >= 0
    assert bent.max() <= 1 + 1e-6


def test_ink_that_is_shifted_out_of_the_frame_is_lost():
    dot = torch.zeros(1, 1, 28, 28)
    dot[0, 0, 1, 26] = 1
    assert move(dot, 1, -1)[0, 0, 0, 27] == 1
    assert not move(dot, 2, 0).any()
    assert not move(dot, 0, -2).any()


@given(seeds, st.integers(1, 3))
def test_quarter_turns_are_those_of_the_pixels_anticlockwise(seed, quarters):
    images = blots(seed)
    expected = torch.rot90(images, quarters, dims=(2, 3))
    assert_close(rotate(images, 90.0 * quarters), expected, rtol=0, atol=1e-4)


@given(seeds, st.floats(-180, 180))
def test_turning_there_and_back_keeps_the_ink_in_its_place(seed, degrees):
    images = blots(seed)
    back = rotate(rotate(images, degrees), -degrees)
    ink, ink_back = images.sum().item(), back.sum().item()
    assert ink_back == pytest.approx(ink, rel=0.05)


@given(seeds, st.integers(-6, 6))
def test_a_shift_inside_the_margin_is_a_roll(seed, pixels):
    images = blots(seed)
    assert_close(move(images, pixels, 0), images.roll(pixels, dims=3), rtol=0, atol=0)


@given(seeds, st.integers(-28, 28))
def test_a_shift_past_the_edge_loses_ink_and_brings_paper(seed, pixels):
    images = blots(seed)
    shifted = move(images, pixels, 0)
    came_in = shifted[..., :pixels] if pixels > 0 else shifted[..., 28 + pixels :]
    assert not came_in.any()
    stayed = images[..., : 28 - pixels] if pixels > 0 else images[..., -pixels:]
    assert shifted.sum().item() == pytest.approx(stayed.sum().item(), rel=1e-5)


@given(seeds, st.floats(-3, 3), st.floats(-3, 3))
def test_thicker_means_more_ink_in_every_pixel(seed, one, other):
    images = blots(seed)
    thin, thick = thicken(images, min(one, other)), thicken(images, max(one, other))
    assert (thin <= thick + 1e-6).all()


@given(seeds, st.integers(1, 3))
def test_whole_pixels_of_thickness_are_the_extremes_of_a_square(seed, pixels):
    image = blots(seed, count=1)
    grown, shrunk = thicken(image, pixels)[0, 0], thicken(image, -pixels)[0, 0]
    generator = torch.Generator().manual_seed(seed)
    for y, x in torch.randint(0, 28, (40, 2), generator=generator).tolist():
        rows = slice(max(0, y - pixels), y + pixels + 1)
        square = image[0, 0, rows, max(0, x - pixels) : x + pixels + 1]
        assert grown[y, x] == square.max()
        assert shrunk[y, x] == square.min()


def test_half_a_pixel_of_thickness_is_half_way_between():
    images = blots()
    assert_close(thicken(images, 1.5), (thicken(images, 1) + thicken(images, 2)) / 2)
    assert_close(thicken(images, -0.5), (images + thicken(images, -1)) / 2)


def test_noise_is_the_same_for_a_seed_and_another_for_another():
    images = blots()
    assert_close(add_noise(images, 0.3, 7), add_noise(images, 0.3, 7), rtol=0, atol=0)
    assert not torch.allclose(add_noise(images, 0.3, 7), add_noise(images, 0.3, 8))


def test_noise_has_the_standard_deviation_that_was_asked_for():
    grey = torch.full((50, 1, 28, 28), 0.5)
    difference = add_noise(grey, 0.1, 0) - grey
    assert difference.std().item() == pytest.approx(0.1, rel=0.02)
    assert difference.mean().item() == pytest.approx(0, abs=0.002)


def test_a_moved_picture_has_its_ink_that_many_pixels_further():
    moved = move(DIGITS, 2, -1)
    assert_close(moved[..., :-1, 2:], DIGITS[..., 1:, :-2])
    assert moved[..., :2].sum() == 0
    assert moved[..., -1, :].sum() == 0
    assert_close(move(DIGITS, 0, 0), DIGITS)
