"""Ink is found on clean canvases and in photos whose true ink is known."""

import time
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from mnist_core.errors import PictureUnusable
from mnist_core.pictures.ink import (
    contrast_to_paper,
    drop_crumbs,
    find_ink,
    paper_brightness,
    remove_ruling,
    to_grey,
)
from mnist_core.pictures.preprocessing import Problem, canvas_to_mnist
from tests.core.photos import DISTURBANCES, draw_digit, photograph

WITHOUT_DESK = [name for name, scene in DISTURBANCES.items() if not scene.desk_width]


def read(picture):
    return canvas_to_mnist(picture).image[0, 0].numpy()


def clean_reading(digit, scene):
    return read(draw_digit(digit, 180, 180 * scene.brush / scene.digit_side))


def correlation(a, b):
    if a.max() == 0 or b.max() == 0:
        return 0.0
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


def photo_correlations(scene, digits):
    """Each digit with another seed: in another place, light and grain."""
    return [
        correlation(read(photograph(digit, scene, 7 * digit)), clean_reading(digit, scene))
        for digit in digits
    ]


@pytest.mark.parametrize("name", DISTURBANCES)
def test_a_photo_reads_like_the_clean_drawing(name):
    first = len(name) % 4
    correlations = photo_correlations(DISTURBANCES[name], [*range(first, 10, 4)])
    assert np.mean(correlations) >= 0.97, correlations
    assert min(correlations) >= 0.85, correlations


@pytest.mark.parametrize("name", WITHOUT_DESK)
def test_a_blank_sheet_has_no_ink(name):
    assert not find_ink(photograph(None, DISTURBANCES[name], len(name) % 2)).any()


@pytest.mark.parametrize("name", ["desk around", "narrow desk edge", "light desk"])
def test_a_blank_sheet_on_a_desk_has_no_ink(name):
    for seed in range(2):
        assert not find_ink(photograph(None, DISTURBANCES[name], seed)).any()


def test_a_shadow_does_not_count_as_ink():
    scene = DISTURBANCES["deep shadow"]
    for seed in range(4):
        picture = photograph(3, scene, seed)
        assert (to_grey(picture) < 0.4).mean() > 0.1  # so dark is the shadow
        assert 0.01 < (find_ink(picture) >= 0.5).mean() < 0.04  # so little the strokes cover


def test_ink_on_one_side_of_a_shadow_is_as_strong_as_on_the_other():
    brightness = np.full((100, 200), 0.9, np.float32)
    brightness[:, 100:] *= 0.45
    brightness[40:44] *= 0.3
    paper = paper_brightness(brightness)
    contrast = contrast_to_paper(brightness, paper, 0.3)
    assert np.allclose(contrast[40:44], 0.7, atol=0.01)
    assert np.allclose(contrast[:40], 0, atol=0.01)


def test_ruling_does_not_count_as_ink():
    scene = replace(DISTURBANCES["black squares"], width=400, height=300, digit_side=0.3)
    ruled = find_ink(photograph(8, scene, 2)) >= 0.5
    plain = find_ink(photograph(8, replace(scene, ruling=0.0), 2)) >= 0.5
    assert abs(ruled.sum() / plain.sum() - 1) < 0.25


def test_a_stroke_that_crosses_lines_as_dark_as_itself_stays_whole():
    lines = np.zeros((120, 160), np.float32)
    lines[10::20] = 0.6
    crossed = lines.copy()
    crossed[15:105, 70:77] = 0.6
    on_paper = np.ones(lines.shape, bool)
    assert remove_ruling(lines, 0.1, on_paper).max() < 0.1
    left = remove_ruling(crossed, 0.1, on_paper)
    assert (left[15:105, 70:77] > 0.3).all()
    assert left[:, :65].max() < 0.1


def test_a_photo_turned_negative_reads_the_same():
    for name in ("plain paper", "ruled", "small digit"):
        picture = photograph(2, DISTURBANCES[name], 4)
        assert correlation(read(picture), read(255 - picture)) > 0.95


@pytest.mark.parametrize("width", [60, 200, 640, 1300, 4000])
def test_a_photo_of_any_size_is_read(width):
    scene = replace(DISTURBANCES["soft shadow"], width=640, height=480, brush=0.05, shadow=0.6)
    picture = np.asarray(Image.fromarray(photograph(5, scene, 1)).resize((width, width * 3 // 4)))
    assert correlation(read(picture), clean_reading(5, scene)) > 0.95


def test_a_clean_canvas_is_found_exactly():
    canvas = draw_digit(6)
    np.testing.assert_allclose(find_ink(canvas), canvas[..., 0] / 255, atol=1e-6)


@pytest.mark.parametrize("channels", ["grey", "RGB", "RGBA"])
def test_grey_and_colour_arrays_are_the_same_picture(channels):
    canvas = draw_digit(6)
    picture = {"grey": canvas[..., 0], "RGB": canvas[..., :3], "RGBA": canvas}[channels]
    assert np.array_equal(find_ink(picture), find_ink(canvas))


def test_an_array_that_is_not_contiguous_is_read():
    canvas = draw_digit(6)
    assert np.array_equal(find_ink(canvas[::-1, ::-1])[::-1, ::-1], find_ink(canvas))
    assert np.array_equal(find_ink(np.asfortranarray(canvas)), find_ink(canvas))


def test_the_picture_given_is_not_altered():
    canvas, photo = draw_digit(6), photograph(6, DISTURBANCES["everything"], 0).copy()
    before = canvas.copy(), photo.copy()
    find_ink(canvas)
    find_ink(photo)
    assert np.array_equal(canvas, before[0])
    assert np.array_equal(photo, before[1])


def test_a_thin_short_stroke_is_ink_however_little_of_the_canvas_it_covers():
    canvas = draw_digit(1, side_px=30, brush_px=3)
    assert (canvas[..., 0] > 127).mean() < 0.003
    assert (find_ink(canvas) >= 0.5).sum() > 50


def test_a_speck_far_from_the_drawing_is_dropped():
    ink = draw_digit(6)[..., 0].astype(np.float32) / 255
    with_speck = ink.copy()
    with_speck[5:8, 5:8] = 1
    assert np.array_equal(drop_crumbs(with_speck), ink)


def test_parts_that_are_no_specks_stay():
    ink = np.zeros((100, 100), np.float32)
    ink[20:80, 20:30] = 1
    ink[20:80, 60:65] = 1
    assert np.array_equal(drop_crumbs(ink), ink)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "shape",
    [(1, 1), (1, 1, 4), (2, 2, 3), (1, 4000, 4), (4000, 1), (3, 5000, 3), (7, 601), (1, 10**6)],
)
def test_odd_sizes_neither_crash_nor_warn(shape):
    random = np.random.default_rng(0)
    for picture in (
        np.zeros(shape, np.uint8),
        np.full(shape, 255, np.uint8),
        random.integers(0, 256, shape, dtype=np.uint8),
    ):
        ink = find_ink(picture)
        assert ink.dtype == np.float32
        assert max(ink.shape) <= 600
        assert np.isfinite(ink).all()
        assert 0 <= ink.min() <= ink.max() <= 1


@pytest.mark.parametrize("value", [0, 77, 255])
def test_an_even_picture_has_no_ink(value):
    opaque = np.full((280, 280, 4), value, np.uint8)
    opaque[..., 3] = 255
    clear = np.full((280, 280, 4), value, np.uint8)
    clear[..., 3] = 0
    assert not find_ink(opaque).any()
    assert not find_ink(clear).any()


def test_a_single_lit_pixel_is_a_dot():
    canvas = np.zeros((280, 280), np.uint8)
    canvas[100, 100] = 255
    assert canvas_to_mnist(canvas).problem is Problem.DOT


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((28, 28), np.float32),
        np.zeros((28, 28, 5), np.uint8),
        np.zeros((28, 28, 1), np.uint8),
        np.zeros((0, 28, 4), np.uint8),
        np.zeros((2, 28, 28, 4), np.uint8),
        np.zeros(28, np.uint8),
    ],
)
def test_what_is_no_picture_is_named_in_a_sentence(array):
    with pytest.raises(PictureUnusable, match=r"^A picture .*\.$"):
        find_ink(array)


def fastest_ms(function, argument, repeats=5):
    def once():
        start = time.process_time()
        function(argument)
        return (time.process_time() - start) * 1000

    return min(once() for _ in range(repeats))


def test_a_canvas_takes_milliseconds_and_a_12_megapixel_photo_a_quarter_second():
    photo = Image.fromarray(photograph(4, DISTURBANCES["graph paper"], 1)).resize((4000, 3000))
    assert fastest_ms(find_ink, draw_digit(4)) < 20
    assert fastest_ms(find_ink, np.asarray(photo), repeats=3) < 400  # 250, and room for slow hosts
